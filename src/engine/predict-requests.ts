/**
 * This file turns what an ALG asks for into what is installed: addresses of the parent's ends in place of
 * `own`, zones in place of sides, and, where the parent is translated, both names of each end.
 *
 * What a message announces is translated where it is the address of its parent's own end, or the one that
 * the other side knows it by: the packet comes to the translated address and leaves for the own one
 * (panos.md §6.1 "packets matching the predict are NATed like the parent needs"). Of other hosts, media
 * servers, say, `predict-hosts.ts` asks the NAT rules.
 */

import type { AlgEnd, PredictRequest } from '../alg/alg.ts';
import type { PredictNote } from '../events/event-log.ts';
import { formatIpv4, formatIpv6 } from '../net/address.ts';
import { secondAndNanosecond } from '../net/time.ts';
import {
  C2S_KEY,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  META_IPV6,
  META_ZONE_SHIFT,
  RULE,
  S2C_KEY,
  SERIAL,
  SESSION_ID,
  TAIL_WORDS,
  twinOf,
} from '../session/layout.ts';
import type { Moment, ParentEnds, PortWish, PredictEnd, PredictFacts } from '../session/predict.ts';
import { type SessionTable, ZONE_ANY } from '../session/session-table.ts';
import type { EngineParts } from './parts.ts';
import { otherHostSeen } from './predict-hosts.ts';

/** Port that a server's side of active FTP has (RFC 959 §8). */
const FTP_DATA_PORT = 20;

/** A request in the words of the table. */
export interface ResolvedRequest {
  readonly facts: PredictFacts;
  /** Its destination is neither of the parent's ends. */
  readonly isThirdHost: boolean;
  /** Its addresses are of two families, or of none that it can have. */
  readonly isUnusable: boolean;
}

/** An end's address before zones and ports. */
interface ResolvedAddress {
  /** As the initiator's side has it; null is any. */
  readonly words: Int32Array | null;
  /** What it is itself. */
  readonly own: Int32Array | null;
  readonly side: 0 | 1 | null;
  readonly isThirdHost: boolean;
}

/** Resolves a request of the session in `slot`. */
export function resolveRequest(
  parts: EngineParts,
  slot: number,
  request: PredictRequest,
): ResolvedRequest {
  const { table, config } = parts;
  const at = slot * HOT_WORDS;
  const parentFamily = (table.hot[at + KEY_META]! & META_IPV6) === 0 ? 4 : 6;
  const names = namesOf(table, slot, parentFamily);
  const from = addressOf(request.from, names, 'own');
  const to = addressOf(request.to, names, 'seen');
  const family = familyOf(to.words) ?? familyOf(from.words) ?? parentFamily;
  const { application, protocol } = request;
  const isPinned =
    config.session.pinsFtpSourcePort && application === 'ftp-data' && request.from.side === 1;
  const sport = isPinned && request.from.port === 0 ? FTP_DATA_PORT : request.from.port;
  const source = { words: from.words, port: sport, zone: zoneOf(table, slot, request.from.side) };
  const led = ledTo(parts, slot, request, { to, names });
  const zone = zoneOf(table, slot, request.to.side ?? to.side);
  const destination = { words: led.words, port: led.port, zone };
  const isTranslated = family === 4 && to.own !== null && to.own[0] !== led.words?.[0];
  const translated = isTranslated ? { word: to.own![0]!, port: request.to.port } : null;
  const index = config.applications.findIndex(({ name }) => name === application);
  const facts: PredictFacts = {
    parentSlot: slot,
    parent: table.hot[at + SERIAL]! >>> 0,
    parentId: table.tail[slot * TAIL_WORDS + SESSION_ID]!,
    twin: twinOf(table.hot[at + KEY_META]!),
    application: index,
    rule: table.tail[slot * TAIL_WORDS + RULE]!,
    protocol,
    family,
    source,
    destination,
    translated,
    ends: parentFamily === 4 ? endsOf(names) : null,
    side: to.side ?? request.to.side,
    wish: translated === null || translated.port === 0 ? null : led.wish,
    natRule: led.natRule,
    group: request.group,
    identity: `${protocol} ${textOf(from.own)} ${sport} ${textOf(to.own)} ${request.to.port}`,
    note: noteOf(parts, request, { source, destination }, translated),
    installed: momentOf(parts),
    timeout: config.applications[index]?.predictTimeout ?? config.timeouts.predict,
  };
  const isMixed = [from.words, to.words].some((w) => w !== null && familyOf(w) !== family);
  return { facts, isThirdHost: to.isThirdHost, isUnusable: isMixed };
}

/** The time and the packet in hand. */
export function momentOf({ position }: Pick<EngineParts, 'position'>): Moment {
  const { packet, file, frame, epochSeconds } = position;
  return { ...secondAndNanosecond(epochSeconds, position.clock[0]!), packet, file, frame };
}

/** Addresses of a session's ends by side: what each is itself, and as the other side sees it. */
interface Names {
  readonly own: readonly [Int32Array, Int32Array];
  readonly seen: readonly [Int32Array, Int32Array];
}

