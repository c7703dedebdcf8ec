/**
 * This file holds one frame for each link type and layer below IP that is decoded, as hexadecimal
 * text written from the specifications: what stands in front of the IP packet, and behind it.
 */

/** A frame around an IP packet. */
export interface LinkFrame {
  readonly name: string;
  readonly linkType: number;
  /** Hexadecimal text in front of the IP packet; blanks part the fields. */
  readonly head: string;
  readonly tail?: string;
  /** VLAN ids, outermost first. */
  readonly vlans?: readonly number[];
  /** Where the sender's MAC begins in the frame; without it there is none. */
  readonly mac?: number;
  /** The IP version, where the header names it; otherwise either. */
  readonly version?: 4 | 6;
  /** 1 inbound, 2 outbound. */
  readonly direction?: number;
  /** What tshark has to be told: its heuristics ask whose the MACs are. */
  readonly tsharkOptions?: readonly string[];
  /** Why tshark cannot be asked. */
  readonly unknownToTshark?: string;
}

const OUTER = '02aa00000002 02aa00000001';
const INNER = '020000000002 020000000001';
const SNAP4 = 'aaaa03 000000 0800';
const SNAP6 = 'aaaa03 000000 86dd';
/** A UDP packet of 28 bytes in LLC: the IEEE 802.3 length. */
const LENGTH4 = '0024';
const WLAN = '0800 0000 020000000011 020000000001 020000000022 1000';
const CONTROL_WORD = ['-d', 'mpls.label==100,pwethcw'];
const NO_CONTROL_WORD = ['-d', 'mpls.label==100,pwethnocw'];
const ICV = '00112233445566778899aabbccddeeff';

