/**
 * This file reads a packet script. samples/README.md holds the language's reference.
 */

import { parsePart } from './parse-part.ts';
import {
  type CaptureFormat,
  type CopyLine,
  type FragmentRange,
  type FrameFields,
  type NewEnd,
  type PacketLine,
  type Script,
  ScriptError,
  type ScriptInterface,
  type Translation,
} from './script.ts';
import { Fields, splitLines, unquoteText } from './tokens.ts';
import { parseEndpoint, parseMac, parseSeconds, parseStart, parseVlans, SECOND } from './values.ts';

/** Start of a script without `@start`: 2026-05-25T11:47:22Z. */
export const DEFAULT_START = 1_779_709_642n * SECOND;

/** pcap counts seconds in 32 bits. */
const PCAP_TIME_END = 2n ** 32n * SECOND;

const SNAP_LENGTH_DEFAULT = 262_144;
const FORMATS: readonly CaptureFormat[] = ['pcap', 'pcap-ns', 'pcapng'];

/** A script while it is read. */
interface Draft {
  format: CaptureFormat;
  start: bigint;
  end: bigint | null;
  endLine: number;
  comments: string[];
  interfaces: Map<string, { -readonly [K in keyof ScriptInterface]: ScriptInterface[K] }>;
  /** Some `@interface` stood: then every name must have one. */
  declares: boolean;
  lines: (PacketLine | CopyLine)[];
  /** First line that only pcapng can hold, and its word. */
  pcapngOnly: { line: number; word: string } | null;
}

/**
 * Reads a script.
 *
 * @param firstLine number of the text's first line in errors, for scripts inside other files
 * @throws ScriptError naming the line and the reason
 */
export function parseScript(text: string, firstLine = 1): Script {
  const draft: Draft = {
    format: 'pcapng',
    start: DEFAULT_START,
    end: null,
    endLine: 0,
    comments: [],
    interfaces: new Map(),
    declares: /^[ \t]*@interface\b/m.test(text),
    lines: [],
    pcapngOnly: null,
  };
  for (const wordLine of splitLines(text, firstLine)) {
    const fields = new Fields(wordLine.line, wordLine.words);
    if (wordLine.words[0]?.startsWith('@')) parseDirective(draft, fields);
    else parsePacketLine(draft, fields);
  }
  checkFormat(draft);
  checkTimes(draft);
  const { format, start, end, comments, lines } = draft;
  return { format, start, end, comments, lines, interfaces: [...draft.interfaces.values()] };
}

function parseDirective(draft: Draft, fields: Fields): void {
  const directive = fields.next('a directive');
  const only = directive === '@end' || directive === '@drop' || directive === '@comment';
  if (only) draft.pcapngOnly ??= { line: fields.line, word: directive };
  switch (directive) {
    case '@format':
      draft.format = parseFormat(fields);
      break;
    case '@start': {
      const start = parseStart(fields.next('a time'));
      if (start === null) throw fields.error('@start needs a time such as 2026-05-25T11:47:22Z');
      draft.start = start;
      break;
    }
    case '@interface':
      declareInterface(draft, fields);
      break;
    case '@end':
      draft.end = readSeconds(fields, fields.next('a time'));
      draft.endLine = fields.line;
      break;
    case '@drop': {
      const entry = useInterface(draft, fields, fields.next('an interface'));
      const bounds = { least: 0, most: Number.MAX_SAFE_INTEGER };
      entry.dropped = fields.checkInteger('@drop', fields.next('a count'), bounds);
      break;
    }
    case '@comment':
      draft.comments.push(unquoteText(fields.next('a text'), fields.line));
      break;
    default:
      throw fields.error(`unknown directive ${directive}`);
  }
  fields.finish(directive);
}

function parseFormat(fields: Fields): CaptureFormat {
  const text = fields.next('a format');
  const format = FORMATS.find((name) => name === text);
  if (format === undefined) throw fields.error(`@format needs ${FORMATS.join(', ')}: "${text}"`);
  return format;
}

function declareInterface(draft: Draft, fields: Fields): void {
  const name = fields.next('a name');
  if (draft.interfaces.has(name)) throw fields.error(`interface ${name} is declared already`);
  draft.interfaces.set(name, {
    name,
    snapLength: fields.integer('snaplen', 0, 0x7fff_ffff) ?? SNAP_LENGTH_DEFAULT,
    resolution: fields.integer('tsresol', 0, 9) ?? 9,
    dropped: null,
  });
}

function useInterface(draft: Draft, fields: Fields, name: string) {
  const known = draft.interfaces.get(name);
  if (known !== undefined) return known;
  if (draft.declares) throw fields.error(`interface ${name} has no @interface line above`);
  const fresh = { name, snapLength: SNAP_LENGTH_DEFAULT, resolution: 9, dropped: null };
  draft.interfaces.set(name, fresh);
  return fresh;
}

function readSeconds(fields: Fields, text: string): bigint {
  const time = parseSeconds(text);
  if (time === null) throw fields.error(`"${text}" is no time: seconds with up to nine decimals`);
  return time;
}

