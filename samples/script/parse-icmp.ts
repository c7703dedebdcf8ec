/**
 * This file reads ICMP and ICMPv6 messages by name, or by `type=` and `code=`.
 */

import type { IcmpPart } from './script.ts';
import type { Fields } from './tokens.ts';
import { parseAddress, parsePayload } from './values.ts';

/** What follows a message's first four bytes. */
type Shape =
  /** Identifier and sequence number, then data. */
  | 'echo'
  /** A word that is 0 or `mtu=`, then the quoted packet. */
  | 'quote'
  /** A reserved word, then a target address and the sender's MAC. */
  | 'neighbour'
  /** Nothing by itself: `rest=` and data. */
  | 'plain';

interface Message {
  readonly type: number;
  readonly shape: Shape;
  /** Words of the code, in the order of tries; a number is always understood. */
  readonly codes?: Readonly<Record<string, number>>;
}

const UNREACHABLE_V4 = { net: 0, host: 1, protocol: 2, port: 3, fragmentation: 4, admin: 13 };
const UNREACHABLE_V6 = { 'no-route': 0, admin: 1, address: 3, port: 4 };
const EXCEEDED = { ttl: 0, reassembly: 1 };

const MESSAGES_V4: Readonly<Record<string, Message>> = {
  echo: { type: 8, shape: 'echo' },
  'echo-reply': { type: 0, shape: 'echo' },
  timestamp: { type: 13, shape: 'echo' },
  'timestamp-reply': { type: 14, shape: 'echo' },
  unreachable: { type: 3, shape: 'quote', codes: UNREACHABLE_V4 },
  'time-exceeded': { type: 11, shape: 'quote', codes: EXCEEDED },
  'source-quench': { type: 4, shape: 'quote' },
};

const MESSAGES_V6: Readonly<Record<string, Message>> = {
  echo: { type: 128, shape: 'echo' },
  'echo-reply': { type: 129, shape: 'echo' },
  unreachable: { type: 1, shape: 'quote', codes: UNREACHABLE_V6 },
  'packet-too-big': { type: 2, shape: 'quote' },
  'time-exceeded': { type: 3, shape: 'quote', codes: EXCEEDED },
  'neighbor-solicitation': { type: 135, shape: 'neighbour' },
  'neighbour-solicitation': { type: 135, shape: 'neighbour' },
  'neighbor-advertisement': { type: 136, shape: 'neighbour' },
  'neighbour-advertisement': { type: 136, shape: 'neighbour' },
};

/** Bytes of an echo's data when the script names none, as ping sends. */
const ECHO_BYTES = 56;

/** RFC 4861 §4.4: solicited and override, the flags of an answer to a solicitation. */
const ADVERTISEMENT_FLAGS = 0x6000_0000;

/** Reads the words and fields after `icmp` or `icmp6`. @throws ScriptError */
export function parseIcmp(fields: Fields, kind: 'icmp' | 'icmp6'): IcmpPart {
  const messages = kind === 'icmp' ? MESSAGES_V4 : MESSAGES_V6;
  const word = fields.nextPlain();
  const message = word === null ? parsePlain(fields) : messages[word];
  if (message === undefined) {
    const known = Object.keys(messages).join(', ');
    throw fields.error(`"${word}" is no ${kind} message: use ${known} or type=N code=N`);
  }
  const code = parseCode(fields, message);
  const common = { kind, type: message.type, code, target: null, linkLayerOption: null };
  switch (message.shape) {
    case 'echo':
      return { ...common, ...parseEcho(fields, message.type !== 13 && message.type !== 14) };
    case 'quote':
      return { ...common, ...parseQuote(fields) };
    case 'neighbour':
      return { ...common, ...parseNeighbour(fields, message.type) };
    case 'plain': {
      const rest = fields.integer('rest', 0, 0xffff_ffff) ?? 0;
      const quote = fields.integer('quote', 1, 1_000_000);
      return { ...common, rest, quote, payload: parsePayload(fields) };
    }
  }
}

function parsePlain(fields: Fields): Message {
  const type = fields.integer('type', 0, 255);
  if (type === null) throw fields.error('icmp needs a message such as echo, or type=N');
  return { type, shape: 'plain' };
}

function parseCode(fields: Fields, message: Message): number {
  const given = fields.integer('code', 0, 255);
  if (given !== null || message.codes === undefined) return given ?? 0;
  const word = fields.nextPlain();
  if (word === null) return 0;
  const code = message.codes[word];
  if (code !== undefined) return code;
  const known = Object.keys(message.codes).join(', ');
  throw fields.error(`"${word}" is no code of this message: use ${known} or code=N`);
}

function parseEcho(fields: Fields, isEcho: boolean): Pick<IcmpPart, 'rest' | 'quote' | 'payload'> {
  const identifier = fields.integer('id', 0, 65_535) ?? 0;
  const sequence = fields.integer('seq', 0, 65_535) ?? 0;
  // A timestamp message carries three 32-bit times (RFC 792).
  const payload = parsePayload(fields, isEcho ? ECHO_BYTES : 12);
  return { rest: ((identifier << 16) | sequence) >>> 0, quote: null, payload };
}

function parseQuote(fields: Fields): Pick<IcmpPart, 'rest' | 'quote' | 'payload'> {
  const quote = fields.integer('quote', 1, 1_000_000);
  if (quote === null) throw fields.error('this message needs quote=N, the number of a packet');
  const rest = fields.integer('mtu', 0, 0xffff_ffff) ?? 0;
  return { rest, quote, payload: new Uint8Array(0) };
}

function parseNeighbour(
  fields: Fields,
  type: number,
): Pick<IcmpPart, 'rest' | 'quote' | 'payload' | 'target' | 'linkLayerOption'> {
  const text = fields.text('target');
  const target = text === null ? null : parseAddress(text);
  if (target?.family !== 6) throw fields.error('neighbour discovery needs target=IPV6-ADDRESS');
  const asks = type === 135;
  return {
    rest: asks ? 0 : ADVERTISEMENT_FLAGS,
    quote: null,
    payload: new Uint8Array(0),
    target: target.bytes,
    linkLayerOption: asks ? 1 : 2,
  };
}
