/**
 * This file runs scenarios: a packet script, and what sessions and events it must give, as text.
 *
 * Scripts may say `C` for the client's TCP side and `S` for the server's:
 *
 *     0.000  C  S         is   0.000  trust    10.0.0.5:40000 > 203.0.113.9:443  tcp S
 *     0.010  S  SA        is   0.010  untrust  203.0.113.9:443 > 10.0.0.5:40000  tcp SA
 *
 * A session line is: serial, packets c2s+s2c, in brackets the dropped ones of them (if any), the
 * states after INIT with their times, a bar, then end reason and time of the end, or `live` and the
 * whole seconds left. Times are seconds since the script's start, exact.
 *
 *     1 3+2(1+0) OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-fin 16.1
 *
 * How events look is in event-lines.ts.
 */

import { buildPackets, parseScript, type Script } from '../../samples/script/index.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { EVENT_KINDS } from '../../src/events/event-kinds.ts';
import { formatIpv4 } from '../../src/net/address.ts';
import { layer7Processing, layer7Stage, trackerStage } from '../../src/report/tracker-stage.ts';
import type { Row } from '../../src/session/phases.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { eventLine } from './event-lines.ts';
import { type PlayedScript, type PlayFrame, playBuilt } from './play.ts';
import { sinceStart } from './since-start.ts';

export interface Scenario {
  readonly name: string;
  /** Where the expectation comes from. */
  readonly source: string;
  readonly script: string;
  /** Lines of firewall.yaml; without `zones:` among them there are `trust` and `untrust`. */
  readonly config?: string;
  /** By name: files that the configuration names, with zones as it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly drain?: boolean;
  readonly sessions: readonly string[];
  /** All events but session-created and transition, and but those of offload; absent means none. */
  readonly events?: readonly string[];
  /** Counters that must have these values. */
  readonly counters?: Readonly<Record<string, number>>;
  /** A line a translated session; absent means that they are not looked at. */
  readonly nat?: readonly string[];
  readonly applications?: readonly string[];
  /** What App-ID did, a line a session. */
  readonly layer7?: readonly string[];
  /** A line a predict; absent means that they are not looked at. */
  readonly predicts?: readonly string[];
  /** A line a session that has relatives or an ALG. */
  readonly families?: readonly string[];
  /** What hardware took, a line a session; absent means that it is not looked at, its events neither. */
  readonly offload?: readonly string[];
  /** Set while src/ does otherwise: what is wrong. */
  readonly defect?: string;
}

/** What came out of a scenario, as its expectations are written. */
export interface Outcome {
  readonly sessions: readonly string[];
  readonly events: readonly string[];
}

/** How to play a scenario, beside what it says itself. */
export interface RunOptions {
  readonly seed?: number;
  readonly batchFrames?: number;
  /** The machine's rows, in place of its own. */
  readonly rows?: readonly Row[];
}

const TWO_ZONES = `zones:
  trust: {interfaces: [trust], networks: [10.0.0.0/8, "2001:db8:10::/48"]}
  untrust: {interfaces: [untrust], networks: [0.0.0.0/0, "::/0"]}
`;

const CLIENT = 'trust 10.0.0.5:40000 > 203.0.113.9:443 tcp';
const SERVER = 'untrust 203.0.113.9:443 > 10.0.0.5:40000 tcp';

/** A handshake that is complete at 0.02. */
export const HANDSHAKE = `
0.000 C S
0.010 S SA
0.020 C A
`;

/** The script with `C` and `S` written out. */
export function expandScript(script: string): string {
  return script.replace(/^(\s*[0-9.]+)\s+([CS])(?=\s)/gm, (_, time: string, side: string) => {
    return `${time} ${side === 'C' ? CLIENT : SERVER}`;
  });
}

/** The configuration of a scenario. */
export function configOf({
  config = '',
  files = {},
}: Pick<Scenario, 'config' | 'files'>): FirewallConfig {
  return parseFirewallConfig(withZones(config), 'scenario.yaml', (name) => {
    const text = files[name];
    if (text === undefined) throw new Error(`no block \`yaml ${name}\``);
    return withZones(text);
  });
}

