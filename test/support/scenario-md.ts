/**
 * This file reads scenarios from Markdown (test/scenarios/README.md), and writes what came out back
 * into their expectation blocks.
 *
 * It is strict: an unknown block, a scenario without packets or source, two of one name are errors
 * with the line, so that nothing that is written there goes unread.
 */

import type { Outcome, Scenario } from './scenario.ts';

/** A scenario and where it stands. */
export interface WrittenScenario extends Scenario {
  /** 1-based line of its heading. */
  readonly line: number;
}

/** One Markdown file of scenarios. */
export interface ScenarioPage {
  /** File name. */
  readonly name: string;
  readonly title: string;
  readonly scenarios: readonly WrittenScenario[];
}

const BLOCKS = [
  'yaml',
  'packets',
  'sessions',
  'events',
  'counters',
  'nat',
  'applications',
  'layer7',
  'predicts',
  'families',
  'offload',
] as const;
type BlockName = (typeof BLOCKS)[number];

/** A fenced block; the numbers are 0-based indices of its fences' lines. */
interface Block {
  readonly name: BlockName;
  /** Of a `yaml` block that is another file than the scenario's own: that file's name; else ''. */
  readonly file: string;
  readonly isDrained: boolean;
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** What stands under one heading. */
interface Section {
  readonly name: string;
  readonly line: number;
  readonly prose: readonly string[];
  readonly blocks: readonly Block[];
}

/** Reads one file's text. */
export function parseScenarioPage(name: string, text: string): ScenarioPage {
  const sections = sectionsOf(name, text);
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${name}: no title`);
  const names = new Set<string>();
  for (const section of sections) {
    if (names.has(section.name)) throw failure(name, section.line, 'two scenarios of this name');
    names.add(section.name);
  }
  return { name, title, scenarios: sections.map((section) => scenarioOf(name, section)) };
}

/** The text with the expectations of every scenario replaced by its outcome. */
export function withOutcomes(
  name: string,
  text: string,
  outcomeOf: (scenario: WrittenScenario) => Outcome,
): string {
  const lines = text.split('\n');
  // From the end, so that the lines before keep their numbers.
  for (const section of sectionsOf(name, text).reverse()) {
    const outcome = outcomeOf(scenarioOf(name, section));
    const block = (wanted: BlockName) => section.blocks.find((b) => b.name === wanted);
    const sessions = block('sessions');
    const events = block('events');
    const after = sessions ?? block('packets')!;
    const isUnexpected = events === undefined && outcome.events.length > 0;
    const added = isUnexpected ? ['', ...fenced('events', outcome.events)] : [];
    if (events !== undefined) lines.splice(events.from, lengthOf(events), ...eventsBlock(outcome));
    const written = fenced('sessions', outcome.sessions);
    if (sessions !== undefined)
      lines.splice(sessions.from, lengthOf(sessions), ...written, ...added);
    else lines.splice(after.to + 1, 0, '', ...written, ...added);
  }
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

const lengthOf = ({ from, to }: Block): number => to - from + 1;
const fenced = (name: BlockName, lines: readonly string[]): string[] => [
  `\`\`\`${name}`,
  ...lines,
  '```',
];
const eventsBlock = ({ events }: Outcome): string[] =>
  events.length === 0 ? [] : fenced('events', events);

const failure = (name: string, line: number, what: string): Error =>
  new Error(`${name}:${line}: ${what}`);

function sectionsOf(name: string, text: string): Section[] {
  const lines = text.split('\n');
  const sections: (Section & { prose: string[]; blocks: Block[] })[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const section = sections.at(-1);
    if (line.startsWith('## ')) {
      sections.push({ name: line.slice(3), line: i + 1, prose: [], blocks: [] });
    } else if (line.startsWith('```')) {
      if (section === undefined) throw failure(name, i + 1, 'a block before the first scenario');
      const block = blockAt(name, lines, i);
      if (section.blocks.some(({ name, file }) => name === block.name && file === block.file)) {
        throw failure(name, i + 1, `a second block ${line.slice(3)}`);
      }
      section.blocks.push(block);
      i = block.to;
    } else section?.prose.push(line);
  }
  return sections;
}

function blockAt(name: string, lines: readonly string[], from: number): Block {
  const [word = '', ...rest] = lines[from]!.slice(3).split(' ');
  const known = BLOCKS.find((block) => block === word);
  const isDrained = known === 'packets' && rest.join(' ') === 'drain';
  const file = known === 'yaml' && /^[\w-]+\.yaml$/.test(rest.join(' ')) ? rest.join(' ') : '';
  if (known === undefined || (rest.length > 0 && !isDrained && file === '')) {
    throw failure(name, from + 1, `unknown block ${lines[from]!.slice(3)}`);
  }
  const to = lines.indexOf('```', from + 1);
  if (to < 0) throw failure(name, from + 1, 'the block does not end');
  return { name: known, file, isDrained, from, to, lines: lines.slice(from + 1, to) };
}

function scenarioOf(file: string, section: Section): WrittenScenario {
  const { name, line, prose, blocks } = section;
  const block = (wanted: BlockName) => blocks.find((b) => b.name === wanted && b.file === '');
  const linesOf = (wanted: BlockName) => block(wanted)?.lines ?? [];
  const packets = block('packets');
  if (packets === undefined) throw failure(file, line, 'no packets');
  const source = sentence(prose, 'Source');
  if (source === null) throw failure(file, line, 'no line "Source: …"');
  const defect = sentence(prose, 'Defect');
  const yaml = linesOf('yaml').join('\n');
  const counters = linesOf('counters').map((text) => {
    const [, counter, value] = /^(\w+) (\d+)$/.exec(text) ?? [];
    if (counter === undefined) throw failure(file, line, `not a counter: ${text}`);
    return [counter, Number(value)] as const;
  });
  const files = blocks.filter((b) => b.file !== '').map((b) => [b.file, b.lines.join('\n')]);
  return {
    name,
    line,
    source,
    script: packets.lines.join('\n'),
    config: yaml,
    ...(files.length === 0 ? {} : { files: Object.fromEntries(files) }),
    drain: packets.isDrained,
    sessions: linesOf('sessions'),
    events: linesOf('events'),
    counters: Object.fromEntries(counters),
    ...(block('nat') === undefined ? {} : { nat: linesOf('nat') }),
    ...(block('applications') === undefined ? {} : { applications: linesOf('applications') }),
    ...(block('layer7') === undefined ? {} : { layer7: linesOf('layer7') }),
    ...(block('offload') === undefined ? {} : { offload: linesOf('offload') }),
    ...(block('predicts') === undefined ? {} : { predicts: linesOf('predicts') }),
    ...(block('families') === undefined ? {} : { families: linesOf('families') }),
    ...(defect === null ? {} : { defect }),
  };
}

/** What follows `Key: ` in a line of prose, or null. */
function sentence(prose: readonly string[], key: string): string | null {
  const line = prose.find((text) => text.startsWith(`${key}: `));
  return line === undefined ? null : line.slice(key.length + 2);
}
