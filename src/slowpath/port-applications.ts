/**
 * This file tells a session's application by its ports or protocol, which is all there is until
 * App-ID comes: the first of the configuration's applications that has the port as a default one.
 */

import type { ApplicationSettings } from '../config/application-config.ts';

import { PORT_PROTOCOLS, PROTO_ICMP, PROTO_ICMPV6 } from '../net/protocol.ts';
import { ICMP_ECHO } from '../wire/icmp.ts';

/** No application has the port. */
export const NO_APPLICATION = -1;
const PORTS = 65_536;

export class PortApplications {
  /** By IP protocol: application index plus 1 by destination port; null without ports. */
  private readonly byPort = Array.from({ length: 256 }, (): Uint16Array | null => null);
  private readonly byProtocol = new Int32Array(256).fill(NO_APPLICATION);
  private readonly ping: number;
  private readonly icmp: number;

  constructor(applications: readonly ApplicationSettings[]) {
    applications.forEach(({ ports, protocol }, index) => {
      if (protocol !== null && this.byProtocol[protocol] === NO_APPLICATION) {
        this.byProtocol[protocol] = index;
      }
      for (const entry of ports) {
        const table = this.tableOf(PORT_PROTOCOLS[entry.protocol]);
        for (const { from, to } of entry.ports) {
          for (let port = from; port <= to; port++) if (table[port] === 0) table[port] = index + 1;
        }
      }
    });
    this.ping = applications.findIndex(({ name }) => name === 'ping');
    this.icmp = applications.findIndex(({ name }) => name === 'icmp');
  }

  /** Index of the application, or NO_APPLICATION; `icmpKind` is a kind of wire/icmp. */
  find(protocol: number, dport: number, icmpKind: number): number {
    if (protocol === PROTO_ICMP || protocol === PROTO_ICMPV6) {
      return icmpKind === ICMP_ECHO ? this.ping : this.icmp;
    }
    const table = this.byPort[protocol] ?? null;
    return table === null ? this.byProtocol[protocol]! : table[dport]! - 1;
  }

  private tableOf(protocol: number): Uint16Array {
    let table = this.byPort[protocol] ?? null;
    if (table === null) {
      table = new Uint16Array(PORTS);
      this.byPort[protocol] = table;
    }
    return table;
  }
}
