/**
 * This file reads the header of a classic pcap file and knows its variants: the magic names byte
 * order and unit, the version the order of the two lengths, and for AIX the unit and link types.
 *
 *     magic 4, major 2, minor 2, zone 4, accuracy 4, snap length 4, link type 4 (, length 4)
 *
 * What the magic does not tell, the length of a record's header, is found by pcap-records.ts.
 */

/** What a classic pcap file turned out to be; the suffix names who wrote its record headers. */
export type PcapFormat =
  | 'pcap'
  | 'pcap-modified'
  | 'pcap-suse'
  | 'pcap-redhat'
  | 'pcap-nokia'
  | 'pcap-ixia'
  | 'pcap-aix';

/** A record header: its first 16 bytes are the same everywhere, but for the unit of the fraction. */
export interface RecordLayout {
  readonly format: PcapFormat;
  readonly headerBytes: number;
  /** Nanoseconds that the fraction of a record's time counts. */
  readonly fractionNs: number;
}

/** Bytes of the usual file header. */
export const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** IXIA's header ends with the length of all records. */
const IXIA_FILE_HEADER_BYTES = FILE_HEADER_BYTES + 4;

const US = 1000;
const AIX: RecordLayout = { format: 'pcap-aix', headerBytes: RECORD_HEADER_BYTES, fractionNs: 1 };

/** One magic, and the record headers that go with it, the likeliest first. */
interface Magic {
  readonly value: number;
  readonly fileHeaderBytes: number;
  readonly layouts: readonly [RecordLayout, ...RecordLayout[]];
}

/** Longer record headers as tshark knows them: interface, protocol and packet type come behind. */
const MAGICS: readonly Magic[] = [
  {
    value: 0xa1b2c3d4,
    fileHeaderBytes: FILE_HEADER_BYTES,
    layouts: [
      { format: 'pcap', headerBytes: RECORD_HEADER_BYTES, fractionNs: US },
      { format: 'pcap-redhat', headerBytes: 24, fractionNs: US },
      { format: 'pcap-nokia', headerBytes: 20, fractionNs: US },
    ],
  },
  {
    value: 0xa1b23c4d,
    fileHeaderBytes: FILE_HEADER_BYTES,
    layouts: [{ format: 'pcap', headerBytes: RECORD_HEADER_BYTES, fractionNs: 1 }],
  },
  {
    value: 0xa1b2cd34,
    fileHeaderBytes: FILE_HEADER_BYTES,
    layouts: [
      { format: 'pcap-modified', headerBytes: 24, fractionNs: US },
      { format: 'pcap-suse', headerBytes: 28, fractionNs: US },
    ],
  },
  {
    // Of the hardware: tshark takes microseconds, but nanoseconds are met as well.
    value: 0x1c0001ac,
    fileHeaderBytes: IXIA_FILE_HEADER_BYTES,
    layouts: [
      { format: 'pcap-ixia', headerBytes: RECORD_HEADER_BYTES, fractionNs: US },
      { format: 'pcap-ixia', headerBytes: RECORD_HEADER_BYTES, fractionNs: 1 },
    ],
  },
  {
    value: 0x1c0001ab,
    fileHeaderBytes: IXIA_FILE_HEADER_BYTES,
    layouts: [{ format: 'pcap-ixia', headerBytes: RECORD_HEADER_BYTES, fractionNs: US }],
  },
];

const MAJOR_VERSION = 2;
/** DG/UX's tcpdump wrote 543.0, with the lengths as before 2.3 (libpcap, sf-pcap.c). */
const DGUX_VERSION = { major: 543, minor: 0 } as const;
/** Before 2.3 the two lengths stood the other way round; files of 2.3 have both (sf-pcap.c). */
const FIRST_MINOR_WITH_LENGTHS_IN_ORDER = 3;
/** AIX's tcpdump writes 2.2, nanoseconds, and the ifType of RFC 1573 for these link types. */
const AIX_MINOR = 2;
const AIX_LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [6, 1], // ethernet-csmacd: LINKTYPE_ETHERNET
  [9, 6], // token ring: LINKTYPE_IEEE802_5
  [15, 10], // LINKTYPE_FDDI
  [24, 0], // loopback: LINKTYPE_NULL
]);
/** Low bits of the last header field; above them are FCS length and flags (draft, section 4). */
export const LINK_TYPE_MASK = 0x03ffffff;

/** What the header of a pcap file says. */
export interface PcapHeader {
  readonly little: boolean;
  readonly major: number;
  readonly minor: number;
  /** Whether this version is read at all. */
  readonly isKnownVersion: boolean;
  /** Bytes before the first record. */
  readonly headerBytes: number;
  /** `maybe`: where the captured length would be the greater one. */
  readonly lengthsSwapped: 'no' | 'yes' | 'maybe';
  readonly snapLength: number;
  readonly linkType: number;
  /** Record headers that are possible; the first one is the likeliest. */
  readonly layouts: readonly [RecordLayout, ...RecordLayout[]];
}

/** Reads a file header of at least FILE_HEADER_BYTES; null where the magic is not pcap's. */
export function readPcapHeader(view: DataView, at: number): PcapHeader | null {
  const big = MAGICS.find(({ value }) => value === view.getUint32(at, false));
  const magic = big ?? MAGICS.find(({ value }) => value === view.getUint32(at, true));
  if (magic === undefined) return null;
  const little = big === undefined;
  const major = view.getUint16(at + 4, little);
  const minor = view.getUint16(at + 6, little);
  const linkType = view.getUint32(at + 20, little) & LINK_TYPE_MASK;
  const isDgUx = major === DGUX_VERSION.major && minor === DGUX_VERSION.minor;
  const aixLinkType =
    major === MAJOR_VERSION && minor === AIX_MINOR ? AIX_LINK_TYPES.get(linkType) : undefined;
  return {
    little,
    major,
    minor,
    isKnownVersion: major === MAJOR_VERSION || isDgUx,
    headerBytes: magic.fileHeaderBytes,
    lengthsSwapped: lengthOrder(isDgUx, minor),
    snapLength: view.getUint32(at + 16, little),
    linkType: aixLinkType ?? linkType,
    layouts: aixLinkType === undefined ? magic.layouts : [AIX],
  };
}

function lengthOrder(isDgUx: boolean, minor: number): 'no' | 'yes' | 'maybe' {
  if (isDgUx || minor < FIRST_MINOR_WITH_LENGTHS_IN_ORDER) return 'yes';
  return minor === FIRST_MINOR_WITH_LENGTHS_IN_ORDER ? 'maybe' : 'no';
}

/** Whether a file that begins with this word, in either byte order, is one of pcap. */
export function isPcapMagic(word: number): boolean {
  const swapped =
    ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | (word << 24)) >>> 0;
  return MAGICS.some(({ value }) => value === word || value === swapped);
}

/** Whether the header of another pcap file, of version 2.4, stands where a record should. */
export function isFileHeader(view: DataView, at: number): boolean {
  for (const little of [true, false]) {
    const magic = view.getUint32(at, little);
    if (magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) continue;
    if (view.getUint16(at + 4, little) === MAJOR_VERSION) return true;
  }
  return false;
}
