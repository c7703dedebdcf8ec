/**
 * This file says how many seconds a timer of a session runs: the service's own, else the
 * application's, else the global one (panos.md §2.2).
 *
 * Sessions whose service or application has timers of its own share a profile of them; profile 0 is
 * the global timers.
 */

import type { FirewallConfig, TimerOverrides } from '../config/firewall-config.ts';
import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { HOT_WORDS, KEY_META, PROFILE, TAIL_WORDS } from './layout.ts';
import { TIMERS, type Timer } from './phases.ts';
import type { SessionTable } from './session-table.ts';

const TIMER_IDLE = TIMERS.indexOf('idle');
const TIMER_DISCARD = TIMERS.indexOf('discard');
const INHERIT = -1;
/** IP protocol numbers there are. */
const PROTOCOLS = 256;

export class SessionTimers {
  private readonly table: SessionTable;
  /** By TIMERS index. */
  private readonly global: Int32Array;
  /** By IP protocol. */
  private readonly idle: Int32Array;
  private readonly discard: Int32Array;
  /** By profile: seconds by TIMERS index (`idle` for protocols without TCP), or INHERIT. */
  private readonly profiles: Int32Array[] = [new Int32Array(TIMERS.length).fill(INHERIT)];
  private readonly profileOf = new Map<TimerOverrides | null, Map<TimerOverrides | null, number>>();

  constructor(table: SessionTable, config: FirewallConfig) {
    this.table = table;
    const t = config.timeouts;
    const seconds: Readonly<Record<Timer, number>> = {
      keep: 0,
      none: 0,
      idle: 0,
      discard: 0,
      tcp: t.tcp,
      'tcp-init': t.tcpInit,
      'tcp-handshake': t.tcpHandshake,
      'tcp-half-closed': t.tcpHalfClosed,
      'tcp-time-wait': t.tcpTimeWait,
      'tcp-unverified-rst': t.tcpUnverifiedRst,
      'sctp-init': t.sctpInit,
      'sctp-cookie': t.sctpCookie,
      'sctp-shutdown': t.sctpShutdown,
    };
    this.global = Int32Array.from(TIMERS, (timer) => seconds[timer]);
    this.idle = new Int32Array(PROTOCOLS).fill(t.default);
    this.idle[PROTO_UDP] = t.udp;
    this.idle[PROTO_ICMP] = t.icmp;
    this.idle[PROTO_ICMPV6] = t.icmp;
    this.idle[PROTO_SCTP] = t.sctp;
    this.discard = new Int32Array(PROTOCOLS).fill(t.discardDefault);
    this.discard[PROTO_TCP] = t.discardTcp;
    this.discard[PROTO_UDP] = t.discardUdp;
    this.discard[PROTO_SCTP] = t.discardSctp;
  }

  /** Seconds of a timer (TIMERS index) for the session in `slot`. */
  secondsOf(slot: number, timer: number): number {
    const protocol = this.table.hot[slot * HOT_WORDS + KEY_META]! & 255;
    if (timer === TIMER_DISCARD) return this.discard[protocol]!;
    const own = this.profiles[this.table.tail[slot * TAIL_WORDS + PROFILE]!]![timer]!;
    if (own !== INHERIT) return own;
    return timer === TIMER_IDLE ? this.idle[protocol]! : this.global[timer]!;
  }

  /**
   * The profile of a session: the service's timers, then the application's, then the global ones.
   *
   * @param protocol IP protocol number of the session
   */
  profileFor(
    service: TimerOverrides | null,
    application: TimerOverrides | null,
    protocol: number,
  ): number {
    if (service === null && application === null) return 0;
    let known = this.profileOf.get(service);
    if (known === undefined) {
      known = new Map();
      this.profileOf.set(service, known);
    }
    let profile = known.get(application);
    if (profile === undefined) {
      profile = this.profiles.push(profileOf(service, application, protocol)) - 1;
      known.set(application, profile);
    }
    return profile;
  }
}

function profileOf(
  service: TimerOverrides | null,
  application: TimerOverrides | null,
  protocol: number,
): Int32Array {
  const seconds = new Int32Array(TIMERS.length).fill(INHERIT);
  const set = (timer: Timer, key: keyof TimerOverrides) => {
    seconds[TIMERS.indexOf(timer)] = service?.[key] ?? application?.[key] ?? INHERIT;
  };
  set('idle', protocol === PROTO_UDP ? 'udp' : 'default');
  set('tcp', 'tcp');
  set('tcp-half-closed', 'tcpHalfClosed');
  set('tcp-time-wait', 'tcpTimeWait');
  return seconds;
}
