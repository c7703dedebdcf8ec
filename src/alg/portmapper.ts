/**
 * This file is the ALG of Sun RPC's portmapper (RFC 1833 §3): GETPORT asks for the port of a program, and
 * its reply lets the client go there (panos.md §6.2). Calls and replies are RFC 5531's, over TCP in records
 * (§11); numbers are big-endian, four bytes each.
 */

import { PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import type { Alg, AlgKind, AlgOutput, AlgSession, AlgSide } from './alg.ts';
import { FramedReader, type Framing } from './framed-reader.ts';

const CLIENT: AlgSide = 0;
const SERVER: AlgSide = 1;
/** GETPORTs of one session whose replies are known; the oldest is forgotten. */
export const PORTMAPPER_CALLS_MAX = 64;

/** RFC 5531 §9: of a call, and of a reply. */
const CALL = [0, 2];
const REPLY_ACCEPTED = [1, 0];
/** RFC 1833 §3: program 100000, version 2, procedure 3. */
const GETPORT = [100_000, 2, 3];
const SUCCESS = 0;
const WORD = 4;
/** RFC 5531 §8.2: bytes of a credential or verifier. */
const AUTH_BYTES_MAX = 400;
/** A call: what is named above and its xid; two of flavor, length and body; four words. */
const CALL_BYTES_MAX = 6 * WORD + 2 * (2 * WORD + AUTH_BYTES_MAX) + 4 * WORD;

/** RFC 5531 §11: the highest bit of the mark is set in the last fragment of a record. */
const FRAMING: Framing = {
  headerBytes: WORD,
  bytesMax: WORD + CALL_BYTES_MAX,
  lengthOf: (bytes) => WORD + (u32(bytes, 0) & 0x7fff_ffff),
};

/** What a GETPORT asks for. */
interface Wanted {
  readonly program: number;
  readonly protocol: number;
}

class PortmapperAlg implements Alg {
  private readonly isTcp: boolean;
  private readonly output: AlgOutput;
  private readonly readers = [new FramedReader(FRAMING), new FramedReader(FRAMING)] as const;
  /** The next fragment continues a record: only the first one of each is read. */
  private readonly isWithin: [boolean, boolean] = [false, false];
  /** By transaction id. */
  private readonly calls = new Map<number, Wanted>();

  constructor({ protocol }: AlgSession, output: AlgOutput) {
    this.isTcp = protocol === PROTO_TCP;
    this.output = output;
  }

  read(side: AlgSide, bytes: Uint8Array, from: number, to: number): void {
    if (!this.isTcp) {
      this.take(side, bytes.subarray(from, to));
      return;
    }
    const reader = this.readers[side];
    for (let at = reader.next(bytes, from, to); at >= 0; at = reader.next(bytes, at, to)) {
      const { message } = reader;
      if (!this.isWithin[side]) this.take(side, message.subarray(WORD));
      this.isWithin[side] = u32(message, 0) < 0x8000_0000;
    }
  }

  gap(side: AlgSide): void {
    this.readers[side].clear();
    this.isWithin[side] = false;
  }

  private take(side: AlgSide, message: Uint8Array): void {
    if (side === CLIENT) this.takeCall(message);
    else this.takeReply(message);
  }

  private takeCall(message: Uint8Array): void {
    if (!hasWords(message, WORD, [...CALL, ...GETPORT])) return;
    const at = behindAuth(message, behindAuth(message, 6 * WORD));
    if (at < 0 || at + 4 * WORD > message.length) return;
    const protocol = u32(message, at + 2 * WORD);
    if (protocol !== PROTO_TCP && protocol !== PROTO_UDP) return;
    const id = u32(message, 0);
    this.calls.delete(id);
    this.calls.set(id, { program: u32(message, at), protocol });
    if (this.calls.size <= PORTMAPPER_CALLS_MAX) return;
    for (const oldest of this.calls.keys()) {
      this.calls.delete(oldest);
      break;
    }
    this.output.exceeded('calls');
  }

  private takeReply(message: Uint8Array): void {
    const wanted = this.calls.get(u32(message, 0));
    if (wanted === undefined || !hasWords(message, WORD, REPLY_ACCEPTED)) return;
    const at = behindAuth(message, 3 * WORD);
    if (at < 0 || at + 2 * WORD > message.length || u32(message, at) !== SUCCESS) return;
    const port = u32(message, at + WORD);
    // RFC 1833 §3: 0 is a program that is not registered.
    if (port === 0 || port > 0xffff) return;
    this.output.predict({
      application: 'rpc',
      protocol: wanted.protocol,
      from: { side: CLIENT, address: 'own', port: 0 },
      to: { side: SERVER, address: 'own', port },
      cause: 'GETPORT reply',
      triggeredBy: SERVER,
      group: `program ${wanted.program}`,
    });
  }
}

/** Where a credential or verifier ends that begins at `at`; -1 where it is too long, or nothing begins. */
function behindAuth(message: Uint8Array, at: number): number {
  if (at < 0 || at + 2 * WORD > message.length) return -1;
  const length = u32(message, at + WORD);
  // RFC 4506 §4.10: filled up to whole words.
  return length > AUTH_BYTES_MAX ? -1 : at + 2 * WORD + WORD * Math.ceil(length / WORD);
}

function hasWords(message: Uint8Array, from: number, words: readonly number[]): boolean {
  return words.every((word, i) => u32(message, from + i * WORD) === word);
}

/** Unsigned; what a short message lacks reads as 0. */
function u32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return high * 0x1_0000 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
}

/** Sun RPC's portmapper (RFC 1833). */
export const PORTMAPPER: AlgKind = {
  application: 'portmapper',
  begin: (session, output) => new PortmapperAlg(session, output),
};
