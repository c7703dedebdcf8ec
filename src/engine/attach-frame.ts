/** This file attaches the view to a frame of a batch: to its bytes, or by what another thread found of them. */

import type { FrameBatch } from '../capture/frame-batch.ts';
import { OK } from '../wire/decode-status.ts';
import { isPlainRow, ROW_WORDS, readRow } from '../wire/packet-row.ts';
import type { PacketView } from '../wire/packet-view.ts';

/** Attaches the view to frame `i`, of an interface of this link type; returns a DecodeStatus number. */
export function attachFrame(
  view: PacketView,
  batch: FrameBatch,
  i: number,
  linkType: number,
): number {
  const { blocks, block, offset, capturedLength, originalLength, rows } = batch;
  const bytes = blocks[block[i]!]!;
  if (rows !== null && isPlainRow(rows, i * ROW_WORDS)) {
    view.place(bytes, offset[i]!, capturedLength[i]!, originalLength[i]!);
    readRow(view, rows, i * ROW_WORDS);
    return OK;
  }
  return view.attach(
    bytes,
    offset[i]!,
    capturedLength[i]!,
    originalLength[i]!,
    linkType,
    batch.direction[i]!,
  );
}
