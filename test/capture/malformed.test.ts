/**
 * This file compares what we get out of broken and hostile captures with what tshark gets (truth of
 * the project's shared captures; skipped where these are absent). Differences are listed, each with
 * its reason; everything else must agree in records, bytes and times.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { replay } from './build-capture.ts';

const SHARED = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));
const MALFORMED = join(SHARED, 'public/malformed');
const TRUTH = join(SHARED, 'truth/malformed-readers.json');

interface Truth {
  readonly file: string;
  readonly tshark: {
    readonly exit: number;
    readonly records: number;
    readonly cap_bytes: number;
    readonly orig_bytes: number;
    readonly first_time: string | null;
    readonly last_time: string | null;
  };
}

/** What differs from tshark, and why that is meant. `damage` undefined: the same as tshark's. */
const DIFFERENCES: Record<string, { records?: number; damage?: string | null; why: string }> = {
  'derived__gz-of-gz.pcap.gz': { records: 95, damage: null, why: 'nested gzip is followed' },
  'derived__gz-of-nothing.pcap.gz': { damage: 'CAPTURE_EMPTY', why: 'nothing was captured: said' },
  'derived__zero-bytes.pcap': { damage: 'CAPTURE_EMPTY', why: 'nothing was captured: said' },
  'derived__one-byte.pcap': {
    records: 0,
    damage: 'CAPTURE_UNKNOWN_FORMAT',
    why: 'tshark takes any text for a capture of one record',
  },
  'derived__linktype-unknown.pcap': {
    records: 95,
    damage: null,
    why: 'frames of a link type that nobody knows are frames; the decoder counts them',
  },
  'derived__two-files-glued.pcap': {
    records: 95,
    why: "tshark's 96th record is the second file's header, 24 bytes taken for a record of 0",
  },
  'derived__unknown-block-types.pcapng': {
    records: 6,
    why: 'tshark counts blocks of other types as records; capinfos and tcpdump see 6, too',
  },
  'tcpdump__hoobr_juniper3.pcap': {
    records: 1,
    damage: null,
    why: 'upper bits of the link type are masked, as libpcap does; tcpdump reads it, too',
  },
  'tcpdump__juniper_es_oobr.pcap': {
    records: 1,
    damage: null,
    why: 'upper bits of the link type are masked, as libpcap does; tcpdump reads it, too',
  },
  'pcpp__solaris.snoop': {
    records: 0,
    damage: 'CAPTURE_UNSUPPORTED_FORMAT',
    why: 'not a format of ours: the message says how to convert it',
  },
  'wssamples__FTPv6-1.cap': {
    records: 0,
    damage: 'CAPTURE_UNSUPPORTED_FORMAT',
    why: 'not a format of ours: the message says how to convert it',
  },
};

/** Wireshark takes ATM's pseudo header of 4 bytes off the packet and into the record. */
const ATM_PSEUDO_HEADER = new Set([
  'tcpdump__atm-heapoverflow.pcap',
  'tcpdump__atm-oam-heapoverflow.pcap',
  'tcpdump__atm-oam-loopback-print-overrun.pcap',
]);
/** Microseconds above a million: we add them up, Wireshark 4.0 does something else. */
const MICROSECONDS_TOO_LARGE = new Set([
  'tcpdump__timestamp_invalid_micro.pcap',
  'tcpdump__atm-oam-loopback-print-overrun.pcap',
]);

function pathsByName(): Map<string, string> {
  const paths = readdirSync(MALFORMED, { recursive: true }) as string[];
  return new Map(paths.map((path) => [basename(path), join(MALFORMED, path)]));
}

describe.skipIf(!existsSync(TRUTH))('broken captures (skipped without ../shared)', () => {
  const paths = existsSync(TRUTH) ? pathsByName() : new Map<string, string>();
  const truths: Truth[] = existsSync(TRUTH) ? JSON.parse(readFileSync(TRUTH, 'utf8')) : [];
  const present = truths.filter(({ file }) => paths.has(file));

  test('there are some', () => {
    expect(present.length).toBeGreaterThan(200);
  });

  test.each(present)('$file', async ({ file, tshark }) => {
    const { frames, report } = await replay([paths.get(file) ?? '']);
    const difference = DIFFERENCES[file];
    const records = difference?.records ?? tshark.records;
    expect(frames).toHaveLength(records);
    expect(report.files[0]?.frames).toBe(records);
    const damage = report.files[0]?.damage ?? null;
    if (difference?.damage !== undefined) expect(damage?.code ?? null).toBe(difference.damage);
    else expect(damage !== null).toBe(tshark.exit !== 0);
    if (records !== tshark.records || records === 0) return;
    if (!ATM_PSEUDO_HEADER.has(file)) {
      expect(report.files[0]?.capturedBytes).toBe(tshark.cap_bytes);
      expect(report.files[0]?.originalBytes).toBe(tshark.orig_bytes);
    }
    if (MICROSECONDS_TOO_LARGE.has(file)) return;
    const inFile = frames.toSorted((a, b) => a.frame - b.frame);
    expect([inFile.at(0), inFile.at(-1)].map((frame) => timeText(frame))).toEqual([
      tshark.first_time,
      tshark.last_time,
    ]);
  });
});

function timeText(frame: { second: number; nanosecond: number } | undefined): string {
  return `${frame?.second}.${String(frame?.nanosecond).padStart(9, '0')}`;
}
