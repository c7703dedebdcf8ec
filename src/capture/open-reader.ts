/** This file chooses the reader of a recognised capture: our own, or the package pcap-parser. */

import { CaptureError } from '../errors.ts';
import type { BatchPool } from './batch-pool.ts';
import { BlockFeed } from './block-feed.ts';
import type { ByteSource } from './byte-source.ts';
import { CaptureReader, type FrameReader } from './capture-reader.ts';
import type { FileInterfaces } from './interface-list.ts';
import type { CaptureFormat } from './open.ts';
import { PcapParser } from './pcap.ts';
import type { RecordLayout } from './pcap-header.ts';
import { PcapngParser } from './pcapng.ts';
import type { CommentList } from './pcapng-options.ts';

/** Who reads: `native` is this program, `pcap-parser` the npm package of that name. */
export type ReaderName = 'native' | 'pcap-parser';

/** What a reader needs. */
export interface ReaderParts {
  readonly format: CaptureFormat;
  /** Of pcap's records; null for the one that the magic stands for. */
  readonly layout: RecordLayout | null;
  /** The decompressed capture, from its first byte on. */
  readonly bytes: ByteSource;
  readonly batches: BatchPool;
  readonly interfaces: FileInterfaces;
  readonly comments: CommentList;
}

/**
 * A reader of the capture's frames.
 *
 * @throws CaptureError CAPTURE_UNSUPPORTED_FORMAT where pcap-parser is to read what it does not know
 */
export async function openReader(
  reader: ReaderName,
  path: string,
  parts: ReaderParts,
): Promise<FrameReader> {
  const { format, layout, bytes, batches, interfaces, comments } = parts;
  if (reader === 'pcap-parser') {
    if (format !== 'pcap') throw unknownToPackage(format, path);
    const { PcapParserSource } = await import('./pcap-parser-source.ts');
    return new PcapParserSource(path, { bytes, batches, interfaces });
  }
  const parser =
    format === 'pcapng'
      ? new PcapngParser(path, interfaces, comments)
      : new PcapParser(path, interfaces, layout);
  const feed = new BlockFeed(bytes, batches.blocks);
  return new CaptureReader(path, { parser, feed, batches });
}

function unknownToPackage(format: CaptureFormat, path: string): CaptureError {
  const reason = `pcap-parser cannot read ${format}, only pcap with microseconds`;
  const hint = 'read it without --reader pcap-parser';
  return new CaptureError('CAPTURE_UNSUPPORTED_FORMAT', reason, { path, byteOffset: 0, hint });
}
