/**
 * This file reads what a packet line carries: tcp, udp, sctp or another protocol by its number.
 */

import { parseIcmp } from './parse-icmp.ts';
import type { Address, OtherPart, Part, TcpPart, UdpPart } from './script.ts';
import { parseSctp } from './sctp-packet.ts';
import type { Fields } from './tokens.ts';
import { parsePayload, parseSequence, parseTcpFlags, TCP_FLAGS } from './values.ts';

/** One side of a line: its address and, where it was written, its port. */
export interface Endpoint {
  readonly address: Address;
  readonly port: number | null;
}

/** Reads a packet's protocol and its fields. @throws ScriptError */
export function parsePart(
  fields: Fields,
  protocol: string,
  sides: { source: Endpoint; destination: Endpoint },
): Part {
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp') {
    const sourcePort = sides.source.port;
    const destinationPort = sides.destination.port;
    if (sourcePort === null || destinationPort === null) {
      throw fields.error(`${protocol} needs a port on both sides`);
    }
    const ports = { sourcePort, destinationPort };
    if (protocol === 'sctp') return parseSctp(fields, ports);
    return protocol === 'tcp' ? parseTcp(fields, ports) : parseUdp(fields, ports);
  }
  if (sides.source.port !== null || sides.destination.port !== null) {
    throw fields.error(`${protocol} has no ports: write the addresses alone`);
  }
  if (protocol === 'icmp' || protocol === 'icmp6') {
    const family = protocol === 'icmp' ? 4 : 6;
    if (sides.source.address.family !== family) {
      throw fields.error(`${protocol} goes with IPv${family} addresses`);
    }
    return parseIcmp(fields, protocol);
  }
  return parseOther(fields, protocol);
}

interface Ports {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

function parseTcp(fields: Fields, ports: Ports): TcpPart {
  const flags = parseTcpFlags(fields, fields.nextPlain());
  const isn = fields.integer('isn', 0, 0xffff_ffff);
  if (isn !== null && (flags & TCP_FLAGS.S) === 0) {
    throw fields.error('isn= belongs on a segment with SYN');
  }
  const seq = parseSequence(fields, 'seq');
  if (isn !== null && seq !== null) throw fields.error('isn= and seq= exclude each other');
  return {
    kind: 'tcp',
    ...ports,
    flags,
    seq,
    ack: parseSequence(fields, 'ack'),
    isn,
    window: fields.integer('win', 0, 65_535),
    windowScale: fields.integer('ws', 0, 255),
    mss: fields.integer('mss', 0, 65_535),
    sackPermitted: fields.flag('sack'),
    timestamps: parseTimestamps(fields),
    payload: parsePayload(fields),
  };
}

function parseTimestamps(fields: Fields): TcpPart['timestamps'] {
  const text = fields.text('ts');
  if (text === null) return null;
  const [value, echo, ...more] = text.split('/');
  if (value === undefined || echo === undefined || more.length > 0) {
    throw fields.error(`ts= needs VALUE/ECHO: "${text}"`);
  }
  const bounds = { least: 0, most: 0xffff_ffff };
  return {
    value: fields.checkInteger('ts=', value, bounds),
    echo: fields.checkInteger('ts=', echo, bounds),
  };
}

function parseUdp(fields: Fields, ports: Ports): UdpPart {
  return { kind: 'udp', ...ports, payload: parsePayload(fields) };
}

/** Protocols that have a word of their own in the language. */
const NAMED = [
  { number: 1, word: 'icmp' },
  { number: 6, word: 'tcp' },
  { number: 17, word: 'udp' },
  { number: 58, word: 'icmp6' },
  { number: 132, word: 'sctp' },
];

function parseOther(fields: Fields, word: string): OtherPart {
  const text = /^proto=(.*)$/.exec(word)?.[1];
  if (text === undefined) {
    throw fields.error(`"${word}" is no protocol: use tcp, udp, sctp, icmp, icmp6 or proto=NUMBER`);
  }
  const protocol = fields.checkInteger('proto=', text, { least: 0, most: 255 });
  const named = NAMED.find((entry) => entry.number === protocol);
  if (named !== undefined) throw fields.error(`proto=${protocol} is written ${named.word}`);
  return { kind: 'other', protocol, payload: parsePayload(fields) };
}
