/** This file adds up what the sessions of a run cost, beyond what its report counts. */

import type { SessionRow } from '../session/session-row.ts';

export class RunTotals {
  /** Sessions that a rule denied. */
  denied = 0;
  /** Estimates (panos.md §7), over sessions of which hardware offload was asked. */
  readonly offload = { isAsked: false, sessions: 0, packets: 0, bytes: 0 };
  private packets = 0;
  private bytes = 0;

  /** Adds a session, ended or live. */
  add({ action, offload, c2s, s2c }: SessionRow): void {
    if (action !== 'allow') this.denied++;
    this.packets += c2s.packets + s2c.packets;
    this.bytes += c2s.bytes + s2c.bytes;
    if (offload === null) return;
    this.offload.isAsked = true;
    if (offload.isEligible) this.offload.sessions++;
    this.offload.packets += offload.c2s.hardwarePackets + offload.s2c.hardwarePackets;
    this.offload.bytes += offload.c2s.hardwareBytes + offload.s2c.hardwareBytes;
  }

  /** Shares of packets and bytes that hardware could carry; null where nobody asked. */
  offloadShares(): { readonly packets: number; readonly bytes: number } | null {
    const { isAsked, packets, bytes } = this.offload;
    if (!isAsked) return null;
    return {
      packets: this.packets === 0 ? 0 : packets / this.packets,
      bytes: this.bytes === 0 ? 0 : bytes / this.bytes,
    };
  }
}
