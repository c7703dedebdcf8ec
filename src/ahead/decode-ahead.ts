/**
 * This file decodes frames ahead of the replay, and makes of each plain packet the row from which the
 * firewall goes on: what the headers say, the hash of the flow's key, the fingerprint.
 */

import type { CaptureInterface } from '../capture/frame-batch.ts';
import type { FrameRange } from '../capture/open-captures.ts';
import { fingerprintOf } from '../engine/fingerprint.ts';
import { hashKeys, hashWords } from '../session/flow-hash.ts';
import { WideAddresses } from '../session/wide-addresses.ts';
import { destinationWord, metaSansZone, sourceWord } from '../slowpath/flow-key.ts';
import {
  packRow,
  ROW_DESTINATION_HASH,
  ROW_FINGERPRINT,
  ROW_KEY_HASH,
  ROW_SOURCE_HASH,
  ROW_WORDS,
} from '../wire/packet-row.ts';
import { PacketView } from '../wire/packet-view.ts';

export class DecodeAhead {
  private readonly view = new PacketView();
  private readonly interfaces: readonly CaptureInterface[];
  private readonly keys: Int32Array;
  /** Hashes IPv6 addresses as the session table does. */
  readonly wide: WideAddresses;

  /**
   * @param interfaces the captures'; may grow
   * @param seed of the firewall's session table
   */
  constructor(interfaces: readonly CaptureInterface[], seed: number) {
    this.interfaces = interfaces;
    this.keys = hashKeys(seed);
    this.wide = new WideAddresses(this.keys);
  }

  /** Writes the rows of a range's frames, the first of them as row `first`. */
  fill({ batch, from, to }: FrameRange, rows: Int32Array, first: number): void {
    const { blocks, block, offset, capturedLength, originalLength, direction } = batch;
    const { view, interfaces } = this;
    let at = first * ROW_WORDS;
    for (let i = from; i < to; i++) {
      const status = view.attach(
        blocks[block[i]!]!,
        offset[i]!,
        capturedLength[i]!,
        originalLength[i]!,
        interfaces[batch.interfaceIndex[i]!]!.linkType,
        direction[i]!,
      );
      if (packRow(view, status, rows, at)) this.hash(rows, at);
      at += ROW_WORDS;
    }
  }

  private hash(rows: Int32Array, at: number): void {
    const { view, keys } = this;
    const source = sourceWord(this, view);
    const destination = destinationWord(this, view);
    const ports = (view.sport << 16) | view.dport;
    rows[at + ROW_KEY_HASH] = hashWords(keys, source, destination, ports, metaSansZone(view));
    rows[at + ROW_FINGERPRINT] = fingerprintOf(view);
    rows[at + ROW_SOURCE_HASH] = source;
    rows[at + ROW_DESTINATION_HASH] = destination;
  }
}
