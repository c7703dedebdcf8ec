/**
 * This file reads H.225.0 call signalling (ITU-T H.225.0 §7.2 and Annex H): in the user-user element of a
 * message of Q.931, where its sender waits for H.245, channels that it opens at once (fast connect), and
 * messages of H.245 that are carried along (H.323 §8.2.1).
 *
 * What stands before these is read to know where they begin. A form that is not known here ends the
 * reading of its message: what came before it counts.
 */

import {
  readTransport,
  skipAliases,
  skipEndpointType,
  skipNonStandard,
  skipServices,
} from './h225-parts.ts';
import type { H245End } from './h245-message.ts';
import { PerReader } from './per-reader.ts';

export interface H225Message {
  /** Of Q.931. */
  readonly type: number;
  readonly h245: H245End | null;
  /** Each is an OpenLogicalChannel. */
  readonly fastStart: readonly PerReader[];
  /** Each is a message of H.245. */
  readonly tunnelled: readonly PerReader[];
}

/** Q.931 §3.1: message types. */
export const Q931_TYPES: ReadonlyMap<number, string> = new Map([
  [0x01, 'ALERTING'],
  [0x02, 'CALL PROCEEDING'],
  [0x03, 'PROGRESS'],
  [0x05, 'SETUP'],
  [0x07, 'CONNECT'],
  [0x0d, 'SETUP ACKNOWLEDGE'],
  [0x5a, 'RELEASE COMPLETE'],
  [0x62, 'FACILITY'],
  [0x6e, 'NOTIFY'],
  [0x75, 'STATUS ENQUIRY'],
  [0x7b, 'INFORMATION'],
  [0x7d, 'STATUS'],
]);
export const RELEASE_COMPLETE = 0x5a;

/** Channels, and messages carried along, of one message; those beyond are not looked at. */
export const H225_PARTS_MAX = 64;

const DISCRIMINATOR = 0x08;
const USER_USER = 0x7e;
/** What the element has is in ASN.1. */
const ASN_1 = 0x05;

/** Alternatives of the message body (H.225.0 Annex H): seven of the root, then additions. */
const BODIES = 7;
const SETUP = 0;
const PROCEEDING = 1;
const CONNECT = 2;
const ALERTING = 3;
const INFORMATION = 4;
const RELEASE = 5;
const PROGRESS_ADDED = 0;
/** Where `fastStart` stands among the additions, and `h245Address` of Facility. */
const SETUP_FAST = 6;
const ANSWER_FAST = 4;
const FACILITY_H245 = 6;
const FACILITY_FAST = 7;
/** `h245Control` among the additions of the whole. */
const H245_CONTROL = 2;

const NOTHING: H225Body = { h245: null, fastStart: null };

interface H225Body {
  readonly h245: H245End | null;
  /** A sequence of octet strings. */
  readonly fastStart: PerReader | null;
}

/**
 * Reads a message of Q.931 with a call reference; null for what is none.
 *
 * @param onExceeded is told of more parts than are looked at
 */
export function readH225(
  bytes: Uint8Array,
  from: number,
  onExceeded: () => void,
): H225Message | null {
  if (bytes[from] !== DISCRIMINATOR) return null;
  const type = bytes[from + 2 + (bytes[from + 1] ?? 0)];
  if (type === undefined || !Q931_TYPES.has(type)) return null;
  const per = userUser(bytes, from + 3 + (bytes[from + 1] ?? 0));
  if (per === null) return { type, h245: null, fastStart: [], tunnelled: [] };
  per.optionals(2);
  const hasAdditions = per.isSet();
  const hasOther = per.isSet();
  const { h245, fastStart } = readBody(per);
  if (hasOther) skipNonStandard(per);
  const control = per.additions(hasAdditions)[H245_CONTROL] ?? null;
  return {
    type,
    h245,
    fastStart: parts(fastStart, onExceeded),
    tunnelled: parts(control, onExceeded),
  };
}

