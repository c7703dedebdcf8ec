/**
 * This file decodes frames ahead of the replay, and makes of each plain packet the row from which the
 * firewall goes on: what the headers say, the hash of the flow's key, the fingerprint.
 */

import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.ts';
import type { FrameRange } from '../capture/open-captures.ts';
import { attachFrame } from '../engine/attach-frame.ts';
import { fingerprintOf } from '../engine/fingerprint.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import { hashKeys, hashWords } from '../session/flow-hash.ts';
import { WideAddresses } from '../session/wide-addresses.ts';
import { destinationWord, metaSansZone, sourceWord } from '../slowpath/flow-key.ts';
import { LINKTYPE_ETHERNET } from '../wire/link-type.ts';
import {
  packRow,
  ROW_DESTINATION_HASH,
  ROW_FINGERPRINT,
  ROW_KEY_HASH,
  ROW_SOURCE_HASH,
  ROW_WINDOW_SCALE,
  ROW_WORDS,
} from '../wire/packet-row.ts';
import { PacketView } from '../wire/packet-view.ts';
import { TCP_SYN, tcpWindowScale } from '../wire/tcp.ts';
import { packUsualFrame } from './usual-frame.ts';

export class DecodeAhead {
  private readonly view = new PacketView();
  private readonly interfaces: readonly CaptureInterface[];
  private readonly keys: Int32Array;
  /** The block that the last frame lay in. */
  private bytes: Uint8Array = new Uint8Array(0);
  private data: DataView = new DataView(this.bytes.buffer);
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

  /** Writes the rows of a range's frames, the first of them as row `first`; the batch has none yet. */
  fill({ batch, from, to }: FrameRange, rows: Int32Array, first: number): void {
    const { blocks, block, offset, capturedLength, interfaceIndex, direction } = batch;
    const { interfaces, keys } = this;
    let at = first * ROW_WORDS;
    for (let i = from; i < to; i++) {
      const bytes = blocks[block[i]!]!;
      const { linkType } = interfaces[interfaceIndex[i]!]!;
      const isUsual =
        linkType === LINKTYPE_ETHERNET &&
        packUsualFrame(
          this.dataOf(bytes),
          offset[i]!,
          capturedLength[i]!,
          direction[i]!,
          keys,
          rows,
          at,
        );
      if (!isUsual) this.fillOther(batch, i, rows, at);
      at += ROW_WORDS;
    }
  }

  private fillOther(batch: FrameBatch, i: number, rows: Int32Array, at: number): void {
    const { view } = this;
    const { linkType } = this.interfaces[batch.interfaceIndex[i]!]!;
    if (packRow(view, attachFrame(view, batch, i, linkType), rows, at)) this.hash(rows, at);
  }

  private dataOf(bytes: Uint8Array): DataView {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.data;
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
    const isSyn = view.protocol === PROTO_TCP && (view.tcpFlags & TCP_SYN) !== 0;
    if (isSyn) rows[at + ROW_WINDOW_SCALE] = tcpWindowScale(view);
  }
}
