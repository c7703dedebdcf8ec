/**
 * This file says how many seconds a timer of a session runs: the service's own, else the
 * application's, else the global one (panos.md §2.2).
 *
 * Sessions share profiles of timers: one of the global timers alone, and one a service or application
 * that has timers of its own. A commit in mid-capture brings profiles of its own, so that a session
 * keeps the timers that it was set up under.
 */

import type { FirewallConfig, Timeouts, TimerOverrides } from '../config/firewall-config.ts';
import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { HOT_WORDS, KEY_META, PROFILE, TAIL_WORDS } from './layout.ts';
import { TIMERS, type Timer } from './phases.ts';
import type { SessionTable } from './session-table.ts';

const TIMER_IDLE = TIMERS.indexOf('idle');
const TIMER_DISCARD = TIMERS.indexOf('discard');
const INHERIT = -1;
/** IP protocol numbers there are. */
const PROTOCOLS = 256;

/** The timers of one configuration that no service or application has of its own, in seconds. */
interface GlobalTimers {
  /** By TIMERS index. */
  readonly global: Int32Array;
  /** By IP protocol. */
  readonly idle: Int32Array;
  readonly discard: Int32Array;
}

interface Profile {
  /** By TIMERS index (`idle` for protocols without TCP): seconds, or INHERIT. */
  readonly own: Int32Array;
  readonly others: GlobalTimers;
}

/** The profiles of one configuration, by the service's timers, then the application's. */
interface Era {
  readonly others: GlobalTimers;
  /** Profile of a session without timers of its own. */
  readonly plain: number;
  /**
   * By application index: timers of its own. A copy: the configuration is frozen, and V8 does not
   * build a look-up in frozen elements into optimised code.
   */
  readonly ofApplication: readonly (TimerOverrides | null)[];
  readonly profileOf: Map<TimerOverrides | null, Map<TimerOverrides | null, number>>;
}

export class SessionTimers {
  private readonly table: SessionTable;
  private readonly profiles: Profile[] = [];
  private readonly eras = new Map<FirewallConfig, Era>();
  private era: Era;

  constructor(table: SessionTable, config: FirewallConfig) {
    this.table = table;
    this.era = this.eraOf(config);
  }

  /** From here on sessions get another configuration's timers; those that are there keep theirs. */
  adopt(config: FirewallConfig): void {
    this.era = this.eraOf(config);
  }

  /** Seconds of a timer (TIMERS index) for the session in `slot`. */
  secondsOf(slot: number, timer: number): number {
    const protocol = this.table.hot[slot * HOT_WORDS + KEY_META]! & 255;
    const { own, others } = this.profiles[this.table.tail[slot * TAIL_WORDS + PROFILE]!]!;
    if (timer === TIMER_DISCARD) return others.discard[protocol]!;
    const seconds = own[timer]!;
    if (seconds !== INHERIT) return seconds;
    return timer === TIMER_IDLE ? others.idle[protocol]! : others.global[timer]!;
  }

  /**
   * The profile of a session: the service's timers, then the application's, then the global ones.
   *
   * @param index of the application, or -1
   * @param protocol IP protocol number of the session
   */
  profileFor(service: TimerOverrides | null, index: number, protocol: number): number {
    const { profileOf, plain, others, ofApplication } = this.era;
    const application = index < 0 ? null : ofApplication[index]!;
    if (service === null && application === null) return plain;
    let known = profileOf.get(service);
    if (known === undefined) {
      known = new Map();
      profileOf.set(service, known);
    }
    let profile = known.get(application);
    if (profile === undefined) {
      const own = ownTimers(service, application, protocol);
      profile = this.profiles.push({ own, others }) - 1;
      known.set(application, profile);
    }
    return profile;
  }

  private eraOf(config: FirewallConfig): Era {
    const known = this.eras.get(config);
    if (known !== undefined) return known;
    const others = globalTimers(config.timeouts);
    const own = new Int32Array(TIMERS.length).fill(INHERIT);
    const plain = this.profiles.push({ own, others }) - 1;
    const ofApplication = config.applications.map(({ overrides }) => overrides);
    const era = { others, plain, ofApplication, profileOf: new Map() };
    this.eras.set(config, era);
    return era;
  }
}

function globalTimers(t: Timeouts): GlobalTimers {
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
  const idle = new Int32Array(PROTOCOLS).fill(t.default);
  idle[PROTO_UDP] = t.udp;
  idle[PROTO_ICMP] = t.icmp;
  idle[PROTO_ICMPV6] = t.icmp;
  idle[PROTO_SCTP] = t.sctp;
  const discard = new Int32Array(PROTOCOLS).fill(t.discardDefault);
  discard[PROTO_TCP] = t.discardTcp;
  discard[PROTO_UDP] = t.discardUdp;
  discard[PROTO_SCTP] = t.discardSctp;
  return { global: Int32Array.from(TIMERS, (timer) => seconds[timer]), idle, discard };
}

function ownTimers(
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
