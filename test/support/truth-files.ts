/**
 * This file finds the captures with truth that lie beside the repository, and reads what tshark said
 * of them (`captures/tools/README.md`, conv_truth.py).
 *
 * The captures are not part of the project: without them `HAS_CAPTURES` is false and the
 * differential tests skip themselves, visibly.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CAPTURES = fileURLToPath(new URL('../../../shared/captures', import.meta.url));
export const HAS_CAPTURES = existsSync(join(CAPTURES, 'truth'));

/** Says once why a test file does nothing, where somebody reads it. */
export function noteSkipped(testFile: string, reason = `no captures in ${CAPTURES}`): void {
  process.stderr.write(`SKIPPED ${testFile}: ${reason}\n`);
}

/** One direction of a stream. */
interface TruthSide {
  readonly frames: number;
  readonly ip_bytes: number;
  /** Bare SYNs. */
  readonly syn: number;
  readonly fin: number;
  readonly rst: number;
  readonly fragment_frames: number;
  /** Absent from older truth files, of captures without fragments. */
  readonly fragment_ip_bytes?: number;
}

export interface TruthEnd {
  readonly ip: string;
  readonly port: number;
}

/** One tshark stream of TCP or UDP. */
export interface TruthStream {
  readonly proto: 'tcp' | 'udp';
  readonly a: TruthEnd;
  readonly b: TruthEnd;
  readonly first_frame: number;
  readonly first_time: string;
  readonly last_time: string;
  /** Of TCP: the first 50 frames with SYN, SYN-ACKs as well. */
  readonly syn_frames?: readonly (readonly [frame: number, direction: 'a2b' | 'b2a'])[];
  readonly a2b: TruthSide;
  readonly b2a: TruthSide;
  /** Layers in front of the innermost IP header, for an inner flow; else null. */
  readonly tunnel: string | null;
}

/** A pair of addresses of another protocol; ICMP by identifier. */
export interface TruthPair {
  readonly proto: string;
  readonly a: string;
  readonly b: string;
  /** Echo identifier as `0x…`, or null. */
  readonly ident?: string | null;
  /** ICMP: frames by `type/code`, both directions together. */
  readonly types?: Readonly<Record<string, number>>;
  readonly a2b_frames: number;
  readonly b2a_frames: number;
}

/** What conv_truth.py says of one capture. */
export interface ConversationTruth {
  readonly file: string;
  readonly frames: number;
  readonly frames_without_ip: number;
  readonly tcp: readonly TruthStream[];
  readonly udp: readonly TruthStream[];
  readonly other: readonly TruthPair[];
  readonly fragments: readonly { readonly frame: number; readonly offset: number }[];
  readonly icmp_errors: readonly { readonly frame: number }[];
  /** Bare SYNs that tshark calls "TCP Port numbers reused". */
  readonly reused_ports_syn_frames: readonly number[];
  /** Control packets that name ends of media or data, and those ends. */
  readonly announcements: readonly {
    readonly frame: number;
    readonly endpoints: readonly (TruthEnd & { readonly kind: string })[];
  }[];
}

/** A public capture and the name of its truth. */
export interface PublicCapture {
  readonly file: string;
  readonly path: string;
}

/** Every public capture that has a `truth/FILE.conv.json`, by name. */
export function publicCaptures(): PublicCapture[] {
  if (!HAS_CAPTURES) return [];
  const folders = [join(CAPTURES, 'public'), join(CAPTURES, 'public', 'pcapng')];
  return folders
    .flatMap((folder) => readdirSync(folder).map((file) => ({ file, path: join(folder, file) })))
    .filter(({ file }) => existsSync(truthPath(file)))
    .sort((x, y) => (x.file < y.file ? -1 : 1));
}

export function readConversations(file: string): ConversationTruth {
  return JSON.parse(readFileSync(truthPath(file), 'utf8')) as ConversationTruth;
}

/** Path of a public capture by its name. */
export function publicPath(file: string): string {
  return join(CAPTURES, 'public', basename(file));
}

/** Path of a file of `lab/`. */
export function labPath(file: string): string {
  return join(CAPTURES, 'lab', file);
}

/** Path of a file of `truth/`. */
export function truthFile(file: string): string {
  return join(CAPTURES, 'truth', file);
}

function truthPath(file: string): string {
  return truthFile(`${file}.conv.json`);
}
