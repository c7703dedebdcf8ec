/**
 * This file translates an IPv4 packet that is shown again: addresses, ports and ICMP identifiers, in the
 * packet that an ICMP error quotes as well. Checksums are brought up to date by what changed (RFC 1624
 * §3), so that a wrong one stays wrong and a fragment's stays its datagram's.
 */

import type { NewEnd, Translation } from './script.ts';

const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;
/** Where transport checksums lie, and whether they cover the addresses. */
const TRANSPORT: Readonly<Record<number, { sum: number; hasPseudoHeader: boolean }>> = {
  1: { sum: 2, hasPseudoHeader: false },
  6: { sum: 16, hasPseudoHeader: true },
  17: { sum: 6, hasPseudoHeader: true },
};
const ICMP = 1;
const ICMP_ERRORS = [3, 4, 5, 11, 12];
const ICMP_IDENTIFIER = 4;
const ICMP_BODY = 8;

/** A copy of the packet with what `translation` says. */
export function translated(packet: Uint8Array, translation: Translation): Uint8Array {
  const copy = packet.slice();
  const whole = new Rewriter(copy, 0, []);
  whole.end('source', translation.source);
  whole.end('destination', translation.destination);
  const quoteAt = whole.transport + ICMP_BODY;
  if (whole.protocol === ICMP && ICMP_ERRORS.includes(copy[whole.transport] ?? 0)) {
    const quote = new Rewriter(copy, quoteAt, [whole.transport + 2]);
    quote.end('source', translation.quotedSource);
    quote.end('destination', translation.quotedDestination);
  }
  return copy;
}

/** One IPv4 packet inside `bytes`, at `at`; `around` are checksums that cover all of it. */
class Rewriter {
  readonly protocol: number;
  /** Offset of the transport header. */
  readonly transport: number;
  private readonly view: DataView;
  private readonly at: number;
  private readonly around: readonly number[];
  private readonly sums: number[] = [];
  private readonly hasPorts: boolean;

  constructor(bytes: Uint8Array, at: number, around: readonly number[]) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.around = around;
    this.protocol = this.view.getUint8(at + 9);
    this.transport = at + 4 * (this.view.getUint8(at) & 15);
    this.hasPorts = (this.view.getUint16(at + 6) & 0x1fff) === 0;
    const known = this.hasPorts ? TRANSPORT[this.protocol] : undefined;
    const sum = known === undefined ? -1 : this.transport + known.sum;
    // RFC 768: a UDP checksum of zero means that there is none. A quote may end before it.
    const isThere = sum >= 0 && sum + 2 <= bytes.length;
    if (isThere && !(this.protocol === 17 && this.view.getUint16(sum) === 0)) this.sums.push(sum);
  }

  end(which: 'source' | 'destination', end: NewEnd | null): void {
    if (end === null) return;
    const { bytes } = end.address;
    const at = this.at + (which === 'source' ? SOURCE : DESTINATION);
    const isCovered = TRANSPORT[this.protocol]?.hasPseudoHeader === true;
    const sums = [this.at + CHECKSUM, ...(isCovered ? this.sums : [])];
    for (let i = 0; i < 4; i += 2)
      this.put(at + i, ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0), sums);
    if (end.port === null || !this.hasPorts) return;
    const port = which === 'source' ? this.transport : this.transport + 2;
    this.put(this.protocol === ICMP ? this.transport + ICMP_IDENTIFIER : port, end.port, this.sums);
  }

  /** Writes 16 bits, and brings checksums up to date that cover them. */
  private put(at: number, value: number, sums: readonly number[]): void {
    const before = this.view.getUint16(at);
    this.view.setUint16(at, value);
    for (const sum of [...sums]) {
      const old = this.view.getUint16(sum);
      const fresh = adjusted(old, before, value);
      this.view.setUint16(sum, fresh);
      // What covers the whole packet covers its checksums, too.
      for (const outer of this.around) {
        this.view.setUint16(outer, adjusted(this.view.getUint16(outer), old, fresh));
      }
    }
    for (const outer of this.around) {
      this.view.setUint16(outer, adjusted(this.view.getUint16(outer), before, value));
    }
  }
}

/** RFC 1624 §3, equation 3: HC' = ~(~HC + ~m + m'). */
function adjusted(checksum: number, before: number, after: number): number {
  let sum = (~checksum & 0xffff) + (~before & 0xffff) + after;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
