/**
 * This file makes the payload bytes of the bench captures: enough of TLS, HTTP, DNS and QUIC for a
 * decoder to recognise, then noise. Only what fits below the snap length is ever made.
 */
import type { Prng } from './prng.ts';

const NOISE_BYTES = 8_192;
const PAYLOAD_BYTES = 128;
const TEXT = new TextEncoder();
const WORDS = ['www', 'cdn', 'api', 'mail', 'static', 'img', 'update', 'login', 'media', 'time'];

/** What a segment begins with. */
export type PayloadKind =
  | 'tls-hello'
  | 'tls-data'
  | 'http-request'
  | 'http-response'
  | 'ntp'
  | 'quic-initial'
  | 'quic-data'
  | 'noise';

/** Makes payloads; a returned array is valid until the next call. */
export class PayloadMaker {
  private readonly random: Prng;
  private readonly payload = new Uint8Array(PAYLOAD_BYTES);
  private readonly noise = new Uint8Array(NOISE_BYTES);
  private readonly starts: Record<PayloadKind, Uint8Array> = {
    'tls-hello': Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3),
    'tls-data': Uint8Array.of(23, 3, 3, 5, 160),
    'http-request': text('GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nAccept: '),
    'http-response': text('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: '),
    ntp: Uint8Array.of(0x23, 2, 6, 0xe9, 0, 0, 0, 1, 0, 0, 0, 1),
    'quic-initial': Uint8Array.of(0xc3, 0, 0, 0, 1, 8),
    'quic-data': Uint8Array.of(0x41),
    noise: new Uint8Array(0),
  };

  constructor(random: Prng) {
    this.random = random;
    for (let i = 0; i < NOISE_BYTES; i++) this.noise[i] = random.bits() & 0xff;
  }

  /** The first bytes of a payload of this kind. */
  make(kind: PayloadKind): Uint8Array {
    const from = this.random.bits() & (NOISE_BYTES / 2 - 1);
    const payload = this.payload;
    payload.set(this.noise.subarray(from, from + PAYLOAD_BYTES));
    payload.set(this.starts[kind]);
    return payload;
  }

  /** A DNS query for an address of one of many names. */
  dnsQuery(isIpv6: boolean): Uint8Array {
    const word = WORDS[this.random.integer(0, WORDS.length - 1)]!;
    const label = `${word}${this.random.integer(1, 900)}`;
    const name = [label, 'example', this.random.chance(0.5) ? 'com' : 'net'];
    const id = this.random.bits();
    const bytes = [id & 0xff, (id >>> 8) & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for (const part of name) bytes.push(part.length, ...TEXT.encode(part));
    bytes.push(0, 0, isIpv6 ? 28 : 1, 0, 1);
    return Uint8Array.from(bytes);
  }

  /** The answer to a query that `dnsQuery` made: one to four addresses. */
  dnsResponse(query: Uint8Array): Uint8Array {
    const answers = this.random.integer(1, 4);
    const isIpv6 = query[query.length - 3] === 28;
    const bytes = [...query];
    bytes.splice(2, 6, 0x81, 0x80, 0, 1, 0, answers);
    for (let i = 0; i < answers; i++) {
      bytes.push(0xc0, 12, 0, isIpv6 ? 28 : 1, 0, 1, 0, 0, 1, 44, 0, isIpv6 ? 16 : 4);
      if (isIpv6) bytes.push(0x20, 1, 0, 2, 0, 0, i, ...new Uint8Array(8), 1);
      else bytes.push(198, 18, this.random.integer(0, 255), i + 1);
    }
    return Uint8Array.from(bytes);
  }
}

/** ASCII text, filled up to PAYLOAD_BYTES with letters: a header line that the snap length cuts. */
function text(start: string): Uint8Array {
  return TEXT.encode(start.padEnd(PAYLOAD_BYTES, 'abcdefghij'));
}
