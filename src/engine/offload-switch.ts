/**
 * This file holds the switches of hardware offload: what the configuration says, and what operational
 * commands say after it. A commit puts the configuration's word in force again (assumed: the command is
 * not persistent, panos.md §7).
 */

import type { Command, OffloadSettings } from '../config/offload-config.ts';
import { PROTO_UDP } from '../net/protocol.ts';

const KEY = 'session.offload';
const UDP_KEY = 'session.udp-offload';

export class OffloadSwitch {
  /** What switched it off, for all and for UDP; null where it is on. */
  private off: string | null = null;
  private udpOff: string | null = null;
  /** What did last; for sessions that it kept from hardware. */
  private lastOff = KEY;

  constructor(settings: OffloadSettings) {
    this.adopt(settings);
  }

  /** A configuration is in force from now on. */
  adopt({ isOn, isUdpOn }: OffloadSettings): void {
    this.set(isOn ? null : KEY);
    this.udpOff = isUdpOn ? null : UDP_KEY;
  }

  /** An operational command was given. */
  command(command: Command): void {
    this.set(command === 'set session offload yes' ? null : command);
  }

  /** What switches offload off for a protocol; null where it is on. */
  offFor(protocol: number): string | null {
    return this.off ?? (protocol === PROTO_UDP ? this.udpOff : null);
  }

  /** What switched it off last, for a session that was kept from hardware by it. */
  lastOffFor(protocol: number): string {
    return this.offFor(protocol) ?? this.lastOff;
  }

  private set(off: string | null): void {
    this.off = off;
    if (off !== null) this.lastOff = off;
  }
}
