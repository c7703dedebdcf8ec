/**
 * This file reads IEEE 802.11 data frames, and the radio headers that captures put in front of them:
 * radiotap, AVS and Prism. Management, control, null and protected frames are not IP.
 *
 * ```
 *  control 2 | duration 2 | address1 6 | address2 6 | address3 6 | sequence 2
 *  [address4 6, between two access points] [QoS 2] [HT control 4] | LLC …
 * ```
 */

import { NEXT_LLC, NEXT_NOT_IP, NEXT_SEVERAL, NEXT_SHORT } from './next-layer.ts';
import type { PacketView } from './packet-view.ts';

const HEADER_LENGTH = 24;
const ADDRESS2 = 10;
const ADDRESS3 = 16;
const ADDRESS4 = 24;
const SEQUENCE = 22;
const ADDRESS_LENGTH = 6;
const QOS_LENGTH = 2;
const HT_CONTROL_LENGTH = 4;

/** First byte of the frame control: version 0, type data; the subtype's bits are above. */
const VERSION_AND_TYPE = 0x0f;
const TYPE_DATA = 0x08;
const SUBTYPE_NO_DATA = 0x40;
const SUBTYPE_QOS = 0x80;
/** Second byte. */
const TO_DS = 0x01;
const FROM_DS = 0x02;
const PROTECTED = 0x40;
const PLUS_HTC = 0x80;
/** Of the sequence control, little-endian. */
const FRAGMENT_NUMBER = 0x0f;
/** First byte of the QoS control. */
const A_MSDU = 0x80;
/** An A-MSDU's subframe: destination 6, source 6, length 2, then LLC; padded to four bytes. */
const SUBFRAME_LENGTH = 14;
const SUBFRAME_SOURCE = 6;

const RADIOTAP_LENGTH_MIN = 8;
const RADIOTAP_PRESENT = 4;
/** Bits of a present word. */
const HAS_TSFT = 1 << 0;
const HAS_FLAGS = 1 << 1;
const HAS_MORE_WORDS = 0x80;
const TSFT_LENGTH = 8;
/** The `Data Pad` of the flags: the 802.11 header is filled up to four bytes. */
const FLAG_DATA_PAD = 0x20;

const RADIO_LENGTH_MIN = 8;
/** Above the version, which is the last twelve bits. */
const AVS_MAGIC = 0x8021_1;
const AVS_VERSION_BITS = 12;
const RADIO_LENGTH_AT = 4;

/** Reads an 802.11 header from `at`; `isPadded` where it is filled up to four bytes. */
export function readWlan(view: PacketView, at: number, isPadded: boolean): number {
  const { data, frameEnd } = view;
  if (frameEnd - at < 2) return NEXT_SHORT;
  const control = data.getUint8(at);
  const flags = data.getUint8(at + 1);
  if ((control & VERSION_AND_TYPE) !== TYPE_DATA) return NEXT_NOT_IP;
  if ((control & SUBTYPE_NO_DATA) !== 0 || (flags & PROTECTED) !== 0) return NEXT_NOT_IP;
  const isBetween = (flags & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS);
  const isQos = (control & SUBTYPE_QOS) !== 0;
  let length = HEADER_LENGTH + (isBetween ? ADDRESS_LENGTH : 0);
  const qosAt = at + length;
  if (isQos) length += QOS_LENGTH + ((flags & PLUS_HTC) !== 0 ? HT_CONTROL_LENGTH : 0);
  if (isPadded) length = (length + 3) & ~3;
  if (frameEnd - at < length) return NEXT_SHORT;
  // Only the first fragment of a frame has the packet's headers.
  if ((data.getUint8(at + SEQUENCE) & FRAGMENT_NUMBER) !== 0) return NEXT_NOT_IP;
  view.sourceMacOffset = at + sourceAddress(flags);
  view.networkOffset = at + length;
  return isQos && (data.getUint8(qosAt) & A_MSDU) !== 0 ? readSubframe(view) : NEXT_LLC;
}

/** Which address is the sender's: IEEE 802.11 §9.3.2.1, the table of the DS bits. */
function sourceAddress(flags: number): number {
  if ((flags & FROM_DS) === 0) return ADDRESS2;
  return (flags & TO_DS) === 0 ? ADDRESS3 : ADDRESS4;
}

/** A lone subframe is a frame like any other; several are several packets, which a view cannot be. */
function readSubframe(view: PacketView): number {
  const { data, frameEnd, originalEnd } = view;
  const at = view.networkOffset;
  if (frameEnd - at < SUBFRAME_LENGTH) return NEXT_SHORT;
  const end = at + ((SUBFRAME_LENGTH + data.getUint16(at + SUBFRAME_LENGTH - 2) + 3) & ~3);
  // A check sequence of four bytes may follow the last one, never another header's fourteen.
  if (originalEnd - end >= SUBFRAME_LENGTH) return NEXT_SEVERAL;
  view.sourceMacOffset = at + SUBFRAME_SOURCE;
  view.networkOffset = at + SUBFRAME_LENGTH;
  return NEXT_LLC;
}

/** Reads a radiotap header (radiotap.org) from `at`, and the frame behind it. */
export function readRadiotap(view: PacketView, at: number): number {
  const { data, frameEnd } = view;
  if (frameEnd - at < RADIOTAP_LENGTH_MIN) return NEXT_SHORT;
  const length = data.getUint16(at + 2, true);
  if (length < RADIOTAP_LENGTH_MIN) return NEXT_NOT_IP;
  if (frameEnd - at < length) return NEXT_SHORT;
  const flags = radiotapFlags(view, at, at + length);
  return readWlan(view, at + length, (flags & FLAG_DATA_PAD) !== 0);
}

/** The flags field, 0 without one. Fields follow the last present word, each aligned to its size. */
function radiotapFlags(view: PacketView, start: number, end: number): number {
  const { data } = view;
  const first = data.getUint32(start + RADIOTAP_PRESENT, true);
  if ((first & HAS_FLAGS) === 0) return 0;
  let at = start + RADIOTAP_PRESENT;
  while (at + 4 <= end && (data.getUint8(at + 3) & HAS_MORE_WORDS) !== 0) at += 4;
  at += 4;
  if ((first & HAS_TSFT) !== 0) at = start + ((at - start + 7) & ~7) + TSFT_LENGTH;
  return at < end ? data.getUint8(at) : 0;
}

/**
 * Reads a Prism or an AVS header from `at`, and the frame behind it: both say their length in the
 * same place, Prism in its own computer's byte order.
 */
export function readPrismOrAvs(view: PacketView, at: number): number {
  const { data, frameEnd } = view;
  if (frameEnd - at < RADIO_LENGTH_MIN) return NEXT_SHORT;
  const big = data.getUint32(at + RADIO_LENGTH_AT);
  const isAvs = data.getInt32(at) >>> AVS_VERSION_BITS === AVS_MAGIC;
  const little = data.getUint32(at + RADIO_LENGTH_AT, true);
  const length = isAvs ? big : Math.min(big, little);
  if (length < RADIO_LENGTH_MIN) return NEXT_NOT_IP;
  if (frameEnd - at < length) return NEXT_SHORT;
  return readWlan(view, at + length, false);
}
