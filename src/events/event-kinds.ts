/** This file names every kind of event and cause; numbers in the log, words in reports. */

/** Names as CONTRACT.md lists them, in the order of their numbers. */
export const EVENT_KINDS = [
  'session-created',
  'transition',
  'zonechange',
  'tcp-reuse',
  's2c-collision',
  'icmp-error',
  'drop',
  'policy-deny',
  'discard-refresh',
  'table-full',
  'aging-accelerated',
  'nat',
  'egress-change',
  'commit',
  'rematch',
  'appid',
  'app-shift',
  'rst-sent',
  'unreachable-sent',
  'implicit-use',
  'inspection-bypassed',
  'predict-installed',
  'predict-converted',
  'predict-expired',
  'predict-withdrawn',
  'predict-superseded',
  'predict-refused',
  'alg-blind',
  'offload-start',
  'offload-stop',
  'command',
  'late-refresh',
] as const;

export const EVENT_SESSION_CREATED = 0;
export const EVENT_TRANSITION = 1;
export const EVENT_ZONECHANGE = 2;
export const EVENT_TCP_REUSE = 3;
export const EVENT_S2C_COLLISION = 4;
export const EVENT_ICMP_ERROR = 5;
export const EVENT_DROP = 6;
export const EVENT_POLICY_DENY = 7;
export const EVENT_DISCARD_REFRESH = 8;
export const EVENT_TABLE_FULL = 9;
export const EVENT_AGING_ACCELERATED = 10;
export const EVENT_NAT = 11;
export const EVENT_EGRESS_CHANGE = 12;
export const EVENT_COMMIT = 13;
export const EVENT_REMATCH = 14;
export const EVENT_APPID = 15;
export const EVENT_APP_SHIFT = 16;
export const EVENT_RST_SENT = 17;
export const EVENT_UNREACHABLE_SENT = 18;
export const EVENT_IMPLICIT_USE = 19;
export const EVENT_INSPECTION_BYPASSED = 20;
export const EVENT_PREDICT_INSTALLED = 21;
export const EVENT_PREDICT_CONVERTED = 22;
export const EVENT_PREDICT_EXPIRED = 23;
export const EVENT_PREDICT_WITHDRAWN = 24;
export const EVENT_PREDICT_SUPERSEDED = 25;
export const EVENT_PREDICT_REFUSED = 26;
export const EVENT_ALG_BLIND = 27;
export const EVENT_OFFLOAD_START = 28;
export const EVENT_OFFLOAD_STOP = 29;
export const EVENT_COMMAND = 30;
export const EVENT_LATE_REFRESH = 31;

/** Above the number of the override rule, in an appid event of an application that it gave. */
export const APPID_OVERRIDE = 0x1000_0000;

/**
 * Above the seen zone's number in a zonechange event: the packet was dropped; it is the forwarding
 * that leads to another zone, not the arrival; it was counted as non-SYN alone.
 */
export const ZONECHANGE_DROPPED = 0x1_0000;
export const ZONECHANGE_FORWARD = 0x2_0000;
export const ZONECHANGE_STRICT = 0x4_0000;

/** In a policy-deny event: the session had been allowed; above it what is answered (session/answers). */
export const POLICY_DENY_LATER = 1;
export const POLICY_DENY_ANSWER_SHIFT = 1;

/** In an event of a packet that the firewall sends: to the server; IPv6; from an address not known. */
export const SENT_TO_SERVER = 1;
export const SENT_FAMILY_6 = 2;
export const SENT_FROM_UNKNOWN = 4;

/** Limits that an inspection-bypassed event may be of. */
export const LIMITS = ['tcp-out-of-order', 'tcp-out-of-order-global', 'content-queue'] as const;

/** In an implicit-use event: the child's number is multiplied by it, above the parent's. */
export const IMPLICIT_PARENTS = 0x40_0000;

/** Above the new interface's number in an egress-change event: it is the replies that leave by it. */
export const EGRESS_CHANGE_S2C = 0x1_0000;

/** What a session shows as its state (CONTRACT: Records; panos.md §1.1). */
export const STATES = [
  'FREE',
  'INIT',
  'OPENING',
  'ACTIVE',
  'CLOSING',
  'CLOSED',
  'DISCARD',
] as const;
export type State = (typeof STATES)[number];

export const STATE_FREE = 0;
export const STATE_INIT = 1;
export const STATE_CLOSING = 4;
export const STATE_CLOSED = 5;
export const STATE_DISCARD = 6;

/** Severities, spelled as in `show counter global` (panos.md §4.4). */
export type Severity = 'info' | 'drop' | 'warn' | 'error';
