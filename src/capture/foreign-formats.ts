/**
 * This file names the files that are no pcap or pcapng, by their content, and says how to make a
 * capture of each. Nothing here is read further than its first bytes.
 *
 * Magics are those of the programs' own documents, of Wireshark's file types and of file(1).
 */

import { basename } from 'node:path';
import { startsWith } from './magic.ts';

/** A file of another format: what it is, and what to do with it. */
export interface ForeignFormat {
  readonly name: string;
  /** A command that makes a capture of it, or what else helps. */
  readonly advice: string;
}

interface Entry {
  readonly name: string;
  readonly magic: string | readonly number[];
  /** Where the magic stands; 0 where absent. */
  readonly at?: number;
  /** A command, in which `%` is the file, or what else there is to say. */
  readonly way: string;
}

const EDITCAP = 'editcap -F pcapng % out.pcapng';
/** These formats name a link type a packet, which editcap refuses to write unless it is told one. */
const EDITCAP_ETHER = 'editcap -F pcapng -T ether % out.pcapng';
const NO_READER = 'ask its maker for a plain pcap: no program at hand reads this variant';
const REWRITE = 'netsniff-ng --in % --out out.pcap --magic 0xa1b23c4d';

// biome-ignore format: a table
const ENTRIES: readonly Entry[] = [
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], way: 'xz -dc % > out.pcap' },
  { name: 'bzip2', magic: 'BZh', way: 'bzip2 -dc % > out.pcap' },
  { name: 'compress', magic: [0x1f, 0x9d], way: 'gzip -dc % > out.pcap' },
  { name: 'lzip', magic: 'LZIP', way: 'lzip -dc % > out.pcap' },
  { name: 'LZ4 legacy', magic: [0x02, 0x21, 0x4c, 0x18], way: 'lz4 -dc % > out.pcap' },
  { name: 'zip', magic: [0x50, 0x4b, 0x03, 0x04], way: 'unzip %' },
  { name: 'zip', magic: [0x50, 0x4b, 0x05, 0x06], way: 'unzip %' },
  { name: '7-Zip', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], way: '7z x %' },
  { name: 'RAR', magic: 'Rar!\x1a\x07', way: 'unrar x %' },
  { name: 'Windows cabinet', magic: 'MSCF', way: 'cabextract %' },
  { name: 'tar', magic: 'ustar', at: 257, way: 'tar -xf %' },
  { name: 'snoop', magic: 'snoop\0\0\0', way: EDITCAP },
  { name: 'btsnoop', magic: 'btsnoop\0', way: EDITCAP },
  { name: 'Network Monitor 1', magic: 'RTSS', way: EDITCAP },
  { name: 'Network Monitor 2', magic: 'GMBU', way: EDITCAP },
  { name: 'NetXray or Sniffer (Windows)', magic: 'XCP\0', way: EDITCAP },
  { name: 'NetXray 1', magic: 'VL\0\0', way: EDITCAP },
  { name: 'Sniffer', magic: 'TRSNIFF data    \x1a', way: EDITCAP },
  { name: 'iptrace', magic: 'iptrace ', way: EDITCAP },
  { name: 'nettl', magic: [0x54, 0x52, 0x00, 0x64, 0x00], way: EDITCAP_ETHER },
  { name: 'nettl (HP-UX 9)', magic: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0x07, 0xd0, 0], way: EDITCAP_ETHER },
  { name: '5Views', magic: [0xaa, 0xaa, 0xaa, 0xaa], way: EDITCAP },
  { name: 'LANalyzer', magic: 'Trace Display Trace File', at: 6, way: EDITCAP },
  { name: 'LANalyzer', magic: [0x01, 0x10], way: EDITCAP },
  { name: 'LANalyzer', magic: [0x07, 0x10], way: EDITCAP },
  { name: 'Visual Networks', magic: '\x05VNF', way: EDITCAP },
  { name: 'Observer', magic: 'ObserverPktBufferVersion=', way: EDITCAP },
  { name: 'OmniPeek or AiroPeek', magic: '\x7fver', way: EDITCAP },
  { name: 'Capsa', magic: 'cpse', way: EDITCAP },
  { name: 'RADCOM', magic: [0x42, 0xd2, 0x00, 0x34, 0x12, 0x66, 0x22, 0x88], way: EDITCAP },
  { name: 'K12 (.rf5)', magic: [0, 0, 2, 0, 0x12, 5, 0, 0x10], way: EDITCAP_ETHER },
  { name: 'K12 text', magic: '+---------+---------------+----------+', way: EDITCAP_ETHER },
  { name: 'Catapult DCT2000', magic: 'Session Transcript', way: EDITCAP },
  { name: 'EyeSDN', magic: 'EyeSDN', way: EDITCAP },
  { name: 'Etherwatch', magic: 'ETHERWATCH ', way: EDITCAP },
  { name: 'Vector BLF', magic: 'LOGG', way: EDITCAP },
  { name: 'systemd journal', magic: 'LPKSHHRH', way: 'it holds log entries, no packets' },
  { name: 'Windows trace (ETL)', magic: [0x02, 0x00, 0x01, 0xc0], at: 0x48, way: 'etl2pcapng % out.pcapng' },
  { name: 'Windows trace (ETL)', magic: [0x02, 0x00, 0x02, 0xc0], at: 0x48, way: 'etl2pcapng % out.pcapng' },
  { name: 'netsniff-ng pcap', magic: [0xa1, 0xe2, 0xcb, 0x12], way: REWRITE },
  { name: 'netsniff-ng pcap', magic: [0x12, 0xcb, 0xe2, 0xa1], way: REWRITE },
  { name: 'Navtel pcap', magic: [0xa1, 0x2b, 0x3c, 0x4d], way: NO_READER },
  { name: 'Navtel pcap', magic: [0x4d, 0x3c, 0x2b, 0xa1], way: NO_READER },
  { name: 'Mesquita pcap', magic: [0xa1, 0xb2, 0x34, 0xcd], way: NO_READER },
  { name: 'Mesquita pcap', magic: [0xcd, 0x34, 0xb2, 0xa1], way: NO_READER },
  { name: 'CBPF savefile', magic: [0xa1, 0xb2, 0xc3, 0xcb], way: 'it holds a filter, no packets' },
  { name: 'CBPF savefile', magic: [0xcb, 0xc3, 0xb2, 0xa1], way: 'it holds a filter, no packets' },
  { name: 'PDF', magic: '%PDF-', way: 'it holds a document, no packets' },
];

