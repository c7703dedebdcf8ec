/**
 * This file decompresses gzip (RFC 1952) as a stream, member after member.
 *
 * Node's own Gunzip throws away what it had decompressed when a stream turns out to be cut or its
 * CRC to be wrong. Here header and trailer are read by hand and only the deflate data by zlib, so
 * that every byte before the damage is handed over first. Only of a deflate code that is itself
 * broken the last 64 KiB before it may be lost, as zlib does not hand them out.
 */

import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { CutShort, PackedInput } from './packed-input.ts';
import { Broken, UnpackingSource } from './unpacking-source.ts';

const OUTPUT_BYTES = 64 * 1024;

/** RFC 1952 section 2.3.1, FLG. */
const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const FIXED_HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const METHOD_DEFLATE = 8;

/** The decompressed bytes of a gzip stream. */
export class GzipSource extends UnpackingSource {
  override readonly kind = 'gzip';
  readonly #input: PackedInput;
  #members = 0;
  #member: Member | null = null;

  constructor(given: ByteSource, path: string) {
    super(path, 'gzip');
    this.#input = new PackedInput(given);
  }

  override close(): void {
    super.close();
    this.#member?.close();
    this.#member = null;
  }

  protected async next(): Promise<Uint8Array | null> {
    if (this.#member === null && !(await this.#openMember())) return null;
    return this.#inflated();
  }

  /** Reads the next member's header; false at the end of the stream. */
  async #openMember(): Promise<boolean> {
    const input = this.#input;
    let first = await input.byte();
    // RFC 1952 knows no padding, but tapes and block devices pad with zeros, and gzip(1) allows it.
    while (this.#members > 0 && first === 0) first = await input.byte();
    if (first === null && this.#members > 0) return false;
    const header = [first];
    while (header.length < FIXED_HEADER_BYTES) header.push(await input.byte());
    const [id1, id2, method, flags] = header;
    if (id1 !== 0x1f || id2 !== 0x8b) {
      throw new Broken('other data follow the compressed stream; they are not read');
    }
    if (header.includes(null)) throw new CutShort();
    if (method !== METHOD_DEFLATE || flags === null || flags === undefined) {
      throw new Broken('unknown compression method of gzip');
    }
    if ((flags & FLAG.reserved) !== 0) throw new Broken('unknown flags in a gzip header');
    await this.#skipOptionalHeader(flags);
    this.#members += 1;
    this.#member = new Member();
    return true;
  }

  async #skipOptionalHeader(flags: number): Promise<void> {
    const input = this.#input;
    if ((flags & FLAG.extra) !== 0) {
      await input.skip((await input.sureByte()) + 256 * (await input.sureByte()));
    }
    for (const flag of [FLAG.name, FLAG.comment]) {
      if ((flags & flag) === 0) continue;
      while ((await input.sureByte()) !== 0);
    }
    if ((flags & FLAG.headerCrc) !== 0) await input.skip(2);
  }

  /** Some decompressed bytes of the member; none when it came to its proper end. */
  async #inflated(): Promise<Uint8Array> {
    const member = this.#member;
    if (member === null) return new Uint8Array(0);
    for (;;) {
      const step = await member.next();
      if (step === 'broken') throw new Broken('broken compressed data');
      if (step === 'end') break;
      if (step !== 'hungry') return step;
      // What is written must stay as it is until zlib asks again, so none of it is used before.
      const chunk = await this.#input.chunk();
      if (chunk.length === 0) throw new CutShort();
      member.write(chunk);
    }
    this.#input.giveBack(member.unused());
    const { checksum, length } = member;
    member.close();
    this.#member = null;
    const trailer = await this.#input.take(TRAILER_BYTES);
    const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_BYTES);
    if (view.getUint32(0, true) !== checksum || view.getUint32(4, true) !== length) {
      throw new Broken('the checksum of the compressed data is wrong');
    }
    return new Uint8Array(0);
  }
}

/** The deflate data of one member, decompressed in the thread pool. */
class Member {
  /** CRC-32 of all bytes handed out. */
  checksum = 0;
  /** How many these are, modulo 2^32 (RFC 1952, ISIZE). */
  length = 0;
  readonly #inflate: InflateRaw;
  #written = 0;
  #hungry = true;
  #broken = false;
  #wake: (() => void) | null = null;

  constructor() {
    this.#inflate = createInflateRaw({ chunkSize: OUTPUT_BYTES });
    const tell = (): void => this.#wake?.();
    this.#inflate.on('readable', tell);
    this.#inflate.on('error', () => {
      this.#broken = true;
      tell();
    });
  }

  /** Bytes written that lie behind the end of the deflate data. */
  unused(): number {
    return this.#written - this.#inflate.bytesWritten;
  }

  write(bytes: Uint8Array): void {
    this.#written += bytes.length;
    this.#hungry = false;
    this.#inflate.write(bytes, (error) => {
      if (error == null) this.#hungry = true;
      else this.#broken = true;
      this.#wake?.();
    });
  }

  /** The next decompressed bytes, or what else there is to say. */
  async next(): Promise<Uint8Array | 'hungry' | 'end' | 'broken'> {
    for (;;) {
      const chunk = this.#inflate.read() as Uint8Array | null;
      if (chunk !== null) {
        this.checksum = crc32(chunk, this.checksum);
        this.length = (this.length + chunk.length) >>> 0;
        return chunk;
      }
      if (this.#broken) return 'broken';
      // zlib is done with what was written. If it left some of it, the deflate data are at an end.
      if (this.#hungry) return this.unused() > 0 ? 'end' : 'hungry';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  close(): void {
    this.#inflate.removeAllListeners();
    this.#inflate.on('error', () => {});
    this.#inflate.destroy();
  }
}
