/** This file counts wrong checksums, and tells those that checksum offload leaves from real damage. */

import { protocolName } from '../net/protocol.ts';
import {
  CHECKSUM_BAD,
  CHECKSUM_LEFT_OUT,
  CHECKSUM_UNCHECKED,
  ipv4HeaderChecksum,
  transportChecksum,
} from '../wire/checksum.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { ChecksumFacts } from './facts.ts';
import type { MacEntry } from './mac-table.ts';

/** DIRECTION_OUTBOUND of a frame whose link has no MAC. */
const OUTBOUND = 2;

export class ChecksumCounts {
  #ipv4Checked = 0;
  #ipv4Wrong = 0;
  #ipv4LeftOut = 0;
  #transportChecked = 0;
  #transportLeftOut = 0;
  readonly #transportWrong = new Float64Array(256);
  #framesWrong = 0;
  #framesWrongOutbound = 0;
  readonly #senders: MacEntry[] = [];

  /** Checks the attached packet. */
  take(view: PacketView, sender: MacEntry | null): void {
    const header = ipv4HeaderChecksum(view);
    const transport = transportChecksum(view);
    if (header !== CHECKSUM_UNCHECKED) this.#ipv4Checked += 1;
    if (transport !== CHECKSUM_UNCHECKED) this.#transportChecked += 1;
    if (header < CHECKSUM_BAD && transport < CHECKSUM_BAD) return;
    if (header === CHECKSUM_BAD) this.#ipv4Wrong += 1;
    if (header === CHECKSUM_LEFT_OUT) this.#ipv4LeftOut += 1;
    if (transport === CHECKSUM_BAD) this.#transportWrong[view.protocol]! += 1;
    if (transport === CHECKSUM_LEFT_OUT) this.#transportLeftOut += 1;
    this.#framesWrong += 1;
    if (view.direction === OUTBOUND) this.#framesWrongOutbound += 1;
    if (sender === null) return;
    if (sender.checksumsWrong === 0) this.#senders.push(sender);
    sender.checksumsWrong += 1;
  }

  /** @param isCapturingHost whether the capture marks a MAC's frames as sent by the capturing host */
  facts(isCapturingHost: (entry: MacEntry) => boolean): ChecksumFacts {
    const wrong: [string, number][] = [];
    this.#transportWrong.forEach((count, protocol) => {
      if (count > 0) wrong.push([protocolName(protocol), count]);
    });
    const own = this.#senders
      .filter((entry) => isCapturingHost(entry))
      .reduce((sum, entry) => sum + entry.checksumsWrong, 0);
    const ofCapturingHost = Math.max(own, this.#framesWrongOutbound);
    const wrongOnly = this.#ipv4Wrong + wrong.reduce((sum, [, count]) => sum + count, 0);
    const isAllOwn = this.#framesWrong > 0 && ofCapturingHost === this.#framesWrong;
    return {
      ipv4Checked: this.#ipv4Checked,
      ipv4Wrong: this.#ipv4Wrong,
      ipv4LeftOut: this.#ipv4LeftOut,
      transportChecked: this.#transportChecked,
      transportWrong: Object.fromEntries(wrong),
      transportLeftOut: this.#transportLeftOut,
      framesWrong: this.#framesWrong,
      framesWrongOfCapturingHost: ofCapturingHost,
      isOffload: this.#framesWrong > 0 && (wrongOnly === 0 || isAllOwn),
    };
  }
}
