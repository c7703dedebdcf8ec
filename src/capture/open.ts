/**
 * This file finds out what a capture is, by its content and never by its name.
 */

import { CaptureError } from '../errors.ts';
import { type ByteSource, PushedBackBytes } from './byte-source.ts';
import { type FrameKind, frameKind, HEAD_BYTES, startsWith } from './magic.ts';
import {
  FILE_HEADER_BYTES,
  isPcapMagic,
  type PcapFormat,
  type RecordLayout,
  readPcapHeader,
} from './pcap-header.ts';
import { findRecordLayout } from './pcap-records.ts';
import type { UnpackingSource } from './unpacking-source.ts';

/** Compressions inside one another that are followed. */
const NESTING_MAX = 3;

/** What a capture's content is. */
export type CaptureFormat = PcapFormat | 'pcapng';

/** How a capture is compressed. */
export type Compression = 'none' | 'gzip' | FrameKind;

/** A recognised capture: its decompressed bytes from the first on. */
export interface RecognisedCapture {
  readonly format: CaptureFormat;
  /** The outermost one. */
  readonly compression: Compression;
  readonly bytes: ByteSource;
  /** Of pcap: its records, where they were looked at; else null. */
  readonly layout: RecordLayout | null;
  /** Ends decompression; the given bytes are the caller's. */
  readonly close: () => void;
}

const GZIP = [0x1f, 0x8b];
const PCAPNG_SECTION = [0x0a, 0x0d, 0x0d, 0x0a];

/**
 * Looks through the compressions at the first bytes of a capture.
 *
 * @param mayLookAhead false for a pipe: then nothing behind the first packet's header is waited for
 * @throws CaptureError CAPTURE_EMPTY, CAPTURE_UNKNOWN_FORMAT, CAPTURE_UNSUPPORTED_FORMAT,
 *   CAPTURE_NESTING, and what reading throws
 */
export async function recogniseCapture(
  given: ByteSource,
  path: string,
  mayLookAhead: boolean,
): Promise<RecognisedCapture> {
  const unpackers: UnpackingSource[] = [];
  const close = (): void => {
    for (const unpacker of unpackers) unpacker.close();
  };
  let source = given;
  try {
    for (;;) {
      const head = await readHead(source);
      const bytes = new PushedBackBytes(head, source);
      const unpacker = await unpackerOf(head, bytes, path);
      if (unpacker === null) {
        const compression = unpackers[0]?.kind ?? 'none';
        const format = await formatOf(head, path);
        if (format === 'pcapng') return { format, compression, bytes, layout: null, close };
        const found = mayLookAhead ? await findRecordLayout(bytes) : { layout: null, bytes };
        return { format: found.layout?.format ?? format, compression, ...found, close };
      }
      if (unpackers.length === NESTING_MAX) throw tooDeep(path);
      unpackers.push(unpacker);
      source = unpacker;
    }
  } catch (error) {
    close();
    throw error;
  }
}

/** What decompresses a stream that begins so, loaded when it is met; null for no compression. */
async function unpackerOf(
  head: Uint8Array,
  bytes: ByteSource,
  path: string,
): Promise<UnpackingSource | null> {
  if (startsWith(head, GZIP)) {
    const { GzipSource } = await import('./gzip-source.ts');
    return new GzipSource(bytes, path);
  }
  const kind = frameKind(head);
  if (kind === null) return null;
  const { FramedSource } = await import('./framed-source.ts');
  return new FramedSource(bytes, path, kind);
}

/**
 * Reads the first bytes. Of what is ours no more than a header is waited for: a pipe may be slow to
 * bring its first packet.
 */
async function readHead(source: ByteSource): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  try {
    while (length < (isOurs(head) ? FILE_HEADER_BYTES : HEAD_BYTES)) {
      const count = await source.readInto(head, length);
      if (count === 0) break;
      length += count;
    }
  } catch (error) {
    // A stream that is damaged a few bytes on may still name its format; the source throws again.
    if (!(error instanceof CaptureError) || length === 0) throw error;
  }
  return head.subarray(0, length);
}

/** Whether the first bytes are those of a capture or a compression that is read. */
function isOurs(head: Uint8Array): boolean {
  return (
    startsWith(head, GZIP) ||
    startsWith(head, PCAPNG_SECTION) ||
    frameKind(head) !== null ||
    isPcap(head)
  );
}

function isPcap(head: Uint8Array): boolean {
  return head.length >= 4 && isPcapMagic(viewOf(head).getUint32(0));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The format that a file's first bytes name.
 *
 * @throws CaptureError CAPTURE_EMPTY, CAPTURE_UNKNOWN_FORMAT, CAPTURE_UNSUPPORTED_FORMAT
 */
async function formatOf(head: Uint8Array, path: string): Promise<CaptureFormat> {
  if (head.length === 0) {
    throw new CaptureError('CAPTURE_EMPTY', 'the file is empty', { path, byteOffset: 0 });
  }
  if (isPcap(head)) {
    const header = head.length < FILE_HEADER_BYTES ? null : readPcapHeader(viewOf(head), 0);
    return header?.layouts[0].format ?? 'pcap';
  }
  if (startsWith(head, PCAPNG_SECTION) && hasByteOrder(head)) return 'pcapng';
  const { foreignFormat } = await import('./foreign-formats.ts');
  const foreign = foreignFormat(head, path);
  if (foreign !== null) {
    const reason = `the file is in the format ${foreign.name}, which is not read`;
    const where = { path, byteOffset: 0, hint: foreign.advice };
    throw new CaptureError('CAPTURE_UNSUPPORTED_FORMAT', reason, where);
  }
  throw new CaptureError('CAPTURE_UNKNOWN_FORMAT', 'this is no capture in a format known here', {
    path,
    byteOffset: 0,
    hint: 'pcap and pcapng are read, plain or in gzip, zstd or lz4; see what capinfos says',
  });
}

/** pcapng section header: the byte-order magic stands at byte 8. A cut one is left to the reader. */
function hasByteOrder(head: Uint8Array): boolean {
  const at = head.subarray(8);
  if (at.length < 4) return true;
  return startsWith(at, [0x1a, 0x2b, 0x3c, 0x4d]) || startsWith(at, [0x4d, 0x3c, 0x2b, 0x1a]);
}

function tooDeep(path: string): CaptureError {
  return new CaptureError('CAPTURE_NESTING', `compressed more than ${NESTING_MAX} times over`, {
    path,
    byteOffset: 0,
    hint: 'unpack it first',
  });
}