const MODE_TEXT: ForeignFormat = {
  name: 'pcapng changed by a transfer as text',
  advice: 'copy it again in binary mode',
};
/** A section header's type after line ends were converted, which that number is made to show. */
const CONVERTED_SECTIONS: readonly (readonly number[])[] = [
  [0x0d, 0x0a, 0x0d, 0x0d, 0x0d, 0x0a], // LF to CR LF
  [0x0a, 0x0d, 0x0a], // CR LF to LF
];

/** The format of a file that begins so and is no capture of ours; null where nothing tells. */
export function foreignFormat(head: Uint8Array, path: string): ForeignFormat | null {
  for (const { name, magic, at = 0, way } of ENTRIES) {
    const bytes = typeof magic === 'string' ? asBytes(magic) : magic;
    if (startsWith(head.subarray(at), bytes)) return { name, advice: adviceOf(way, path) };
  }
  if (CONVERTED_SECTIONS.some((bytes) => startsWith(head, bytes))) return MODE_TEXT;
  const text = textFormat(head, path);
  if (text !== null) return text;
  return isErf(head) ? { name: 'ERF', advice: adviceOf(EDITCAP, path) } : null;
}

function adviceOf(way: string, path: string): string {
  if (!way.includes('%')) return way;
  const verb = /^(editcap|etl2pcapng|netsniff-ng)/.test(way) ? 'convert' : 'unpack';
  return `${verb} it: ${way.replace('%', () => shellQuoted(basename(path)))}`;
}