// biome-ignore format: a table
export const LINK_FRAMES: readonly LinkFrame[] = [
  { name: 'MPLS', linkType: 1, head: `${OUTER} 8847 00064140`, mac: 6 },
  { name: 'MPLS multicast', linkType: 1, head: `${OUTER} 8848 00064140`, mac: 6 },
  { name: 'MPLS, three labels', linkType: 1, head: `${OUTER} 8847 00064040 0000103f 000c8140`, mac: 6 },
  { name: 'MPLS, explicit null', linkType: 1, head: `${OUTER} 8847 00000140`, mac: 6, version: 4 },
  { name: 'MPLS behind a tag', linkType: 1, head: `${OUTER} 8100 0064 8847 00064140`, mac: 6, vlans: [100] },
  { name: 'Ethernet pseudowire with control word', linkType: 1, head: `${OUTER} 8847 00064140 00000000 ${INNER} 0800`, mac: 28, version: 4, tsharkOptions: CONTROL_WORD },
  { name: 'Ethernet pseudowire without', linkType: 1, head: `${OUTER} 8847 00064140 ${INNER} 0800`, mac: 24, version: 4, tsharkOptions: NO_CONTROL_WORD },
  { name: 'pseudowire with a tag', linkType: 1, head: `${OUTER} 8847 00064140 00000000 ${INNER} 8100 0064 0800`, mac: 28, version: 4, vlans: [100], tsharkOptions: CONTROL_WORD },
  { name: 'PPPoE', linkType: 1, head: `${OUTER} 8864 11 00 0007 001e 0021`, mac: 6, version: 4 },
  { name: 'PPPoE, IPv6', linkType: 1, head: `${OUTER} 8864 11 00 0007 0032 0057`, mac: 6, version: 6 },
  { name: 'PPPoE behind two tags', linkType: 1, head: `${OUTER} 88a8 012c 8100 0064 8864 11 00 0007 001e 0021`, mac: 6, version: 4, vlans: [300, 100] },
  { name: 'IEEE 802.3 with SNAP', linkType: 1, head: `${OUTER} ${LENGTH4} ${SNAP4}`, mac: 6, version: 4 },
  { name: 'IEEE 802.3 with SNAP, IPv6', linkType: 1, head: `${OUTER} 0038 ${SNAP6}`, mac: 6, version: 6 },
  { name: 'IEEE 802.3 with a tag and SNAP', linkType: 1, head: `${OUTER} 8100 0064 ${LENGTH4} ${SNAP4}`, mac: 6, version: 4, vlans: [100] },
  { name: 'IEEE 802.2 without SNAP', linkType: 1, head: `${OUTER} 001f 060603`, mac: 6, version: 4 },
  { name: 'provider backbone bridging', linkType: 1, head: `${OUTER} 88a8 0064 88e7 00000123 ${INNER} 0800`, mac: 28, version: 4 },
  { name: 'provider backbone bridging, customer tag', linkType: 1, head: `${OUTER} 88e7 00000123 ${INNER} 8100 0005 0800`, mac: 24, version: 4, vlans: [5] },
  { name: 'VN-Tag', linkType: 1, head: `${OUTER} 8926 00010002 0800`, mac: 6, version: 4 },
  { name: 'VN-Tag and VLAN', linkType: 1, head: `${OUTER} 8926 00010002 8100 0064 0800`, mac: 6, version: 4, vlans: [100] },
  { name: 'E-TAG', linkType: 1, head: `${OUTER} 893f 000000010000 0800`, mac: 6, version: 4 },
  { name: 'Cisco metadata', linkType: 1, head: `${OUTER} 8100 0064 8909 01 01 0001 0064 0800`, mac: 6, version: 4, vlans: [100] },
  { name: 'R-TAG', linkType: 1, head: `${OUTER} f1c1 0000 0001 0800`, mac: 6, version: 4 },
  { name: 'MACsec, authenticated only', linkType: 1, head: `${OUTER} 88e5 00 00 00000001 0800`, tail: ICV, mac: 6, version: 4 },
  { name: 'MACsec with a channel', linkType: 1, head: `${OUTER} 88e5 20 00 00000001 0011223344550001 0800`, tail: ICV, mac: 6, version: 4 },
  { name: 'token ring', linkType: 6, head: `10 40 ${INNER} ${SNAP4}`, mac: 8, version: 4 },
  { name: 'token ring with a route', linkType: 6, head: `10 40 020000000002 820000000001 0430 0011 ${SNAP4}`, mac: 8, version: 4 },
  { name: 'PPP', linkType: 9, head: 'ff03 0021', version: 4 },
  { name: 'PPP without address and control', linkType: 9, head: '0057', version: 6 },
  { name: 'PPP with a protocol of one byte', linkType: 9, head: 'ff03 21', version: 4 },
  { name: 'PPP, MPLS', linkType: 9, head: 'ff03 0281 00064140' },
  { name: 'FDDI', linkType: 10, head: `50 ${INNER} ${SNAP4}`, mac: 7, version: 4 },
  { name: 'PPP in HDLC framing', linkType: 50, head: 'ff03 0021', version: 4 },
  { name: 'Cisco HDLC under the number of PPP', linkType: 50, head: '0f00 0800', version: 4 },
  { name: 'PPPoE without Ethernet', linkType: 51, head: '11 00 0007 001e 0021', version: 4 },
  { name: 'ATM with LLC', linkType: 100, head: SNAP4, version: 4 },
  { name: 'ATM, bridged Ethernet', linkType: 100, head: `aaaa03 0080c2 0007 0000 ${INNER} 0800`, mac: 16, version: 4 },
  { name: 'ATM, routed ISO', linkType: 100, head: 'fefe03 cc', version: 4 },
  { name: 'Cisco HDLC', linkType: 104, head: '0f00 0800', version: 4 },
  { name: 'Cisco HDLC, IPv6', linkType: 104, head: '0f00 86dd', version: 6 },
  { name: 'Cisco HDLC, MPLS', linkType: 104, head: '0f00 8847 00064140' },
  { name: '802.11 between stations', linkType: 105, head: `${WLAN} ${SNAP4}`, mac: 10, version: 4 },
  { name: '802.11 to the access point', linkType: 105, head: `0801 0000 020000000011 020000000001 020000000022 1000 ${SNAP4}`, mac: 10, version: 4 },
  { name: '802.11 from the access point', linkType: 105, head: `0802 0000 020000000022 020000000011 020000000001 1000 ${SNAP4}`, mac: 16, version: 4 },
  { name: '802.11 between access points', linkType: 105, head: `0803 0000 020000000011 020000000012 020000000022 1000 020000000001 ${SNAP4}`, mac: 24, version: 4 },
  { name: '802.11 QoS', linkType: 105, head: `8801 0000 020000000011 020000000001 020000000022 1000 0000 ${SNAP6}`, mac: 10, version: 6 },
  { name: '802.11 QoS and HT control', linkType: 105, head: `8881 0000 020000000011 020000000001 020000000022 1000 0000 00000000 ${SNAP4}`, mac: 10, version: 4 },
  { name: '802.11 A-MSDU of one', linkType: 105, head: `8801 0000 020000000011 020000000001 020000000022 1000 8000 ${INNER} ${LENGTH4} ${SNAP4}`, mac: 32, version: 4 },
  { name: 'ATM classical IP', linkType: 106, head: '' },
  { name: 'ATM classical IP with LLC', linkType: 106, head: SNAP4, version: 4, unknownToTshark: 'expects no LLC' },
  { name: 'frame relay', linkType: 107, head: '1841 03 cc', version: 4 },
  { name: 'frame relay, IPv6', linkType: 107, head: '1841 03 8e', version: 6 },
  { name: 'frame relay with SNAP', linkType: 107, head: '1841 03 00 80 000000 0800', version: 4 },
  { name: 'frame relay, bridged Ethernet', linkType: 107, head: `1841 03 00 80 0080c2 0007 ${INNER} 0800`, mac: 16, version: 4 },
  { name: 'frame relay of Cisco', linkType: 107, head: '1841 0800', version: 4 },
  { name: 'SLIP', linkType: 8, head: '01 45 0000000000000000000000000000', direction: 2, unknownToTshark: 'tshark 4.0 does not read link type 8; tcpdump shows the packet' },
  { name: 'SunATM with LLC', linkType: 123, head: `82 00 0064 ${SNAP4}`, version: 4, direction: 2 },
  { name: 'SunATM with LAN emulation', linkType: 123, head: `01 00 0064 0001 ${INNER} 0800`, mac: 12, version: 4, direction: 1 },
  { name: 'enc', linkType: 109, head: '00000002 00000001 00000000', version: 4 },
  { name: 'pf log', linkType: 117, head: `3d 02 00 00 ${'00'.repeat(60)}`, version: 4 },
  { name: 'Prism', linkType: 119, head: `44000000 90000000 ${'00'.repeat(136)} ${WLAN} ${SNAP4}`, mac: 154, version: 4 },
  { name: 'AVS under the number of Prism', linkType: 119, head: `80211001 00000040 ${'00'.repeat(56)} ${WLAN} ${SNAP4}`, mac: 74, version: 4 },
  { name: 'IP over fibre channel', linkType: 122, head: `1000020000000002 1000020000000001 ${SNAP4}`, mac: 10, version: 4 },
  { name: 'radiotap', linkType: 127, head: `0000 0800 00000000 ${WLAN} ${SNAP4}`, mac: 18, version: 4 },
  { name: 'radiotap, padded data', linkType: 127, head: `0000 0900 02000000 20 8801 0000 020000000011 020000000001 020000000022 1000 0000 0000 ${SNAP4}`, mac: 19, version: 4 },
  { name: 'radiotap, two words, time and flags', linkType: 127, head: `0000 1900 030000a0 00000000 00000000 0000000000000000 00 ${WLAN} ${SNAP4}`, mac: 35, version: 4 },
  { name: 'IP over IEEE 1394', linkType: 138, head: '0200000000000002 0200000000000001 0800', version: 4 },
  { name: 'AVS', linkType: 163, head: `80211001 00000040 ${'00'.repeat(56)} ${WLAN} ${SNAP4}`, mac: 74, version: 4 },
  { name: 'pppd, received', linkType: 166, head: '00 03 0021', version: 4, direction: 1, unknownToTshark: 'has no such link type' },
  { name: 'pppd, sent', linkType: 166, head: '01 03 0021', version: 4, direction: 2, unknownToTshark: 'has no such link type' },
  { name: 'PPI with 802.11', linkType: 192, head: `00 00 0800 69000000 ${WLAN} ${SNAP4}`, mac: 18, version: 4 },
  { name: 'PPI with Ethernet', linkType: 192, head: `00 00 0c00 01000000 00000000 ${INNER} 0800`, mac: 18, version: 4 },
  { name: 'PPP with direction', linkType: 204, head: '01 ff03 0021', version: 4, direction: 2 },
  { name: 'Cisco HDLC with direction', linkType: 205, head: '00 0f00 0800', version: 4, direction: 1, unknownToTshark: 'has no such link type' },
  { name: 'frame relay with direction', linkType: 206, head: '01 1841 03 cc', version: 4, direction: 2, unknownToTshark: 'has no such link type' },
  { name: 'MPLS alone', linkType: 219, head: '00064140', unknownToTshark: 'has no such link type' },
  { name: 'NFLOG', linkType: 239, head: '02 00 0001 0800 0100 0800 0100 1000 0800 0006 0000 020000000001 0000 2000 0900', mac: 20, version: 4 },
  { name: 'NFLOG of a big-endian computer', linkType: 239, head: '0a 00 0001 0008 0001 86dd 0200 0034 0009', version: 6, unknownToTshark: 'takes the byte order of the file' },
  { name: 'IP over InfiniBand', linkType: 242, head: `${'00'.repeat(40)} 0800 0000`, version: 4 },
  { name: 'packet tap with Ethernet', linkType: 258, head: `6c000000 01000000 01000000 ${'00'.repeat(24)} 02000000 ${'00'.repeat(68)} ${INNER} 0800`, mac: 114, version: 4, direction: 2 },
  { name: 'packet tap with raw IP', linkType: 258, head: `6c000000 01000000 0c000000 ${'00'.repeat(24)} 01000000 ${'00'.repeat(68)}`, version: 4, direction: 1 },
  { name: 'Linux cooked, IEEE 802.2', linkType: 113, head: `0000 0001 0006 020000000001 0000 0004 ${SNAP4}`, mac: 6, version: 4, direction: 1 },
  { name: 'Linux cooked, MPLS', linkType: 113, head: '0000 0001 0006 020000000001 0000 8847 00064140', mac: 6, direction: 1 },
];
