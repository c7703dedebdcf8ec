#!/usr/bin/env node
/**
 * This file starts the built program: one script, with the bytecode that the build kept of it.
 *
 * To compile the program at every start took 60 of the 170 ms of a short replay. V8 takes the bytecode
 * where its version, its flags and the script's length are those that it was made with, and compiles
 * otherwise. Running the program writes nothing here.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

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

function keptBytecode(): { cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(bytecodePath) };
  } catch {
    return {};
  }
}

// The build sees to it that the script is ASCII: no other encoding is read as fast.
const script = new Script(readFileSync(path, 'latin1'), { filename: path, ...keptBytecode() });
const program: (require: NodeJS.Require, filename: string) => void = script.runInThisContext();
if (BUILT.keepsBytecode) {
  process.on('exit', () => writeFileSync(bytecodePath, script.createCachedData()));
}
program(require, path);
