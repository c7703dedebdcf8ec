/** This file reads values behind qualifiers: addresses, MAC addresses, ports, protocols. */

import type { Qualifiers, ValueReader } from './primitives.ts';
import type { TokenList } from './token-list.ts';
import type { Token } from './tokens.ts';
import type { AddressProtocol } from './tree.ts';
import {
  readHost,
  readMac,
  readMasked,
  readNet,
  readNumber,
  readPort,
  readPortRange,
} from './values.ts';
import { ETHER_TYPES, PORT_PROTOCOLS, PROTOCOL_NUMBERS } from './words.ts';

const PROTOCOL_MAX = 255;
const ETHER_TYPE_MAX = 0xffff;
const FAMILIES: Readonly<Record<string, 4 | 6>> = { ip: 4, arp: 4, rarp: 4, ip6: 6 };

/** `host`, `net`, or neither: then a value with a length is a network. */
export function addressTest(tokens: TokenList, { protocol, side, type }: Qualifiers): ValueReader {
  const only = addressProtocol(tokens, protocol, type);
  return {
    wanted: type?.text === 'net' ? 'a network' : 'an address',
    read: (value) => {
      const isNet = type?.text === 'net' || (type === null && value.text.includes('/'));
      const isMasked = isNet && tokens.next.kind === 'word' && tokens.next.text === 'mask';
      const prefix = isMasked
        ? readMasked(value.text, takeMask(tokens))
        : isNet
          ? readNet(value.text)
          : readHost(value.text);
      if (typeof prefix === 'string') throw tokens.failure(value, prefix);
      const family = only === null ? prefix.family : FAMILIES[only];
      if (family !== prefix.family) {
        throw tokens.failure(
          value,
          `${only} has IPv${family} addresses: this one is IPv${prefix.family}`,
        );
      }
      return { kind: 'address', side, prefix, protocol: only };
    },
  };
}

function takeMask(tokens: TokenList): string {
  tokens.take();
  return tokens.take().text;
}

/** @throws FilterError for a protocol that has no addresses of its own */
function addressProtocol(
  tokens: TokenList,
  protocol: Token | null,
  type: Token | null,
): AddressProtocol {
  switch (protocol?.text) {
    case undefined:
      return null;
    case 'ip':
    case 'ip6':
    case 'arp':
    case 'rarp':
      return protocol.text;
  }
  const name = protocol?.text ?? '';
  if (type === null && PORT_PROTOCOLS.has(name)) {
    throw tokens.failure(tokens.next, `expected port or portrange behind ${name}`);
  }
  throw tokens.failure(
    type ?? tokens.next,
    `${name} has no addresses of its own: write ${name} and ${type?.text ?? 'host'} …`,
  );
}

/** `ether host`, `ether src`, `ether dst`. */
export function macTest(tokens: TokenList, { side, type }: Qualifiers): ValueReader {
  if (type !== null && type.text !== 'host') {
    throw tokens.failure(type, 'expected host, src, dst or proto behind ether');
  }
  return {
    wanted: 'a MAC address',
    read: (value) => {
      const mac = readMac(value.text);
      if (typeof mac === 'string') throw tokens.failure(value, mac);
      return { kind: 'mac', side, ...mac };
    },
  };
}

/** `port` and `portrange`. */
export function portTest(tokens: TokenList, { protocol, side, type }: Qualifiers): ValueReader {
  const number = protocol === null ? null : PORT_PROTOCOLS.get(protocol.text);
  if (number === undefined && type !== null) {
    const name = protocol?.text ?? '';
    throw tokens.failure(type, `${name} has no ports of its own: write ${name} and ${type.text} …`);
  }
  const protocols = number == null ? [...PORT_PROTOCOLS.values()] : [number];
  const isRange = type?.text === 'portrange';
  return {
    wanted: isRange ? 'two ports' : 'a port',
    read: (value) => {
      const ports = isRange ? readPortRange(value.text) : onePort(value.text);
      if (typeof ports === 'string') throw tokens.failure(value, ports);
      return { kind: 'ports', side, protocols, ...ports };
    },
  };
}

function onePort(text: string): { first: number; last: number } | string {
  if (/^[0-9]+-[0-9]+$/.test(text)) return `${text} is a range: write portrange ${text}`;
  const port = readPort(text);
  return typeof port === 'string' ? port : { first: port, last: port };
}

/** `proto`, `ip proto`, `ip6 proto`, `ether proto`. */
export function protocolTest(tokens: TokenList, { protocol, side, type }: Qualifiers): ValueReader {
  const name = protocol?.text ?? null;
  if (side !== 'either' && type !== null) {
    throw tokens.failure(type, 'a protocol has no direction: leave src and dst out');
  }
  if (name === 'ether') return etherTypeTest(tokens);
  const family = name === null ? 0 : name === 'ip' ? 4 : name === 'ip6' ? 6 : null;
  if (family === null) {
    throw tokens.failure(type ?? tokens.next, `expected ip, ip6 or ether before proto`);
  }
  return {
    wanted: 'a protocol',
    read: (value) => {
      const number = PROTOCOL_NUMBERS.get(value.text) ?? readNumber(value.text, PROTOCOL_MAX);
      if (typeof number === 'string') {
        const names = [...PROTOCOL_NUMBERS.keys()].join(', ');
        throw tokens.failure(value, `${number}, or one of ${names}`);
      }
      return { kind: 'protocol', family, number };
    },
  };
}

function etherTypeTest(tokens: TokenList): ValueReader {
  return {
    wanted: 'an EtherType',
    read: (value) => {
      const number = ETHER_TYPES.get(value.text) ?? readNumber(value.text, ETHER_TYPE_MAX);
      if (typeof number === 'string') {
        throw tokens.failure(value, `${number}, or one of ${[...ETHER_TYPES.keys()].join(', ')}`);
      }
      return { kind: 'ether-type', number };
    },
  };
}