/** The contents of the user-user element, or null; elements are Q.931's (§4.5.1). */
function userUser(bytes: Uint8Array, from: number): PerReader | null {
  for (let at = from; at < bytes.length; ) {
    const identifier = bytes[at] ?? 0;
    const short = bytes[at + 1] ?? 0;
    if (identifier === USER_USER) {
      // Its length has two bytes (H.225.0 §7.2.2.31).
      const end = at + 3 + short * 256 + (bytes[at + 2] ?? 0);
      return bytes[at + 3] === ASN_1 ? new PerReader(bytes, at + 4, end) : null;
    }
    at += identifier >= 128 ? 1 : 2 + short;
  }
  return null;
}

/** The octet strings of a sequence of them. */
function parts(per: PerReader | null, onExceeded: () => void): PerReader[] {
  if (per === null) return [];
  const found: PerReader[] = [];
  const count = per.length();
  if (count > H225_PARTS_MAX) onExceeded();
  for (let i = 0; i < Math.min(count, H225_PARTS_MAX); i++) {
    const part = per.piece();
    if (!per.isSound) break;
    found.push(part);
  }
  return found;
}

function readBody(per: PerReader): H225Body {
  const { index, added } = per.choice(BODIES);
  if (added !== null) return index === PROGRESS_ADDED ? readProgress(added) : NOTHING;
  switch (index) {
    case SETUP:
      return readSetup(per);
    case PROCEEDING:
    case ALERTING:
      return readAnswer(per, false);
    case CONNECT:
      return readAnswer(per, true);
    case INFORMATION: {
      const hasAdditions = per.isSet();
      per.piece();
      per.additions(hasAdditions);
      return NOTHING;
    }
    case RELEASE:
      // Whatever it says, the call is over.
      per.fail();
      return NOTHING;
    default:
      return readFacility(per);
  }
}

function readSetup(per: PerReader): H225Body {
  const hasAdditions = per.isSet();
  const [hasH245, hasSource, hasAliases, hasSignal, hasExtra, hasReferences, hasServices] =
    per.optionals(7);
  per.piece();
  const h245 = hasH245 ? readTransport(per) : null;
  if (hasSource) skipAliases(per);
  skipEndpointType(per);
  if (hasAliases) skipAliases(per);
  if (hasSignal) readTransport(per);
  if (hasExtra) skipAliases(per);
  if (hasReferences) per.skip(2 * per.length());
  per.bit();
  per.skip(16);
  // The goal of the conference, services, the type of the call.
  per.choice(3);
  if (hasServices) skipServices(per);
  per.choice(4);
  return { h245, fastStart: per.additions(hasAdditions)[SETUP_FAST] ?? null };
}

/** CallProceeding, Alerting and Connect; in this one the address stands first, and a conference last. */
function readAnswer(per: PerReader, isConnect: boolean): H225Body {
  const hasAdditions = per.isSet();
  const hasH245 = per.isSet();
  per.piece();
  let h245 = hasH245 && isConnect ? readTransport(per) : null;
  skipEndpointType(per);
  if (hasH245 && !isConnect) h245 = readTransport(per);
  if (isConnect) per.skip(16);
  return { h245, fastStart: per.additions(hasAdditions)[ANSWER_FAST] ?? null };
}

/** Its fast connect stands behind what only secured calls have; of those it is not read. */
function readProgress(per: PerReader): H225Body {
  per.bit();
  const [hasH245, hasMode, hasTokens, hasCrypto, hasFast] = per.optionals(5);
  per.piece();
  skipEndpointType(per);
  const h245 = hasH245 ? readTransport(per) : null;
  const isSecured = hasMode === true || hasTokens === true || hasCrypto === true;
  if (!hasFast || isSecured) return { h245, fastStart: null };
  const hasMore = per.isSet();
  per.skip(16);
  per.additions(hasMore);
  return { h245, fastStart: per };
}

function readFacility(per: PerReader): H225Body {
  const hasAdditions = per.isSet();
  const [hasOther, hasAlias, hasConference] = per.optionals(3);
  per.piece();
  if (hasOther) readTransport(per);
  if (hasAlias) skipAliases(per);
  if (hasConference) per.skip(16);
  per.choice(4);
  const additions = per.additions(hasAdditions);
  const address = additions[FACILITY_H245] ?? null;
  return {
    h245: address === null ? null : readTransport(address),
    fastStart: additions[FACILITY_FAST] ?? null,
  };
}
