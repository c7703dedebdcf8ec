/**
 * This file finds out what a capture is, by its content and never by its name.
 */

import { basename } from 'node:path';
import { CaptureError } from '../errors.ts';
import { type ByteSource, PushedBackBytes } from './byte-source.ts';
import { GzipSource } from './gzip-source.ts';

/** Compressions inside one another that are followed. */
const NESTING_MAX = 3;

/** What a capture's content is. */
export type CaptureFormat = 'pcap' | 'pcap-modified' | 'pcapng';

/** A recognised capture: its decompressed bytes from the first on. */
export interface RecognisedCapture {
  readonly format: CaptureFormat;
  readonly compression: 'none' | 'gzip';
  readonly bytes: ByteSource;
  /** Ends decompression; the given bytes are the caller's. */
  readonly close: () => void;
}

const PCAPNG_SECTION = [0x0a, 0x0d, 0x0d, 0x0a];
const HEAD_BYTES = 32;

const FORMATS: readonly { format: CaptureFormat; magic: readonly number[] }[] = [
  { format: 'pcap', magic: [0xa1, 0xb2, 0xc3, 0xd4] },
  { format: 'pcap', magic: [0xd4, 0xc3, 0xb2, 0xa1] },
  { format: 'pcap', magic: [0xa1, 0xb2, 0x3c, 0x4d] },
  { format: 'pcap', magic: [0x4d, 0x3c, 0xb2, 0xa1] },
  { format: 'pcap-modified', magic: [0xa1, 0xb2, 0xcd, 0x34] },
  { format: 'pcap-modified', magic: [0x34, 0xcd, 0xb2, 0xa1] },
];

/** Formats that are known by name only. `unpack` is the program that makes a capture of them. */
const OTHERS: readonly { name: string; magic: string | readonly number[]; unpack?: string }[] = [
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: 'zstd' },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18], unpack: 'lz4' },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], unpack: 'xz' },
  { name: 'bzip2', magic: 'BZh', unpack: 'bzip2' },
  { name: 'compress', magic: [0x1f, 0x9d], unpack: 'gzip' },
  { name: 'zip', magic: [0x50, 0x4b, 0x03, 0x04], unpack: 'unzip' },
  { name: '7-Zip', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], unpack: '7z' },
  { name: 'snoop', magic: 'snoop\0\0\0' },
  { name: 'btsnoop', magic: 'btsnoop\0' },
  { name: 'Network Monitor 1', magic: 'RTSS' },
  { name: 'Network Monitor 2', magic: 'GMBU' },
  { name: 'NetXray', magic: 'XCP\0' },
  { name: 'Sniffer', magic: 'TRSNIFF data' },
  { name: 'iptrace', magic: 'iptrace ' },
  { name: 'IXIA lcap', magic: [0x1c, 0x00, 0x01, 0xac] },
  { name: 'IXIA lcap', magic: [0xac, 0x01, 0x00, 0x1c] },
  { name: 'Navtel pcap', magic: [0xa1, 0x2b, 0x3c, 0x4d] },
  { name: 'Navtel pcap', magic: [0x4d, 0x3c, 0x2b, 0xa1] },
];

/**
 * Looks through the compressions at the first bytes of a capture.
 *
 * @throws CaptureError CAPTURE_EMPTY, CAPTURE_UNKNOWN_FORMAT, CAPTURE_UNSUPPORTED_FORMAT,
 *   CAPTURE_NESTING, and what reading throws
 */
export async function recogniseCapture(
  given: ByteSource,
  path: string,
): Promise<RecognisedCapture> {
  const unpackers: GzipSource[] = [];
  const close = (): void => {
    for (const unpacker of unpackers) unpacker.close();
  };
  let source = given;
  try {
    for (;;) {
      const head = await readHead(source);
      const bytes = new PushedBackBytes(head, source);
      if (!startsWith(head, [0x1f, 0x8b])) {
        const compression = unpackers.length === 0 ? 'none' : 'gzip';
        return { format: formatOf(head, path), compression, bytes, close };
      }
      if (unpackers.length === NESTING_MAX) throw tooDeep(path);
      const unpacker = new GzipSource(bytes, path);
      unpackers.push(unpacker);
      source = unpacker;
    }
  } catch (error) {
    close();
    throw error;
  }
}

async function readHead(source: ByteSource): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  try {
    while (length < HEAD_BYTES) {
      const count = await source.readInto(head, length);
      if (count === 0) break;
      length += count;
    }
  } catch (error) {
    // A stream that is damaged a few bytes on may still name its format; the source throws again.
    if (length === 0) throw error;
  }
  return head.subarray(0, length);
}

/**
 * The format that a file's first bytes name.
 *
 * @throws CaptureError CAPTURE_EMPTY, CAPTURE_UNKNOWN_FORMAT, CAPTURE_UNSUPPORTED_FORMAT
 */
function formatOf(head: Uint8Array, path: string): CaptureFormat {
  if (head.length === 0) {
    throw new CaptureError('CAPTURE_EMPTY', 'the file is empty', { path, byteOffset: 0 });
  }
  for (const { format, magic } of FORMATS) {
    if (startsWith(head, magic)) return format;
  }
  if (startsWith(head, PCAPNG_SECTION) && hasByteOrder(head)) return 'pcapng';
  for (const { name, magic, unpack } of OTHERS) {
    if (startsWith(head, typeof magic === 'string' ? asBytes(magic) : magic)) {
      throw unsupported(path, name, unpack);
    }
  }
  throw new CaptureError('CAPTURE_UNKNOWN_FORMAT', 'this is no capture in a format known here', {
    path,
    byteOffset: 0,
    hint: 'pcap and pcapng are read, plain or in gzip; see what capinfos says',
  });
}

/** pcapng section header: the byte-order magic stands at byte 8. A cut one is left to the reader. */
function hasByteOrder(head: Uint8Array): boolean {
  const at = head.subarray(8);
  if (at.length < 4) return true;
  return startsWith(at, [0x1a, 0x2b, 0x3c, 0x4d]) || startsWith(at, [0x4d, 0x3c, 0x2b, 0x1a]);
}

function unsupported(path: string, name: string, unpack: string | undefined): CaptureError {
  const reason = `the file is in the format ${name}, which is not read`;
  const hint =
    unpack === undefined
      ? `convert it: editcap -F pcapng '${basename(path)}' out.pcapng`
      : `unpack it with ${unpack} first`;
  return new CaptureError('CAPTURE_UNSUPPORTED_FORMAT', reason, { path, byteOffset: 0, hint });
}

function tooDeep(path: string): CaptureError {
  return new CaptureError('CAPTURE_NESTING', `compressed more than ${NESTING_MAX} times over`, {
    path,
    byteOffset: 0,
    hint: 'unpack it with gzip first',
  });
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte);
}

function asBytes(text: string): number[] {
  return [...text].map((c) => c.charCodeAt(0));
}