/** The name in quotes, so that it can be copied into a shell. */
function shellQuoted(name: string): string {
  return `'${name.replaceAll("'", "'\\''")}'`;
}

const ERF_TYPE_MASK = 0x7f;
const ERF_TYPE_LAST = 48;
/** Describes the capture; may have no time. */
const ERF_TYPE_META = 27;
const ERF_HEADER_BYTES = 16;
/** 1990 and 2100: between them lie the times that make an ERF record believable; seconds. */
const ERF_SECONDS = { from: 631_152_000, to: 4_102_444_800 } as const;

/** ERF has no magic: time 8 (seconds are the upper half), type, flags, record length 2, … */
function isErf(head: Uint8Array): boolean {
  if (head.length < ERF_HEADER_BYTES) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let at = 0;
  while (at + ERF_HEADER_BYTES <= head.length) {
    const seconds = view.getUint32(at + 4, true);
    const type = view.getUint8(at + 8) & ERF_TYPE_MASK;
    const length = view.getUint16(at + 10, false);
    const isRecord =
      ((seconds === 0 && type === ERF_TYPE_META) ||
        (seconds > ERF_SECONDS.from && seconds < ERF_SECONDS.to)) &&
      type > 0 &&
      type <= ERF_TYPE_LAST &&
      length > ERF_HEADER_BYTES;
    if (!isRecord) return false;
    at += length;
  }
  return true;
}

const HEX_DUMP = /^\s*(0x)?[0-9a-f]{4,8}:?\s+[0-9a-f]{2}/im;
const TCPDUMP_TEXT = /^\S*\s?\d\d:\d\d:\d\d\.\d+ (IP6?|ARP|[0-9a-f:]{17}) /m;

/** What a file of text is; null where it is none. Short ones tell nothing. */
function textFormat(head: Uint8Array, path: string): ForeignFormat | null {
  if (head.length < 8) return null;
  const text = decodedText(head);
  if (text === null) return null;
  const file = shellQuoted(basename(path));
  if (/^\s*<\?xml|^\s*<(pdml|psml)\b/.test(text)) {
    const name = text.includes('pdml') ? 'PDML (Wireshark XML)' : 'XML';
    return {
      name,
      advice: 'it holds dissected packets at best: save the capture as pcapng instead',
    };
  }
  if (/^\s*[[{]/.test(text)) {
    return { name: 'JSON', advice: 'it holds dissected packets at best: save the capture instead' };
  }
  if (TCPDUMP_TEXT.test(text)) {
    return { name: "tcpdump's text", advice: 'the packets are not in it: capture with tcpdump -w' };
  }
  if (HEX_DUMP.test(text)) {
    return { name: 'text, a hex dump', advice: `convert it: text2pcap ${file} out.pcapng` };
  }
  return { name: 'text', advice: 'it holds no packets; of a hex dump text2pcap makes a capture' };
}

/** The head as text: UTF-8 or UTF-16 without control characters; null where it is something else. */
function decodedText(head: Uint8Array): string | null {
  const encoding = startsWith(head, [0xff, 0xfe])
    ? 'utf-16le'
    : startsWith(head, [0xfe, 0xff])
      ? 'utf-16be'
      : 'utf-8';
  try {
    // As a stream: the head may end in the middle of a character.
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return [...text].some(isNoText) ? null : text;
  } catch {
    return null;
  }
}

/** A control character that no text has; tabs, line ends and escapes are met in logs. */
function isNoText(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 0x20 ? code < 0x08 || (code > 0x0d && code !== 0x1b) : code === 0x7f;
}

function asBytes(text: string): number[] {
  return [...text].map((c) => c.charCodeAt(0));
}
