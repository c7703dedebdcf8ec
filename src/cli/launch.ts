#!/usr/bin/env node
/**
 * This file starts the built program: one script, with the bytecode that the build kept of it.
 *
 * To compile the program at every start took 60 of the 170 ms of a short replay. V8 takes the bytecode
 * where its version, its flags and the script's length are those that it was made with, and compiles
 * otherwise. It looks no closer: damaged bytecode ends the process, and that of another program of this
 * length would run. So two sums stand behind it, which take 0.6 ms. Running the program writes nothing here.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** Written in by the build. */
declare const BUILT: {
  /** Name of the script, which lies beside this file. */
  readonly program: string;
  /** Whether this is the build's own run, which keeps the bytecode of all that it called. */
  readonly keepsBytecode: boolean;
};

const path = `${__dirname}/${BUILT.program}`;
/** Each Node has bytecode of its own. */
const bytecodePath = `${path}.${process.version}-${process.platform}-${process.arch}`;

/** CRC-32 of the script, and of its bytecode. */
const SUMS_BYTES = 8;

const source = readFileSync(path);

function sumsOf(bytecode: Buffer): Buffer {
  const sums = Buffer.alloc(SUMS_BYTES);
  sums.writeUInt32LE(crc32(source), 0);
  sums.writeUInt32LE(crc32(bytecode), 4);
  return sums;
}

function keptBytecode(): { cachedData?: Buffer } {
  try {
    const kept = readFileSync(bytecodePath);
    const cachedData = kept.subarray(0, -SUMS_BYTES);
    return sumsOf(cachedData).equals(kept.subarray(-SUMS_BYTES)) ? { cachedData } : {};
  } catch {
    return {};
  }
}

function keepBytecode(): void {
  const bytecode = script.createCachedData();
  writeFileSync(bytecodePath, Buffer.concat([bytecode, sumsOf(bytecode)]));
}

// The build sees to it that the script is ASCII: no other encoding is read as fast.
const script = new Script(source.toString('latin1'), { filename: path, ...keptBytecode() });
const program: (require: NodeJS.Require, filename: string) => void = script.runInThisContext();
if (BUILT.keepsBytecode) process.on('exit', keepBytecode);
program(require, path);
