/**
 * This file lays out one session in memory: word offsets in two arrays of 32-bit integers.
 *
 * ```
 * hot record, 128 bytes: all that a packet of a live session touches, two cache lines
 *  0 c2s key   4 s2c key   8 deadline  10 last packet  12 state  13 timeout  14 sides  15 serial
 * 16 packets  18 IP bytes 22 sequence ends 24 acknowledged 26 edges 28 fingerprints 30 payload
 * tail record, 96 bytes: what is written at the start, at changes of state, at the end
 *  0 ISN  2 FIN  4 dropped  6 tags  8 start  12 transitions  13 interfaces  …
 * ```
 * Waiting for memory is most of a packet's time: a field's place follows from how often it is
 * touched. Words named with F64 are doubles: their offset counts in 8-byte units. Pairs are c2s, then
 * s2c.
 */

export const HOT_WORDS = 32;
export const HOT_F64 = HOT_WORDS / 2;

/**
 * A flow key is four words: address, address, ports, meta. An IPv6 address is a hash here; its words
 * stand beside the records (WideAddresses).
 *
 * ```
 * meta: zone, 14 bits | ICMP kind, 4 | twin, 5 | IPv6, 1 | protocol, 8
 * ```
 * A twin (`--scale`) has its original's addresses and another number here: so the table takes the two
 * for different clients, while rules, routes and payload are about the same ones.
 */
export const KEY_WORDS = 4;
export const KEY_SOURCE = 0;
export const KEY_DESTINATION = 1;
export const KEY_PORTS = 2;
export const KEY_META = 3;
/** Bit of `meta` that is set for IPv6. */
export const META_IPV6 = 0x100;
/** Where the twin's number lies in `meta`; 0 is an original. */
export const META_TWIN_SHIFT = 9;
export const META_TWIN = 0x3e00;
/** Where the ICMP kind lies in `meta`. */
export const META_ICMP_SHIFT = 14;
/** Where the zone lies in `meta`, up to its end. */
export const META_ZONE_SHIFT = 18;
/** Everything but the zone. */
export const META_SANS_ZONE = (1 << META_ZONE_SHIFT) - 1;
/** The original of a packet and its twins: so many can be told apart. */
export const SCALE_MAX = (META_TWIN >> META_TWIN_SHIFT) + 1;

/** Number of the twin that a key is of; 0 is an original. */
export const twinOf = (meta: number): number => (meta & META_TWIN) >> META_TWIN_SHIFT;
export const C2S_KEY = 0;
export const S2C_KEY = 4;

/** Nanoseconds since the epoch. */
export const DEADLINE_F64 = 4;
/** Time of the last packet, nanoseconds since the epoch. */
export const LAST_F64 = 5;
/** phase | end reason << 8 | FLAG_OFFLOAD_ bits | first label << 16 | other flags from bit 20. */
export const STATE = 12;
/** Seconds. */
export const TIMEOUT = 13;
/**
 * Sixteen bits a side, c2s in the low half: TCP's SIDE_ bits (tcp-sides) in bits 0–11, and in bits
 * 12–15 the VLAN tags of the side's first packet.
 */
export const SIDES = 14;
/** Unsigned. */
export const SERIAL = 15;
export const PACKETS = 16;
export const IP_BYTES_F64 = 9;
/** Sequence numbers modulo 2^32, signed: end of the highest segment that the side has sent. */
export const SEQUENCE_END = 22;
/** Highest acknowledgement that the side has sent. */
export const ACKNOWLEDGED = 24;
/** Highest right edge of the window that the side has offered. */
export const WINDOW_EDGE = 26;
/** Hash of the side's last packet's headers, to know a duplicate. */
export const FINGERPRINT = 28;
/** Packets with transport payload. */
export const PAYLOAD_PACKETS = 30;

/** Number (STATES) of the label that a session had first after INIT, from its STATE word. */
export const firstLabel = (state: number): number => (state >>> 16) & 15;