function parsePacketLine(draft: Draft, fields: Fields): void {
  const { line } = fields;
  const time = readSeconds(fields, fields.next('a time'));
  const interfaceName = fields.next('an interface');
  useInterface(draft, fields, interfaceName);
  const base = { line, time, interface: interfaceName };
  const first = fields.next('a source');
  if (first === 'copy') {
    const of = fields.checkInteger('copy', fields.next('a packet number'), {
      least: 1,
      most: draft.lines.length,
    });
    const translation = parseTranslation(fields);
    const frame = parseFrameFields(draft, fields);
    draft.lines.push({ kind: 'copy', ...base, of, translation, frame });
    fields.finish('copy');
    return;
  }
  const source = parseEndpoint(fields, first);
  const arrow = fields.next('">"');
  if (arrow !== '>') throw fields.error(`expected ">" between the addresses, found "${arrow}"`);
  const destination = parseEndpoint(fields, fields.next('a destination'));
  if (source.address.family !== destination.address.family) {
    throw fields.error('source and destination are of different IP versions');
  }
  const protocol = fields.next('a protocol');
  const part = parsePart(fields, protocol, { source, destination });
  if ('quote' in part && part.quote !== null && part.quote > draft.lines.length) {
    throw fields.error(`quote=${part.quote} names a packet that is not above this line`);
  }
  const ipId = fields.integer('ipid', 0, 65_535) ?? fields.integer('id', 0, 65_535);
  const fragment = parseFragment(fields);
  if (ipId !== null && source.address.family === 6 && fragment === null) {
    throw fields.error('IPv6 has no id= but in fragments');
  }
  const badChecksum = fields.flag('badsum');
  const frame = parseFrameFields(draft, fields);
  fields.finish(protocol);
  const addresses = { source: source.address, destination: destination.address };
  const own = { ipId, fragment, badChecksum, part, frame };
  draft.lines.push({ kind: 'packet', ...base, ...addresses, ...own });
}

/** `src=` and `dst=` of a copy, `qsrc=` and `qdst=` of what it quotes. */
function parseTranslation(fields: Fields): Translation | null {
  const end = (key: string): NewEnd | null => {
    const text = fields.text(key);
    if (text === null) return null;
    const parsed = parseEndpoint(fields, text);
    if (parsed.address.family === 4) return parsed;
    throw fields.error(`${key}= translates IPv4 alone`);
  };
  const [source, destination] = [end('src'), end('dst')];
  const [quotedSource, quotedDestination] = [end('qsrc'), end('qdst')];
  const isEmpty = (source ?? destination ?? quotedSource ?? quotedDestination) === null;
  return isEmpty ? null : { source, destination, quotedSource, quotedDestination };
}

/** `fragment=FROM-TO`, bytes of the IP payload. */
function parseFragment(fields: Fields): FragmentRange | null {
  const text = fields.text('fragment');
  if (text === null) return null;
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const from = Number(match?.[1]);
  const to = Number(match?.[2]);
  if (match === null || to <= from || from % 8 !== 0) {
    throw fields.error(`fragment=${text}: give FROM-TO, the first a multiple of 8`);
  }
  return { from, to };
}

function parseFrameFields(draft: Draft, fields: Fields): FrameFields {
  const inbound = fields.flag('in');
  const outbound = fields.flag('out');
  if (inbound && outbound) throw fields.error('a packet is in or out, not both');
  const comment = fields.text('comment');
  const word = inbound ? 'in' : outbound ? 'out' : comment !== null ? 'comment=' : null;
  if (word !== null) draft.pcapngOnly ??= { line: fields.line, word };
  return {
    vlans: parseVlans(fields),
    ttl: fields.integer('ttl', 0, 255),
    sourceMac: parseMac(fields, 'smac'),
    destinationMac: parseMac(fields, 'dmac'),
    snap: fields.integer('snap', 0, SNAP_LENGTH_DEFAULT),
    direction: inbound ? 1 : outbound ? 2 : 0,
    pad: fields.flag('pad'),
    comment: comment === null ? null : unquoteText(comment, fields.line),
  };
}

function checkFormat(draft: Draft): void {
  if (draft.format === 'pcapng') return;
  if (draft.pcapngOnly !== null) {
    const { line, word } = draft.pcapngOnly;
    throw new ScriptError(line, `${word} has no place in ${draft.format}: use @format pcapng`);
  }
  const late = draft.lines.find(({ time }) => draft.start + time >= PCAP_TIME_END);
  if (late !== undefined) throw new ScriptError(late.line, 'pcap keeps no time after 2106-02-07');
  if (draft.format === 'pcap-ns') return;
  const fine = draft.lines.find(({ time }) => (draft.start + time) % 1000n !== 0n);
  if (fine !== undefined) {
    throw new ScriptError(fine.line, 'the time has more decimals than pcap keeps: use pcap-ns');
  }
}

/** Every time must be whole in the units of its interface: nothing is rounded. */
function checkTimes(draft: Draft): void {
  const check = (line: number, time: bigint, entry: ScriptInterface): void => {
    const unit = 10n ** BigInt(9 - entry.resolution);
    if ((draft.start + time) % unit === 0n) return;
    throw new ScriptError(line, `the time has more decimals than interface ${entry.name} keeps`);
  };
  for (const { line, time, interface: name } of draft.lines) {
    const entry = draft.interfaces.get(name);
    if (entry !== undefined) check(line, time, entry);
  }
  if (draft.end === null) return;
  for (const entry of draft.interfaces.values()) check(draft.endLine, draft.end, entry);
}
