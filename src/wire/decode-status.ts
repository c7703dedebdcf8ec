/** This file names every outcome of decoding one frame; numbers on the hot path, words in reports. */

/** In the order of their numbers. All but `ok` leave the frame outside the session table. */
export const DECODE_STATUSES = [
  'ok',
  'not-ip',
  'link-type-unsupported',
  'truncated-by-snap-length',
  'link-header-short',
  'ip-header-short',
  'ip-version',
  'ipv4-header-length',
  'ipv4-total-length',
  'ipv6-extension-header',
  'transport-header-short',
  'tcp-header-length',
  'fragment-not-first',
  'several-in-one-frame',
] as const;

export type DecodeStatus = (typeof DECODE_STATUSES)[number];

export const OK = 0;
export const NOT_IP = 1;
export const LINK_TYPE_UNSUPPORTED = 2;
/** The header was cut by the capture, not by the sender: the original frame had it. */
export const TRUNCATED = 3;
export const LINK_SHORT = 4;
export const IP_SHORT = 5;
export const IP_VERSION = 6;
export const IPV4_HEADER_LENGTH = 7;
export const IPV4_TOTAL_LENGTH = 8;
export const IPV6_EXTENSION = 9;
export const TRANSPORT_SHORT = 10;
export const TCP_HEADER_LENGTH = 11;
export const FRAGMENT_NOT_FIRST = 12;
/** An 802.11 A-MSDU: no packet of it is taken. */
export const SEVERAL_IN_ONE = 13;
