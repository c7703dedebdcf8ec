/**
 * This file holds the switches of hardware offload: what the configuration says, and what operational
 * commands say after it. A commit puts the configuration's word in force again (assumed: the command is
 * not persistent, panos.md §7).
 */

import type { Command, OffloadSettings } from '../config/offload-config.ts';
import { PROTO_UDP } from '../net/protocol.ts';

const KEY = 'session.offload';
const UDP_KEY = 'session.udp-offload';

const ON: readonly string[] = [];

export class OffloadSwitch {
  /** What switches it off, for all and for UDP: each would have to be changed. */
  private off = ON;
  private offForUdp = ON;
  private isUdpOn = true;

  constructor(settings: OffloadSettings) {
    this.adopt(settings);
  }

  /** A configuration is in force from now on. */
  adopt({ isOn, isUdpOn }: OffloadSettings): void {
    this.isUdpOn = isUdpOn;
    this.set(isOn ? ON : [KEY]);
  }

  /** An operational command was given. */
  command(command: Command): void {
    if (command === 'set session offload yes') this.set(ON);
    else if (!this.off.includes(command)) this.set([...this.off, command]);
  }

  /** What switches offload off for a protocol; empty where it is on. */
  offFor(protocol: number): readonly string[] {
    return protocol === PROTO_UDP ? this.offForUdp : this.off;
  }

  private set(off: readonly string[]): void {
    this.off = off;
    this.offForUdp = this.isUdpOn ? off : [...off, UDP_KEY];
  }
}
