/**
 * This file finds out how long the record headers of a classic pcap file are, where its magic leaves
 * that open: some systems changed the record header and kept the magic.
 *
 * As tshark does, it reads the first three records as each variant has them and takes the first one
 * under which none of them raises a doubt. A doubt is not damage: where every variant has some, the
 * file is what its magic says, and the reader meets the damage. Of a pipe nothing is read ahead: its
 * first packet must not wait for the third.
 */

import { CaptureError } from '../errors.ts';
import { type ByteSource, PushedBackBytes } from './byte-source.ts';
import { RECORD_BYTES_MAX, recordBytesMax } from './capture-reader.ts';
import {
  FILE_HEADER_BYTES,
  type PcapHeader,
  type RecordLayout,
  readPcapHeader,
} from './pcap-header.ts';

const RECORDS_TRIED = 3;
const LOOK_BYTES_MIN = 8 * 1024;
/** Enough for records of the usual greatest length, and the file header. */
const LOOK_BYTES_MAX = RECORDS_TRIED * (RECORD_BYTES_MAX + 64) + 64;
/** No packet is that long; tshark's bound, for the D-Bus packets that it reads as well. */
const ORIGINAL_BYTES_MAX = 128 * 1024 * 1024;

/** What the bytes at hand say of a variant; `short` is: more bytes have to be read. */
type Verdict = 'fits' | 'doubtful' | 'short';

/** What follows the bytes at hand: nothing, what may be read, or what is not looked at. */
type More = 'none' | 'readable' | 'unseen';

/** The record header that fits a pcap file best, and the file's bytes from the first on. */
export async function findRecordLayout(
  source: ByteSource,
): Promise<{ layout: RecordLayout | null; bytes: ByteSource }> {
  let buffer = new Uint8Array(LOOK_BYTES_MIN);
  let length = 0;
  for (;;) {
    const read = await fill(source, buffer, length);
    length = read.length;
    const view = new DataView(buffer.buffer, 0, length);
    const more = read.isEnd ? 'none' : buffer.length >= LOOK_BYTES_MAX ? 'unseen' : 'readable';
    const layout = choose(view, more);
    if (layout !== 'short') {
      return { layout, bytes: new PushedBackBytes(buffer.subarray(0, length), source) };
    }
    const longer = new Uint8Array(2 * buffer.length);
    longer.set(buffer);
    buffer = longer;
  }
}

/** Reads until the buffer is full; a source that fails is at its end, and fails again later. */
async function fill(
  source: ByteSource,
  buffer: Uint8Array,
  from: number,
): Promise<{ length: number; isEnd: boolean }> {
  let length = from;
  try {
    while (length < buffer.length) {
      const count = await source.readInto(buffer, length);
      if (count === 0) return { length, isEnd: true };
      length += count;
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { length, isEnd: true };
  }
  return { length, isEnd: false };
}

function choose(view: DataView, more: More): RecordLayout | 'short' | null {
  const header = view.byteLength < FILE_HEADER_BYTES ? null : readPcapHeader(view, 0);
  if (header === null) return null;
  for (const layout of header.layouts) {
    const verdict = judge(view, header, layout, more);
    if (verdict === 'fits') return layout;
    if (verdict === 'short') return 'short';
  }
  return header.layouts[0];
}

/** Judges a variant by the records that it would make of the first bytes. */
function judge(view: DataView, header: PcapHeader, layout: RecordLayout, more: More): Verdict {
  const end = view.byteLength;
  // Where the records go on behind what was looked at, nothing speaks against them.
  const atEnd = more === 'none' ? 'doubtful' : more === 'unseen' ? 'fits' : 'short';
  let at = header.headerBytes;
  for (let i = 0; i < RECORDS_TRIED; i += 1) {
    if (at === end && more === 'none') return 'fits';
    if (at + layout.headerBytes > end) return atEnd;
    const captured = plausibleLength(view, at, { header, fractionNs: layout.fractionNs });
    if (captured === null) return 'doubtful';
    at += layout.headerBytes + captured;
    if (at > end) return atEnd;
  }
  return 'fits';
}

/** The captured length of a record whose header raises no doubt, else null. */
function plausibleLength(
  view: DataView,
  at: number,
  { header, fractionNs }: { header: PcapHeader; fractionNs: number },
): number | null {
  const { little, snapLength, lengthsSwapped } = header;
  let captured = view.getUint32(at + 8, little);
  let original = view.getUint32(at + 12, little);
  if (lengthsSwapped === 'yes' || (lengthsSwapped === 'maybe' && captured > original)) {
    [captured, original] = [original, captured];
  }
  const isDoubtful =
    view.getUint32(at + 4, little) * fractionNs >= 1e9 ||
    captured > recordBytesMax(snapLength) ||
    (snapLength > 0 && captured > snapLength) ||
    captured > original ||
    original > ORIGINAL_BYTES_MAX;
  return isDoubtful ? null : captured;
}
