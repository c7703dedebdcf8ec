/**
 * This file reads Zeek's connection records of a capture from `truth/FILE.zeek.json`: what the tests
 * of the Zeek project expect of it. Some of these tests give the fields other names.
 */

import { existsSync, readFileSync } from 'node:fs';
import { truthFile } from './truth-files.ts';

/** conn_state (https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html). */
export type ZeekState =
  | ('S0' | 'S1' | 'SF' | 'REJ' | 'S2' | 'S3' | 'RSTO' | 'RSTR' | 'RSTOS0' | 'RSTRH')
  | ('SH' | 'SHR' | 'OTH');

/** One connection; equal records of several tests are one. */
export interface ZeekRow {
  readonly name: string;
  readonly proto: string;
  /** `address:port` of each side, as Zeek sees the roles. */
  readonly orig: string;
  readonly resp: string;
  readonly state: ZeekState;
  /** A letter an event, upper case by the originator; `^`: Zeek exchanged the roles. */
  readonly history: string;
  /** null where the test did not log them. */
  readonly origPackets: number | null;
  readonly respPackets: number | null;
  /** A flow inside a tunnel that Zeek knows. */
  readonly isInner: boolean;
}

interface ZeekFile {
  readonly tests: readonly {
    readonly test: string;
    readonly one_plain_run: boolean;
    readonly logs: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
  }[];
}

/** Rows of a capture, those of plain runs first; none where Zeek has no test of it. */
export function zeekRows(file: string): ZeekRow[] {
  const path = truthFile(`${file}.zeek.json`);
  if (!existsSync(path)) return [];
  const { tests } = JSON.parse(readFileSync(path, 'utf8')) as ZeekFile;
  const inOrder = [...tests].sort((a, b) => Number(b.one_plain_run) - Number(a.one_plain_run));
  const rows = new Map<string, ZeekRow>();
  for (const { logs } of inOrder) {
    for (const record of logs['conn.log'] ?? []) {
      const row = readRow(record);
      const key = JSON.stringify(row);
      if (!rows.has(key)) rows.set(key, row);
    }
  }
  return [...rows.values()];
}

/** A connection whose application Zeek names. */
export interface ZeekService {
  readonly proto: string;
  readonly orig: string;
  readonly resp: string;
  /** One or several, with commas between. */
  readonly service: string;
}

/** Connections of a capture with a service, outside tunnels; equal ones of several tests are one. */
export function zeekServices(file: string): ZeekService[] {
  const path = truthFile(`${file}.zeek.json`);
  if (!existsSync(path)) return [];
  const { tests } = JSON.parse(readFileSync(path, 'utf8')) as ZeekFile;
  const found = new Map<string, ZeekService>();
  for (const record of tests.flatMap(({ logs }) => logs['conn.log'] ?? [])) {
    const { proto, orig, resp, isInner } = readRow(record);
    const { service = '-' } = record;
    if (service === '-' || service === '' || isInner) continue;
    found.set(`${proto} ${orig} ${resp} ${service}`, { proto, orig, resp, service });
  }
  return [...found.values()];
}

/** Where Zeek expects data of FTP, `from>to:port`, in order; equal ones of several tests are one. */
export function zeekDataChannels(file: string): string[] {
  const path = truthFile(`${file}.zeek.json`);
  if (!existsSync(path)) return [];
  const { tests } = JSON.parse(readFileSync(path, 'utf8')) as ZeekFile;
  const found = new Set<string>();
  for (const record of tests.flatMap(({ logs }) => logs['ftp.log'] ?? [])) {
    const [from, to, port] = ['orig_h', 'resp_h', 'resp_p'].map((n) => record[`data_channel.${n}`]);
    if (port !== undefined && port !== '-') found.add(`${from}>${to}:${port}`);
  }
  return [...found];
}

function readRow(record: Readonly<Record<string, string>>): ZeekRow {
  const field = (...names: string[]) => record[names.find((name) => name in record) ?? ''] ?? '-';
  const orig = `${field('id.orig_h', 'id_orig_h', 'src')}:${field('id.orig_p', 'id_orig_p', 'src_port')}`;
  const resp = `${field('id.resp_h', 'id_resp_h', 'dst')}:${field('id.resp_p', 'id_resp_p', 'dst_port')}`;
  const state = field('conn_state') as ZeekState;
  const history = field('history');
  const proto = field('proto');
  return {
    name: `${proto} ${orig} > ${resp} ${state} ${history}`,
    ...{ proto, orig, resp, state, history },
    origPackets: countOf(field('orig_pkts')),
    respPackets: countOf(field('resp_pkts')),
    isInner: field('tunnel_parents') !== '-',
  };
}

function countOf(text: string): number | null {
  return text === '-' ? null : Number(text);
}
