/**
 * This file reads the `Transport` header of RTSP: RTSP 1.0 (RFC 2326 §12.39), RTSP 2.0 (RFC 7826 §18.54)
 * and RealNetworks' own transports, which have the same parameters.
 */

import type { IpWords } from './alg.ts';
import { readIp, readPort } from './ip-text.ts';

/** Where one stream's packets go; the second port is that of RTCP. */
export interface RtspEnd {
  /** null: not named, or by a host name; it is then taken for the one of the control session. */
  readonly address: IpWords | null;
  /** One or two; none where they are not named. */
  readonly ports: readonly number[];
}

/** One transport. */
export interface RtspTransport {
  /** Packets of their own over UDP, to one receiver. */
  readonly isUdp: boolean;
  /** RTP with RTCP, or another format: RDT, MPEG-TS. */
  readonly isRtp: boolean;
  readonly client: RtspEnd;
  readonly server: RtspEnd;
}

const SPEC_CHARS_MAX = 1024;

/**
 * Reads the first transport of the header: in a reply the one that the server chose. null where it
 * cannot be read.
 */
export function readTransport(value: string): RtspTransport | null {
  const [spec = '', ...parameters] = splitFirst(value.slice(0, SPEC_CHARS_MAX));
  // `RTP/AVP`, `RTP/AVP/UDP`, `RTP/AVP/TCP`, `x-real-rdt/udp`, `MP2T/H2221/UDP`.
  const parts = spec.toUpperCase().split('/');
  if (parts.length < 2) return null;
  const isRtp = parts[0] === 'RTP';
  // RFC 2326 §12.39: RTP's lower transport is UDP where none is named.
  const lower = parts[2] ?? (isRtp ? 'UDP' : parts[1]);
  const named = new Map<string, string>();
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    const name = equals < 0 ? parameter : parameter.slice(0, equals);
    const text = equals < 0 ? '' : parameter.slice(equals + 1);
    if (!named.has(name.trim().toLowerCase())) named.set(name.trim().toLowerCase(), text.trim());
  }
  const isAlone = !named.has('multicast') && !named.has('interleaved');
  return {
    isUdp: lower === 'UDP' && isAlone,
    isRtp,
    client: endOf(named, 'client_port', 'destination', 'dest_addr'),
    server: endOf(named, 'server_port', 'source', 'src_addr'),
  };
}

/** The first item of a list of transports, cut at its semicolons; text in quotes is left whole. */
function splitFirst(value: string): string[] {
  const parts: string[] = [];
  let begin = 0;
  let isQuoted = false;
  let at = 0;
  for (; at < value.length; at++) {
    const char = value[at];
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (char === ',') break;
    else if (char === ';') {
      parts.push(value.slice(begin, at).trim());
      begin = at + 1;
    }
  }
  parts.push(value.slice(begin, at).trim());
  return parts;
}

function endOf(
  named: ReadonlyMap<string, string>,
  portName: string,
  addressName: string,
  pairName: string,
): RtspEnd {
  const pair = named.get(pairName);
  if (pair !== undefined) return endOfPair(pair);
  const address = readIp((named.get(addressName) ?? '').replaceAll('"', ''));
  const [first = '', second] = (named.get(portName) ?? '').split('-', 2);
  return { address, ports: readPorts(second === undefined ? [first] : [first, second]) };
}

/** `"192.0.2.5:6256"/"192.0.2.5:6257"`, or `":3456"/":3457"` (RFC 7826 §18.54). */
function endOfPair(value: string): RtspEnd {
  const [first = '', second] = value.split('/', 2).map((text) => text.replaceAll('"', '').trim());
  const portOf = (text: string) => text.slice(text.lastIndexOf(':') + 1);
  const address = readIp(first.slice(0, Math.max(0, first.lastIndexOf(':'))));
  return {
    address,
    ports: readPorts(second === undefined ? [portOf(first)] : [portOf(first), portOf(second)]),
  };
}

/** The ports up to the first that is none. */
function readPorts(texts: readonly string[]): number[] {
  const ports: number[] = [];
  for (const text of texts) {
    const port = readPort(text.trim());
    if (port === null || port === 0) break;
    ports.push(port);
  }
  return ports;
}
