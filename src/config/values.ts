/**
 * This file reads the single values of the configuration from their text: MAC addresses,
 * interface names, address ranges, ports. Each reader gives null for text it does not understand.
 */

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../net/address.ts';
import { formatPrefix, type Prefix, parsePrefix } from '../net/prefix.ts';
import type { ServicePorts, ZoneInterface } from './firewall-config.ts';
import type { InterfaceAddress } from './network-config.ts';

/** A value beside the canonical text that stands for it in reports. */
export interface Written<T, Text = string> {
  readonly written: Text;
  readonly value: T;
}

const PORT_MAX = 65_535;
const VLAN_MAX = 4094;

/** A MAC address with colons or hyphens, as lower case with colons. */
export function readMac(text: string): string | null {
  const isMac = /^[0-9a-f]{2}(?:(?::[0-9a-f]{2}){5}|(?:-[0-9a-f]{2}){5})$/i.test(text);
  return isMac ? text.toLowerCase().replaceAll('-', ':') : null;
}

/** A prefix, or an address as a host; host bits are cleared. */
export function readPrefix(text: string): Written<Prefix> | null {
  const value = parsePrefix(text);
  return value === null ? null : { written: formatPrefix(value), value };
}

/** An address with the length of its network, `203.0.113.5/24`; a host without one. */
export function readInterfaceAddress(text: string): Written<InterfaceAddress> | null {
  const network = parsePrefix(text);
  const words = readWords(text.split('/')[0] ?? '');
  if (network === null || words === null) return null;
  const isHost = network.length === 32 * words.length;
  const written = isHost ? formatWords(words) : `${formatWords(words)}/${network.length}`;
  return { written, value: { family: network.family, words, network } };
}

/**
 * A rule's address: `any` (value null), a prefix, an address, or a range `10.0.0.1-10.0.0.9`
 * as the prefixes that cover exactly it.
 */
export function readAddresses(text: string): Written<readonly Prefix[] | null> | null {
  if (text === 'any') return { written: 'any', value: null };
  const ends = text.split('-');
  if (ends.length === 2) return readRange(ends[0] ?? '', ends[1] ?? '');
  const prefix = readPrefix(text);
  if (prefix === null) return null;
  const { family, words, length } = prefix.value;
  const isHost = length === (family === 4 ? 32 : 128);
  return { written: isHost ? formatWords(words) : prefix.written, value: [prefix.value] };
}

/**
 * True for text that a rule takes for the name of an address. What has the look of an address is
 * none: a mistyped one, such as 10.0.0.300, is told as that.
 */
export function isAddressName(text: string): boolean {
  if (text === 'any' || /[/:]/.test(text) || /^[0-9.]+$/.test(text)) return false;
  // A range of dotted numbers; `10.0.0.0-24` is a name, and a usual one.
  return !/^[0-9.]* *- *[0-9]*\.[0-9.]*$/.test(text);
}

/** True for text that a rule takes for the name of a service: no word, no ports. */
export function isServiceName(text: string): boolean {
  if (text === 'any' || text === 'application-default') return false;
  return !text.includes('/') && !isPortList(text);
}

/** True for ports without a protocol: `8080`, `80,443`, `80-90`. */
export function isPortList(text: string): boolean {
  return /^[0-9][0-9,\- ]*$/.test(text);
}

function readRange(first: string, last: string): Written<readonly Prefix[]> | null {
  const from = readWords(first.trim());
  const to = readWords(last.trim());
  if (from === null || to === null || from.length !== to.length) return null;
  const low = toBigInt(from);
  const high = toBigInt(to);
  if (low > high) return null;
  const value = coverRange(low, high, from.length === 1 ? 4 : 6);
  return { written: `${formatWords(from)}-${formatWords(to)}`, value };
}

/** The fewest prefixes that cover low–high: each time the largest that starts at `low` and fits. */
function coverRange(low: bigint, high: bigint, family: 4 | 6): Prefix[] {
  const bits = family === 4 ? 32 : 128;
  const prefixes: Prefix[] = [];
  let next = low;
  while (next <= high) {
    let free = 0;
    while (free < bits) {
      const size = 1n << BigInt(free + 1);
      if (next % size !== 0n || next + size - 1n > high) break;
      free++;
    }
    prefixes.push({ family, words: toWords(next, bits / 32), length: bits - free });
    next += 1n << BigInt(free);
  }
  return prefixes;
}

function readWords(text: string): readonly number[] | null {
  const v4 = parseIpv4(text);
  return v4 === null ? parseIpv6(text) : [v4];
}

function formatWords(words: readonly number[]): string {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  return words.length === 1 ? formatIpv4(w0) : formatIpv6(w0, w1, w2, w3);
}

function toBigInt(words: readonly number[]): bigint {
  return words.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
}

function toWords(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    return Number(BigInt.asIntN(32, value >> BigInt(32 * (count - 1 - i))));
  });
}

/** An interface name with every way to read it as a name and VLAN tags, longest stack first. */
export function readZoneInterface(written: string): ZoneInterface {
  const parts = written.split('.');
  const readings = [{ name: written, tags: [] as number[] }];
  const tags: number[] = [];
  for (let i = parts.length - 1; i > 0; i--) {
    const part = parts[i] ?? '';
    if (!/^[1-9][0-9]{0,3}$/.test(part) || Number(part) > VLAN_MAX) break;
    tags.unshift(Number(part));
    const name = parts.slice(0, i).join('.');
    if (name !== '') readings.unshift({ name, tags: [...tags] });
  }
  return { written, readings };
}

/** `tcp/80`, `tcp/80,8080`, `udp/5060-5070`; ports 0–65535, ranges upwards. */
export function readPorts(text: string): Written<ServicePorts> | null {
  const match = /^(tcp|udp|sctp)\/([0-9,\- ]+)$/i.exec(text);
  const protocol = match?.[1]?.toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return null;
  const ports = [];
  for (const part of (match?.[2] ?? '').split(',')) {
    const range = /^ *([0-9]{1,5})(?:-([0-9]{1,5}))? *$/.exec(part);
    if (range === null) return null;
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    if (from > to || to > PORT_MAX) return null;
    ports.push({ from, to });
  }
  const spelled = ports.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  return { written: `${protocol}/${spelled.join(',')}`, value: { protocol, ports } };
}