/** Index of END_REASONS that a session has by now, from its STATE word. */
export const endReasonOf = (state: number): number => (state >>> 8) & 31;

/** Offload is to look at the session's next packet. */
export const FLAG_OFFLOAD_NEXT = 1 << 14;
/** The session is ready for hardware: offload is to look at packets that hardware does not take. */
export const FLAG_OFFLOAD_READY = 1 << 15;

/** Bits of STATE above the phase, end reason and first label. */
export const FLAG_S2C_INSTALLED = 1 << 20;
/** The first packet was a TCP segment without SYN. */
export const FLAG_NON_SYN = 1 << 21;
/** The TCP handshake is complete. */
export const FLAG_OPENED = 1 << 22;
/** It was there before the capture began (`--midstream`). */
export const FLAG_MIDSTREAM = 1 << 23;
/** The server's packets would be forwarded elsewhere than to the client's zone, or nowhere. */
export const FLAG_S2C_ASTRAY = 1 << 24;
/** A timer of its service's own applies. */
export const FLAG_SERVICE_TIMERS = 1 << 25;
/** A side acknowledged data that the other was never seen to send: the capture lacks packets. */
export const FLAG_ACKED_UNSEEN = 1 << 26;
/** The client's packets would be forwarded elsewhere than to the server's zone, or nowhere. */
export const FLAG_C2S_ASTRAY = 1 << 27;
/**
 * It is translated, where pools are, and nothing in the capture has shown yet how: a reply to the
 * translated ends may be another session's.
 */
export const FLAG_GUESSED = 1 << 28;
/** Its payload is inspected: the application is not known yet. */
export const FLAG_INSPECTED = 1 << 29;
/** An override rule gave it its application. */
export const FLAG_OVERRIDDEN = 1 << 30;
/** An ALG reads its payload. The sign bit: only ever tested against 0. */
export const FLAG_ALG = 1 << 31;
/** Somebody reads its payload. */
export const FLAG_READ = FLAG_INSPECTED | FLAG_ALG;

/** Where the usual number of tags lies in a side's half of SIDES; 15 is the most it can hold. */
export const SIDE_TAGS_SHIFT = 12;
export const SIDE_TAGS_MAX = 15;

/** VLAN tags of a side's first packet (0 c2s, 1 s2c), from its session's SIDES word. */
export const usualTags = (sides: number, side: number): number =>
  (sides >>> (SIDE_TAGS_SHIFT + 16 * side)) & SIDE_TAGS_MAX;

export const TAIL_WORDS = 24;
export const TAIL_F64 = TAIL_WORDS / 2;

export const ISN = 0;
export const FIN_SEQUENCE = 2;
export const DROPPED = 4;
/** VLAN tags of all packets, less the usual number (SIDES) times the packets. */
export const EXTRA_TAGS = 6;
export const START_NANOSECOND = 8;
/** Frame number of the first packet; unsigned. */
export const START_PACKET = 9;
/** Seconds since 1970. */
export const START_SECOND_F64 = 5;
/** Node of the transition pool, or 0. */
export const TRANSITIONS = 12;
/** Ingress interface name << 16 | egress interface name (numbers of IngressZones); 0 is unknown. */
export const INTERFACES = 13;
/** Index of the rule that it met (Policy.rules). */
export const RULE = 14;
/** Egress copies matched to the session, both directions. */
export const EGRESS_COPIES = 15;
/** Events of this session that can come without end (drops), to stop at 32. */
export const NOISY_EVENTS = 16;
/** The first packet's input file and its frame number there. */
export const START_FILE = 17;
export const START_FRAME = 18;
/** What a user sees as `session_id` (SessionIds). */
export const SESSION_ID = 19;
/** Its timers (SessionTimers). */
export const PROFILE = 20;
/** Index of the application that its ports tell, plus 1 (FirewallConfig.applications); 0 is none. */
export const APPLICATION = 21;
/** Packets of the session's endpoints that came in by another zone, by the side that they are of. */
export const ZONE_MISMATCHES = 22;
