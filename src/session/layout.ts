/**
 * This file lays out one session in memory: word offsets in two arrays of 32-bit integers.
 *
 * ```
 * hot record, 128 bytes (two cache lines)            tail record, 88 bytes
 *  0 c2s key   4 s2c key   8 deadline  10 state       0 TCP sides   1 numbers   11 start
 * 16 packets  18 IP bytes 22 tags 24 payload packets  14 transitions  15 packet  16 interfaces
 * 26 dropped  28 last packet  30 fingerprints
 * ```
 * What a packet of a live session touches is in the hot record; the TCP numbers are the tail's first
 * words. Words named with F64 are doubles: their offset counts in 8-byte units.
 */

export const HOT_WORDS = 32;
export const HOT_F64 = HOT_WORDS / 2;

/** A flow key is four words: address, address, ports, meta (zone << 16 | kind << 12 | family | protocol). */
export const KEY_WORDS = 4;
export const KEY_SOURCE = 0;
export const KEY_DESTINATION = 1;
export const KEY_PORTS = 2;
export const KEY_META = 3;
export const C2S_KEY = 0;
export const S2C_KEY = 4;

/** Nanoseconds since the epoch. */
export const DEADLINE_F64 = 4;
/** phase | end reason << 8 | first label << 16 | flags from bit 20. */
export const STATE = 10;
/** Seconds. */
export const TIMEOUT = 11;
export const AGER_NEXT = 12;
export const AGER_PREVIOUS = 13;
export const AGER_BUCKET = 14;
/** Unsigned. */
export const SERIAL = 15;
/** From here on pairs: c2s, then s2c. */
export const PACKETS = 16;
export const IP_BYTES_F64 = 9;
/** VLAN tags, summed over the packets. */
export const TAGS = 22;
/** Packets with transport payload. */
export const PAYLOAD_PACKETS = 24;
export const DROPPED = 26;
/** Time of the last packet, nanoseconds since the epoch. */
export const LAST_F64 = 14;
/** Hash of the direction's last packet's headers, to know a duplicate. */
export const FINGERPRINT = 30;

/** Bits of STATE above the phase, end reason and first label. */
export const FLAG_S2C_INSTALLED = 1 << 20;
/** The first packet was a TCP segment without SYN. */
export const FLAG_NON_SYN = 1 << 21;

export const TAIL_WORDS = 22;
export const TAIL_F64 = TAIL_WORDS / 2;

/** SIDE_ bits of the c2s side in the low half, of the s2c side in the high half. */
export const TCP_SIDES = 0;
/** From here to FIN_SEQUENCE pairs: c2s, then s2c. Sequence numbers, modulo 2^32, signed. */
export const ISN = 1;
/** End of the highest segment that the side has sent. */
export const SEQUENCE_END = 3;
/** Highest acknowledgement that the side has sent. */
export const ACKNOWLEDGED = 5;
/** Highest right edge of the window that the side has offered. */
export const WINDOW_EDGE = 7;
export const FIN_SEQUENCE = 9;
export const START_NANOSECOND = 11;
/** Seconds since 1970. */
export const START_SECOND_F64 = 6;
/** Node of the transition pool, or 0. */
export const TRANSITIONS = 14;
/** Frame number of the first packet; unsigned. */
export const START_PACKET = 15;
/** Ingress interface index + 1 << 16 | egress interface index + 1; 0 is unknown. */
export const INTERFACES = 16;
/** Index of the rule that allowed it. */
export const RULE = 17;
/** Egress copies matched to the session, both directions. */
export const EGRESS_COPIES = 18;
/** Events of this session that can come without end (drops), to stop at 32. */
export const NOISY_EVENTS = 19;
/** The first packet's input file and its frame number there. */
export const START_FILE = 20;
export const START_FRAME = 21;

export const C2S = 0;
export const S2C = 1;
