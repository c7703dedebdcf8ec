/**
 * This file holds the snapshot of one session that reports read: plain values, no typed arrays.
 *
 * The object that a listener gets is reused for the next session: copy what must last.
 */

import type { RuleAction } from '../config/firewall-config.ts';
import type { State } from '../events/event-kinds.ts';
import { formatIpv4, formatIpv6 } from '../net/address.ts';
import { hasOneNumber } from '../net/protocol.ts';
import type { AppDetail } from './app-detail.ts';
import type { EndReason } from './end-reason.ts';
import type { OffloadRow } from './offload-row.ts';

/** One direction's counts. */
export interface DirectionRow {
  packets: number;
  /** Sum of the IP headers' lengths. */
  ipBytes: number;
  /** As PAN-OS shows them: IP plus 14 a packet and 4 a VLAN tag (panos.md §5.2). */
  bytes: number;
  /** Packets with transport payload. */
  layer7Packets: number;
  dropped: number;
}

/** What a session's translation shows (panos.md §1.3): source, destination or both. */
export type NatFlags = 'NS' | 'ND' | 'NB';

/**
 * A session's translation. Its ends before it are the row's own, those after it the row's translated
 * ones.
 */
export interface NatRow {
  rule: string;
  flags: NatFlags;
  /** The capture shows the translated side. */
  isObserved: boolean;
  /** Observed, but which session it belongs to was inferred. */
  isInferred: boolean;
  /** Observed, and the rules cannot explain it. */
  isUnexplained: boolean;
  /** The pool's own choice where the capture showed another, else null. */
  model: { word: number; port: number } | null;
}

/** How an application was identified (panos.md §9). */
export interface IdentificationRow {
  /** Number of the packet that decided; 0 while nothing has. */
  readonly packet: number;
  /** Where the form that was met is defined; null where none was. */
  readonly source: string | null;
  /** The application that it shifted from. */
  readonly before: string | null;
  /** The rule that it was set up under. */
  readonly ruleBefore: string;
  /** The capture lacks the payload that would tell. */
  readonly isCut: boolean;
  /** Nothing more is looked for in its payload. */
  readonly isDone: boolean;
  /** The rule of the application denied it. */
  readonly isDenied: boolean;
  /** What its payload said in clear; null for nothing. */
  readonly detail: AppDetail | null;
  /** The rest of its payload was not inspected: a limit was exceeded. */
  readonly isBypassed: boolean;
  /** null where its rules were for what it was. */
  readonly implicitUse: ImplicitUseRow | null;
}

/**
 * A session passed by a rule for an application that it could still turn out to be (panos.md §9, log
 * flag 0x2000).
 */
export interface ImplicitUseRow {
  /** What it was then. */
  readonly application: string;
  /** What the rule allows, which implicitly uses it. */
  readonly child: string;
  readonly rule: string;
  /** That is its rule still. */
  readonly isTemporary: boolean;
}

/** What an ALG made of a control session. */
export interface AlgRow {
  /** The application whose ALG reads it. */
  readonly application: string;
  /** false where it is switched off: then it reads, and lets nothing through. */
  readonly isOn: boolean;
  /** Parts of the control channel that it could not read: the capture lacks them. */
  readonly gaps: number;
  /** Number of the packet from which on nothing can be read, and why; null where all can. */
  readonly blindSince: number | null;
  readonly blindCause: string | null;
}

/** One change of state. */
export interface TransitionRow {
  /** Seconds since 1970. */
  second: number;
  nanosecond: number;
  /** Frame number; 0 when a timer moved the session. */
  packet: number;
  /** Index of the packet's input file, and its frame number there. */
  file: number;
  frame: number;
  from: State;
  to: State;
  cause: string;
}

const newDirection = (): DirectionRow => ({
  packets: 0,
  ipBytes: 0,
  bytes: 0,
  layer7Packets: 0,
  dropped: 0,
});

