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
  'predict-installed',
  'predict-converted',
  'predict-expired',
  'predict-withdrawn',
  'predict-superseded',
  'predict-refused',
  'alg-blind',
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
export const EVENT_PREDICT_INSTALLED = 17;
export const EVENT_PREDICT_CONVERTED = 18;
export const EVENT_PREDICT_EXPIRED = 19;
export const EVENT_PREDICT_WITHDRAWN = 20;
export const EVENT_PREDICT_SUPERSEDED = 21;
export const EVENT_PREDICT_REFUSED = 22;
export const EVENT_ALG_BLIND = 23;

/**
 * Above the seen zone's number in a zonechange event: the packet was dropped; it is the forwarding
 * that leads to another zone, not the arrival; it was counted as non-SYN alone.
 */
export const ZONECHANGE_DROPPED = 0x1_0000;
export const ZONECHANGE_FORWARD = 0x2_0000;
export const ZONECHANGE_STRICT = 0x4_0000;

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
