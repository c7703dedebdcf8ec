/**
 * This file reads the values of filter expressions. Each reader returns the value, or a text that says
 * what was expected. Names of hosts, networks and ports are never looked up: a result must not depend
 * on the machine.
 */

import { parseIpv4, parseIpv6 } from '../net/address.ts';
import { formatPrefix, type Prefix, parsePrefix, wordMask } from '../net/prefix.ts';

const PORT_MAX = 0xffff;

/** A MAC address: its upper and lower 24 bits. */
export interface MacValue {
  readonly high: number;
  readonly low: number;
}

/** A whole number up to `most`, decimal or behind `0x`. */
export function readNumber(text: string, most: number): number | string {
  if (!/^(0|[1-9][0-9]{0,14}|0[xX][0-9a-fA-F]{1,12})$/.test(text)) {
    return `expected a whole number from 0 to ${most}`;
  }
  const value = Number(text);
  return value <= most ? value : `${text} is more than ${most}`;
}

/** A port's number. */
export function readPort(text: string): number | string {
  if (/^[a-zA-Z]/.test(text)) {
    return `names of ports are not looked up: write the number in place of ${text}`;
  }
  const port = readNumber(text, PORT_MAX);
  return typeof port === 'number' ? port : `expected a port from 0 to ${PORT_MAX}`;
}

/** `6000-6008`, in either order, or one port. */
export function readPortRange(text: string): { first: number; last: number } | string {
  const [from = '', to = from, ...rest] = text.split('-');
  const first = readPort(from);
  const last = readPort(to);
  if (typeof first === 'string') return first;
  if (typeof last === 'string') return last;
  if (rest.length > 0) return 'expected two ports, as in 6000-6008';
  return { first: Math.min(first, last), last: Math.max(first, last) };
}

/** An address, as a prefix of all its bits. */
export function readHost(text: string): Prefix | string {
  const prefix = parsePrefix(text);
  if (prefix === null) return notAnAddress(text, 'an address');
  return text.includes('/') ? `${text} is a network: write net ${text}` : prefix;
}

/** A network: `10.0.0.0/8`, `2001:db8::/32`, and tcpdump's short `10`, `172.16`, `192.168.1`. */
export function readNet(text: string): Prefix | string {
  const octets = text.split('.');
  if (octets.length < 4 && octets.every((octet) => /^[0-9]{1,3}$/.test(octet))) {
    const word = parseIpv4([...octets, '0', '0', '0'].slice(0, 4).join('.'));
    if (word !== null) return { family: 4, words: [word], length: 8 * octets.length };
  }
  const prefix = parsePrefix(text);
  if (prefix === null) return notAnAddress(text, 'a network, as in 10.0.0.0/8');
  return hasHostBits(text, prefix)
    ? `${text} has bits behind its length: write ${formatPrefix(prefix)}`
    : prefix;
}

/** `10.0.0.0` with the mask `255.0.0.0` of `net … mask …`. */
export function readMasked(network: string, mask: string): Prefix | string {
  const word = parseIpv4(network);
  const bits = parseIpv4(mask);
  if (word === null) return `expected an IPv4 network before mask, not ${network}`;
  if (bits === null) return 'expected a mask, as in 255.255.0.0';
  const length = Math.clz32(~bits);
  if (wordMask(length) !== bits) return `the mask ${mask} has gaps: write a network with /length`;
  return readNet(`${network}/${length}`);
}

/** A MAC address in any spelling of pcap-filter(7). */
export function readMac(text: string): MacValue | string {
  const groups = /^[0-9a-fA-F]{1,2}([:.-][0-9a-fA-F]{1,2}){5}$/.test(text)
    ? text.split(/[:.-]/).map((group) => group.padStart(2, '0'))
    : [text.replaceAll('.', '')];
  const digits = groups.join('');
  const isSpelled = groups.length === 6 || /^[0-9a-fA-F]{4}(\.?[0-9a-fA-F]{4}){2}$/.test(text);
  if (!isSpelled) return 'expected a MAC address, as in 02:00:00:00:00:01';
  return {
    high: Number.parseInt(digits.slice(0, 6), 16),
    low: Number.parseInt(digits.slice(6), 16),
  };
}

/** Whether a word can only be meant as an address. */
export function looksLikeAddress(text: string): boolean {
  return parsePrefix(text) !== null;
}

function hasHostBits(text: string, prefix: Prefix): boolean {
  const written = text.slice(0, text.indexOf('/'));
  if (!text.includes('/')) return false;
  const v4 = parseIpv4(written);
  const words = v4 === null ? (parseIpv6(written) ?? []) : [v4];
  return words.some((word, i) => word !== prefix.words[i]);
}

function notAnAddress(text: string, wanted: string): string {
  return /^[a-zA-Z_][\w-]*(\.[\w-]+)*$/.test(text)
    ? `names are not looked up: write the address in place of ${text}`
    : `expected ${wanted}`;
}