function namesOf({ hot, wide }: SessionTable, slot: number, family: 4 | 6): Names {
  if (family === 6) {
    const side = (first: number) =>
      Int32Array.from([0, 1, 2, 3], (i) => wide.word(slot, first + i));
    const own = [side(0), side(4)] as const;
    return { own, seen: own };
  }
  const word = (offset: number) => Int32Array.of(hot[slot * HOT_WORDS + offset]!);
  return {
    own: [word(C2S_KEY + KEY_SOURCE), word(S2C_KEY + KEY_SOURCE)],
    seen: [word(S2C_KEY + KEY_DESTINATION), word(C2S_KEY + KEY_DESTINATION)],
  };
}

const endsOf = ({ own, seen }: Names): ParentEnds => ({
  own: [own[0][0]!, own[1][0]!],
  seen: [seen[0][0]!, seen[1][0]!],
});

/**
 * @param view which name the initiator's side has for an end of the parent: `own` for where it sends
 *   from, `seen` for where it sends to
 */
function addressOf({ side, address }: AlgEnd, names: Names, view: 'own' | 'seen'): ResolvedAddress {
  const nothing = { words: null, own: null, side, isThirdHost: false };
  if (address === null) return nothing;
  const literal = address === 'own' ? null : Int32Array.from(address);
  if (literal === null && side === null) return nothing;
  for (const one of side === null ? ([0, 1] as const) : [side]) {
    const own = names.own[one];
    const isIt = literal === null || isSame(literal, own) || isSame(literal, names.seen[one]);
    if (isIt) return { words: names[view][one], own, side: one, isThirdHost: false };
  }
  return { words: literal, own: literal, side, isThirdHost: true };
}

const isSame = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((word, i) => word === b[i]);

/** How the other side reaches what is announced. */
interface Led {
  readonly words: Int32Array | null;
  readonly port: number;
  readonly wish: PortWish | null;
  readonly natRule: number;
}

function ledTo(
  parts: EngineParts,
  slot: number,
  { protocol, to: { port } }: PredictRequest,
  { to, names }: { to: ResolvedAddress; names: Names },
): Led {
  const { table, nat } = parts;
  const natRule = nat.translations.ruleOf(slot);
  const as = (part: Partial<Led>): Led => ({ words: to.words, port, wish: null, natRule, ...part });
  if (to.isThirdHost) {
    const isIpv4 = to.own?.length === 1 && names.own[0].length === 1;
    if (!isIpv4 || to.side === null) return as({});
    const peer = names.seen[to.side === 0 ? 1 : 0][0]!;
    return as(
      otherHostSeen(parts, slot, { side: to.side, word: to.own[0]!, protocol, peer }) ?? {},
    );
  }
  const parentsPort = parentsPortSeen(table, slot, to.side, protocol, port);
  if (parentsPort !== null) return as({ port: parentsPort });
  const way = nat.rules[natRule]?.sourceWay;
  if (to.side !== 0 || way?.kind !== 'ports') return as({});
  const wish = { use: way.use, address: names.seen[0][0]!, destination: names.own[1][0]! };
  return as({ wish });
}

/**
 * How the other side knows the announced port where it is that of the parent's own end; null for any other.
 * It is translated already: TFTP's server answers to the port that the request came from (RFC 1350 §4).
 */
function parentsPortSeen(
  { hot }: SessionTable,
  slot: number,
  side: 0 | 1 | null,
  protocol: number,
  port: number,
): number | null {
  const c2s = slot * HOT_WORDS + C2S_KEY;
  const s2c = slot * HOT_WORDS + S2C_KEY;
  if (side === null || (hot[c2s + KEY_META]! & 0xff) !== protocol) return null;
  const [own, seen] = side === 0 ? [c2s, s2c] : [s2c, c2s];
  return hot[own + KEY_PORTS]! >>> 16 === port ? hot[seen + KEY_PORTS]! & 0xffff : null;
}

function familyOf(words: Int32Array | null): 4 | 6 | null {
  if (words === null) return null;
  return words.length === 1 ? 4 : 6;
}

function zoneOf({ hot }: SessionTable, slot: number, side: 0 | 1 | null): number {
  if (side === null) return ZONE_ANY;
  return hot[slot * HOT_WORDS + (side === 0 ? C2S_KEY : S2C_KEY) + KEY_META]! >>> META_ZONE_SHIFT;
}

function noteOf(
  { zones }: EngineParts,
  { application, protocol, cause, triggeredBy }: PredictRequest,
  { source, destination }: Record<'source' | 'destination', PredictEnd>,
  translated: PredictFacts['translated'],
): PredictNote {
  const zone = (number: number) => (number === ZONE_ANY ? null : zones.zoneNames[number]!);
  return {
    application,
    protocol,
    source: source.words && textOf(source.words),
    sourceZone: zone(source.zone),
    sport: source.port,
    destination: destination.words && textOf(destination.words),
    destinationZone: zone(destination.zone),
    dport: destination.port,
    translated: translated && { address: formatIpv4(translated.word), port: translated.port },
    cause,
    triggeredBy: triggeredBy === 0 ? 'client' : 'server',
    reason: null,
  };
}

function textOf(words: Int32Array | null): string {
  if (words === null) return '*';
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  return words.length === 1 ? formatIpv4(w0) : formatIpv6(w0, w1, w2, w3);
}
