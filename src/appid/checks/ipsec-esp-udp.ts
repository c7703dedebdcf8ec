/**
 * This file tells ESP in UDP (RFC 3948): an SPI that is none of the reserved ones, whole
 * words, or the byte that keeps a NAT binding alive.
 */

import { u32 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** RFC 3948 §2.3. */
const KEEP_ALIVE = 0xff;
/** SPIs up to 255 are reserved, 0 is the mark of IKE (RFC 4303 §2.1, RFC 3948 §2.2). */
const SPI_MIN = 256;
/** SPI, sequence number, padding with its two bytes to a word, and the shortest check value. */
const BYTES_MIN = 8 + 4 + 8;

/** Whether a datagram is a packet of ESP or a keep-alive. */
export function checkIpsecEspUdp({ bytes, from, to, length }: Piece): Verdict {
  if (length === 1) {
    if (to === from) return MORE;
    return u8(bytes, from) === KEEP_ALIVE ? YES : NO;
  }
  // Ciphertext ends at a word's end, and so do all check values in use (RFC 4303 §2.4).
  if (length < BYTES_MIN || length % 4 !== 0) return NO;
  if (to - from < 8) return MORE;
  // Sequence numbers start at 1 (RFC 4303 §2.2).
  return u32(bytes, from) >= SPI_MIN && u32(bytes, from + 4) !== 0 ? YES : NO;
}