function withZones(text: string): string {
  return `${/^zones:/m.test(text) ? '' : TWO_ZONES}\n${text}\n`;
}

/** What playing a scenario starts from; made once, since some are played hundreds of times. */
interface Prepared {
  readonly script: Script;
  readonly frames: readonly PlayFrame[];
  readonly config: FirewallConfig;
}

const prepared = new WeakMap<Scenario, Prepared>();

function prepare(scenario: Scenario): Prepared {
  const known = prepared.get(scenario);
  if (known !== undefined) return known;
  const script = parseScript(expandScript(scenario.script));
  const made = { script, frames: buildPackets(script), config: configOf(scenario) };
  prepared.set(scenario, made);
  return made;
}

/** Plays a scenario. */
export function runScenario(scenario: Scenario, options: RunOptions = {}): PlayedScript {
  const { script, frames, config } = prepare(scenario);
  return playBuilt(script, frames, { config, drain: scenario.drain === true, ...options });
}

/** Events that are not looked at; those of offload only where a scenario is about it. */
const SILENT = ['session-created', 'transition'];
const OF_OFFLOAD = ['offload-start', 'offload-stop'];

/** What came out, in the shape of a scenario's expectations. */
export function outcomeOf(played: PlayedScript, isAboutOffload = false): Outcome {
  const { start } = played.script;
  const silent = new Set(isAboutOffload ? SILENT : [...SILENT, ...OF_OFFLOAD]);
  return {
    sessions: played.sessions.map((row) => sessionLine(row, start)),
    events: played.events
      .filter(({ kind }) => !silent.has(EVENT_KINDS[kind]!))
      .map((event) => eventLine(event, start, played.firewall)),
  };
}

/** One session as a line. */
export function sessionLine(row: SessionRow, start: bigint): string {
  const { c2s, s2c } = row;
  const hasDrops = c2s.dropped + s2c.dropped > 0;
  const dropped = hasDrops ? `(${c2s.dropped}+${s2c.dropped})` : '';
  const states = row.transitions
    .filter(({ to }) => to !== 'INIT' && to !== 'CLOSED' && to !== 'FREE')
    .map((t) => `${t.to}@${sinceStart(t.second, t.nanosecond, start)}`);
  const end =
    row.end === null
      ? `live ${row.timeToLive}`
      : `${row.endReason} ${sinceStart(row.end.second, row.end.nanosecond, start)}`;
  return [`${row.serial} ${c2s.packets}+${s2c.packets}${dropped}`, ...states, '|', end].join(' ');
}

/** Serial, application and rule of every session. */
export function applicationLines(sessions: readonly SessionRow[]): string[] {
  return sessions.map(({ serial, application, rule }) => `${serial} ${application} ${rule}`);
}

/** Layer7 processing, tracker stages of firewall and l7proc of every session, and cut payload. */
export function layer7Lines(sessions: readonly SessionRow[]): string[] {
  return sessions.map((row) => {
    const parts = [layer7Processing(row), trackerStage(row), layer7Stage(row)].map((t) => t ?? '-');
    if (row.identification?.isCut === true) parts.push('cut');
    return `${row.serial} ${parts.join(' | ')}`;
  });
}

/** The translated sessions: rule, flags, ends, and how they are known. */
export function natLines(sessions: readonly SessionRow[]): string[] {
  return sessions.flatMap((row) => {
    const { nat } = row;
    if (nat === null) return [];
    const { translatedSource, translatedSport, translatedDestination, translatedDport } = row;
    const source = `${row.source}:${row.sport}>${translatedSource}:${translatedSport}`;
    const destination = `${row.destination}:${row.dport}>${translatedDestination}:${translatedDport}`;
    return [
      [
        row.serial,
        nat.rule,
        nat.flags,
        ...(nat.flags === 'ND' ? [] : [source]),
        ...(nat.flags === 'NS' ? [] : [destination]),
        ...(nat.isObserved ? ['observed'] : []),
        ...(nat.isInferred ? ['inferred'] : []),
        ...(nat.isUnexplained ? ['unexplained'] : []),
        ...(nat.model === null ? [] : [`model ${formatIpv4(nat.model.word)}:${nat.model.port}`]),
      ].join(' '),
    ];
  });
}
