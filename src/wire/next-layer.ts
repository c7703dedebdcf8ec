/**
 * This file names what a header below IP can say of the layer that follows it.
 *
 * An EtherType (16 bits) stands for itself, a value up to 1500 in its place is an IEEE 802.3 length,
 * behind which comes an LLC header. What no EtherType says has a number above 16 bits; what ends the
 * walk is negative.
 */

/** The frame ends inside the header. */
export const NEXT_SHORT = -1;
/** Something that is not IP, or not to be read: ARP, encrypted, a later fragment. */
export const NEXT_NOT_IP = -2;
/** `LINKTYPE_` numbers only: one that this version does not decode. */
export const NEXT_UNKNOWN_LINK = -3;
/** An 802.11 frame with several packets inside (A-MSDU). */
export const NEXT_SEVERAL = -4;

/** IP, of the version that its first four bits say. */
export const NEXT_IP = 0x1_0000;
export const NEXT_ETHERNET = 0x1_0001;
export const NEXT_LLC = 0x1_0002;
export const NEXT_PPP = 0x1_0003;

/** IEEE 802.3 §3.2.6: up to here the field is a length, from 0x0600 on an EtherType. */
export const IEEE_LENGTH_MAX = 1500;

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_MPLS = 0x8847; // RFC 3032 §5
export const ETHERTYPE_MPLS_MULTICAST = 0x8848; // RFC 5332 §3
export const ETHERTYPE_PPPOE_SESSION = 0x8864; // RFC 2516 §4; 0x8863 is discovery
