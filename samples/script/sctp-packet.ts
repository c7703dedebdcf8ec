/**
 * This file reads and builds SCTP packets of a script (RFC 9260 §3): `sctp CHUNK+CHUNK…`. Tags and
 * sequence numbers are fixed, for a session table has no use for them.
 */

import { ByteWriter } from './byte-writer.ts';
import type { SctpChunk, SctpPart } from './script.ts';
import type { Fields } from './tokens.ts';
import { parsePayload } from './values.ts';

/** Chunk type and value of each name; DATA's user data come from the line. */
// biome-ignore format: a table
const CHUNKS: Readonly<Record<SctpChunk, readonly [type: number, value: string]>> = {
  'DATA':              [0,  '000000010000000000000000'],
  'INIT':              [1,  '00000001000100000001000100000001'],
  // With a state cookie, parameter 7.
  'INIT-ACK':          [2,  '000000020001000000010001000000010007000801020304'],
  'SACK':              [3,  '000000010001000000000000'],
  'HEARTBEAT':         [4,  '0001000801020304'],
  'HEARTBEAT-ACK':     [5,  '0001000801020304'],
  'ABORT':             [6,  ''],
  'SHUTDOWN':          [7,  '00000001'],
  'SHUTDOWN-ACK':      [8,  ''],
  'ERROR':             [9,  ''],
  'COOKIE-ECHO':       [10, '01020304'],
  'COOKIE-ACK':        [11, ''],
  'SHUTDOWN-COMPLETE': [14, ''],
};

/** Begin and end of a user message (§3.3.1). */
const WHOLE_MESSAGE = 3;
const TAG = 1;
const CHECKSUM_OFFSET = 8;

/** Reads the chunks' names and the user data. @throws ScriptError */
export function parseSctp(
  fields: Fields,
  ports: { readonly sourcePort: number; readonly destinationPort: number },
): SctpPart {
  const names = fields.nextPlain()?.split('+') ?? [];
  const chunks = names.filter((name): name is SctpChunk => Object.hasOwn(CHUNKS, name));
  if (names.length === 0 || chunks.length < names.length) {
    throw fields.error(`sctp needs its chunks, joined with +: ${Object.keys(CHUNKS).join(' ')}`);
  }
  const payload = parsePayload(fields);
  if (payload.length > 0 && !chunks.includes('DATA')) throw fields.error('user data need DATA');
  return { kind: 'sctp', ...ports, chunks, payload };
}

/** The packet with its checksum. */
export function buildSctp(part: SctpPart): Uint8Array {
  const writer = new ByteWriter().u16(part.sourcePort).u16(part.destinationPort);
  // An INIT is sent to a side that has given no tag yet (§8.5.1).
  writer.u32(part.chunks.includes('INIT') ? 0 : TAG).u32(0);
  for (const name of part.chunks) {
    const [type, value] = CHUNKS[name];
    const isData = name === 'DATA';
    const body = Buffer.concat([Buffer.from(value, 'hex'), isData ? part.payload : Buffer.of()]);
    writer.u8(type).u8(isData ? WHOLE_MESSAGE : 0);
    writer
      .u16(4 + body.length)
      .raw(body)
      .alignTo(4);
  }
  const packet = writer.bytes();
  new DataView(packet.buffer).setUint32(CHECKSUM_OFFSET, crc32c(packet), true);
  return packet;
}

/** CRC32c (§6.8, appendix A), whose bytes go out in the order of the table's shifts. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0x82f6_3b78);
  }
  return ~crc >>> 0;
}