/** One session; see the file's head for how long it lasts. */
export class SessionRow {
  serial = 0;
  sessionId = 0;
  state: State = 'FREE';
  family: 4 | 6 = 4;
  protocol = 0;
  /** ICMP_ kind of the request (wire/icmp), 0 for other protocols and messages. */
  icmpKind = 0;
  application: string | null = null;
  rule: string | null = null;
  action: RuleAction = 'allow';
  /** Whether its end is logged (`log-end` of the rule). */
  isLogged = true;
  /** The c2s flow's addresses: the first word for family 4, four for family 6. */
  readonly sourceWords = new Int32Array(4);
  readonly destinationWords = new Int32Array(4);
  sport = 0;
  dport = 0;
  /**
   * The same as the server sees them: the s2c flow's, the other way round. Without NAT they are the
   * client's.
   */
  translatedSourceWords: Int32Array = this.sourceWords;
  translatedDestinationWords: Int32Array = this.destinationWords;
  translatedSport = 0;
  translatedDport = 0;
  /** null where nothing is translated. */
  nat: NatRow | null = null;
  /** The NAT rule that it met, be it one that exempts; null for none. */
  natRule: string | null = null;
  sourceZone = '';
  /** null until the first reply says which zone it is. */
  destinationZone: string | null = null;
  readonly c2s = newDirection();
  readonly s2c = newDirection();
  ingressInterface: string | null = null;
  /** As it was when the session was made; changes of routes are events (`egress-change`). */
  egressInterface: string | null = null;
  startSecond = 0;
  startNanosecond = 0;
  startPacket = 0;
  startFile = 0;
  startFrame = 0;
  lastSecond = 0;
  lastNanosecond = 0;
  /** Last packet minus start. */
  elapsedNs = 0;
  /** null for a live session, like `endReason`. */
  end: { second: number; nanosecond: number; lifetimeNs: number } | null = null;
  endReason: EndReason | null = null;
  /** Seconds. */
  timeout = 0;
  /** Whole seconds left when the replay ended; 0 for a session that ended. */
  timeToLive = 0;
  readonly transitions: TransitionRow[] = [];
  egressCopies = 0;
  /** Events of kinds that can come without end that were counted but not written. */
  eventsLeftOut = 0;
  /** Timers of its service's own apply (panos.md §2.2). */
  hasServiceTimers = false;
  /**
   * How its application was identified; null where ports or the protocol tell it, and where it was
   * denied before there could be payload.
   */
  identification: IdentificationRow | null = null;
  /** The override rule that gave it its application; null for none. */
  overrideRule: string | null = null;
  /** Serials of the session and the predict that it comes from; null for one that no predict let through. */
  parent: number | null = null;
  /** Session id of the parent. */
  parentId: number | null = null;
  predict: number | null = null;
  /** Application whose ALG announced it, and so let it through. */
  announcedBy: string | null = null;
  /** Serials of the sessions that came of its predicts, in order: the first ones. */
  children: readonly number[] = [];
  /** How many there are. */
  childCount = 0;
  /** A control channel announced it, whether that let it through or not. */
  wasAnnounced = false;
  /** null where no ALG reads it. */
  alg: AlgRow | null = null;
  /** What of it hardware could carry; null where nobody asked. */
  offload: OffloadRow | null = null;
  /** Number of the twin that the session is of, 0 for an original; null where clients have none. */
  twin: number | null = null;
  /** It was there before the capture began (`--midstream`). */
  isMidstream = false;
  /** What the firewall answers to its denial: ANSWER_ bits with the reason (session/answers). */
  answer = 0;
  /** Serial of the session that carried its first packet in a tunnel, or null. */
  tunnel: number | null = null;
  /** Packets of its endpoints that came in by another zone; in no other count of it. */
  zoneMismatches = 0;
  /** Only the client was seen after its SYN (panos.md §8). */
  isAsymmetricSuspect = false;

  /** The client's address as text, made when it is asked for. */
  get source(): string {
    return addressText(this.family, this.sourceWords);
  }

  /** The server's. */
  get destination(): string {
    return addressText(this.family, this.destinationWords);
  }

  /** The client's as the server sees it. */
  get translatedSource(): string {
    return addressText(this.family, this.translatedSourceWords);
  }

  /** The server's own. */
  get translatedDestination(): string {
    return addressText(this.family, this.translatedDestinationWords);
  }
}

function addressText(family: 4 | 6, words: Int32Array): string {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  return family === 4 ? formatIpv4(w0) : formatIpv6(w0, w1, w2, w3);
}

/** Source and destination port of a session's s2c flow. */
export function replyPorts(
  row: Pick<SessionRow, 'protocol' | 'translatedSport' | 'translatedDport'>,
): [sport: number, dport: number] {
  const { translatedSport, translatedDport } = row;
  return hasOneNumber(row.protocol)
    ? [translatedSport, translatedDport]
    : [translatedDport, translatedSport];
}
