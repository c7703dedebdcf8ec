/** This file names the LINKTYPE_ values (the tcpdump group's registry) that this version decodes. */

export const LINKTYPE_NULL = 0;
export const LINKTYPE_ETHERNET = 1;
/** Token ring. */
export const LINKTYPE_IEEE802_5 = 6;
export const LINKTYPE_SLIP = 8;
export const LINKTYPE_PPP = 9;
export const LINKTYPE_FDDI = 10;
/** Raw IP as some systems wrote it (DLT_RAW's own numbers). */
export const LINKTYPE_RAW_12 = 12;
export const LINKTYPE_RAW_14 = 14;
export const LINKTYPE_PPP_HDLC = 50;
export const LINKTYPE_PPP_ETHER = 51;
export const LINKTYPE_ATM_RFC1483 = 100;
export const LINKTYPE_RAW = 101;
export const LINKTYPE_C_HDLC = 104;
export const LINKTYPE_IEEE802_11 = 105;
export const LINKTYPE_ATM_CLIP = 106;
export const LINKTYPE_FRELAY = 107;
export const LINKTYPE_LOOP = 108;
export const LINKTYPE_ENC = 109;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_PFLOG = 117;
export const LINKTYPE_IEEE802_11_PRISM = 119;
export const LINKTYPE_IP_OVER_FC = 122;
export const LINKTYPE_SUNATM = 123;
export const LINKTYPE_IEEE802_11_RADIOTAP = 127;
export const LINKTYPE_APPLE_IP_OVER_IEEE1394 = 138;
export const LINKTYPE_IEEE802_11_AVS = 163;
export const LINKTYPE_PPP_PPPD = 166;
export const LINKTYPE_PPI = 192;
export const LINKTYPE_PPP_WITH_DIR = 204;
export const LINKTYPE_C_HDLC_WITH_DIR = 205;
export const LINKTYPE_FRELAY_WITH_DIR = 206;
export const LINKTYPE_MPLS = 219;
export const LINKTYPE_IPV4 = 228;
export const LINKTYPE_IPV6 = 229;
export const LINKTYPE_NFLOG = 239;
export const LINKTYPE_IPOIB = 242;
export const LINKTYPE_PKTAP = 258;
export const LINKTYPE_LINUX_SLL2 = 276;

const NAMES: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'ETHERNET',
  6: 'IEEE802_5',
  8: 'SLIP',
  9: 'PPP',
  10: 'FDDI',
  12: 'RAW',
  14: 'RAW',
  50: 'PPP_HDLC',
  51: 'PPP_ETHER',
  100: 'ATM_RFC1483',
  101: 'RAW',
  104: 'C_HDLC',
  105: 'IEEE802_11',
  106: 'ATM_CLIP',
  107: 'FRELAY',
  108: 'LOOP',
  109: 'ENC',
  113: 'LINUX_SLL',
  117: 'PFLOG',
  119: 'IEEE802_11_PRISM',
  122: 'IP_OVER_FC',
  123: 'SUNATM',
  127: 'IEEE802_11_RADIOTAP',
  129: 'ARCNET_LINUX',
  130: 'JUNIPER_MLPPP',
  131: 'JUNIPER_MLFR',
  132: 'JUNIPER_ES',
  133: 'JUNIPER_GGSN',
  134: 'JUNIPER_MFR',
  135: 'JUNIPER_ATM2',
  136: 'JUNIPER_SERVICES',
  137: 'JUNIPER_ATM1',
  138: 'APPLE_IP_OVER_IEEE1394',
  147: 'USER0',
  149: 'USER2',
  163: 'IEEE802_11_AVS',
  166: 'PPP_PPPD',
  178: 'JUNIPER_ETHER',
  179: 'JUNIPER_PPP',
  180: 'JUNIPER_FRELAY',
  181: 'JUNIPER_CHDLC',
  192: 'PPI',
  195: 'IEEE802_15_4_WITHFCS',
  204: 'PPP_WITH_DIR',
  205: 'C_HDLC_WITH_DIR',
  206: 'FRELAY_WITH_DIR',
  219: 'MPLS',
  220: 'USB_LINUX_MMAPPED',
  228: 'IPV4',
  229: 'IPV6',
  239: 'NFLOG',
  242: 'IPOIB',
  249: 'USBPCAP',
  251: 'BLUETOOTH_LE_LL',
  253: 'NETLINK',
  258: 'PKTAP',
  276: 'LINUX_SLL2',
};

const DECODED: ReadonlySet<number> = new Set([
  0, 1, 6, 8, 9, 10, 12, 14, 50, 51, 100, 101, 104, 105, 106, 107, 108, 109, 113, 117, 119, 122,
  123, 127, 138, 163, 166, 192, 204, 205, 206, 219, 228, 229, 239, 242, 258, 276,
]);

/** Those whose header says which way a frame went. */
const WITH_DIRECTION: ReadonlySet<number> = new Set([
  LINKTYPE_SLIP,
  LINKTYPE_SUNATM,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_PPP_PPPD,
  LINKTYPE_PPP_WITH_DIR,
  LINKTYPE_C_HDLC_WITH_DIR,
  LINKTYPE_FRELAY_WITH_DIR,
  LINKTYPE_PKTAP,
  LINKTYPE_LINUX_SLL2,
]);

/** `ETHERNET (1)`, or `link type 147` without a known name. */
export function linkTypeName(linkType: number): string {
  const name = NAMES[linkType];
  return name === undefined ? `link type ${linkType}` : `${name} (${linkType})`;
}

/** Whether `PacketView.attach` knows this link type. */
export function isLinkTypeDecoded(linkType: number): boolean {
  return DECODED.has(linkType);
}

/** Whether frames of this link type say themselves which way they went. */
export function marksDirections(linkType: number): boolean {
  return WITH_DIRECTION.has(linkType);
}
