/** This file names the LINKTYPE_ values (the tcpdump group's registry) that this version decodes. */

export const LINKTYPE_NULL = 0;
export const LINKTYPE_ETHERNET = 1;
/** Raw IP as some systems wrote it (DLT_RAW's own numbers). */
export const LINKTYPE_RAW_12 = 12;
export const LINKTYPE_RAW_14 = 14;
export const LINKTYPE_RAW = 101;
export const LINKTYPE_LOOP = 108;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_IPV4 = 228;
export const LINKTYPE_IPV6 = 229;
export const LINKTYPE_LINUX_SLL2 = 276;

const NAMES: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'ETHERNET',
  9: 'PPP',
  12: 'RAW',
  14: 'RAW',
  50: 'PPP_HDLC',
  51: 'PPP_ETHER',
  101: 'RAW',
  104: 'C_HDLC',
  105: 'IEEE802_11',
  108: 'LOOP',
  113: 'LINUX_SLL',
  127: 'IEEE802_11_RADIOTAP',
  147: 'USER0',
  220: 'USB_LINUX_MMAPPED',
  228: 'IPV4',
  229: 'IPV6',
  239: 'NFLOG',
  249: 'USBPCAP',
  251: 'BLUETOOTH_LE_LL',
  276: 'LINUX_SLL2',
};

const DECODED = new Set([0, 1, 12, 14, 101, 108, 113, 228, 229, 276]);

/** `ETHERNET (1)`, or `link type 147` without a known name. */
export function linkTypeName(linkType: number): string {
  const name = NAMES[linkType];
  return name === undefined ? `link type ${linkType}` : `${name} (${linkType})`;
}

/** Whether `PacketView.attach` knows this link type. */
export function isLinkTypeDecoded(linkType: number): boolean {
  return DECODED.has(linkType);
}
