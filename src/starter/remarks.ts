/** This file words the remarks of a starter configuration that belong to no single value. */

import { formatCount, formatCountOf } from '../report/duration.ts';
import type { StarterInput } from './input.ts';
import type { Place, Placing } from './places.ts';
import type { ZoneName } from './zone-names.ts';

/** Files, interfaces and translations that are named one by one. */
const LISTED_MAX = 8;

const ZONES_BY: Readonly<Record<Placing['by'], string>> = {
  interface: 'Zones are by capture interface.',
  file: 'Zones are by file: these were taken at the same time, and name no interfaces.',
  vlan: 'Zones are by VLAN: the capture has one interface.',
  'next-hop': "Zones are by next hop: the neighbours of each of the firewall's MACs.",
  network: 'Zones are by network: interfaces, VLANs and MACs tell no two places apart.',
};

/** The first lines of the file. */
export function headRemarks({ files, facts }: StarterInput, placing: Placing): string[] {
  const names = files.slice(0, LISTED_MAX).map(({ name }) => name ?? 'standard input');
  const more =
    files.length > LISTED_MAX ? ` and ${formatCount(files.length - LISTED_MAX)} more` : '';
  return [
    `A starter for ${names.join(', ')}${more} (${formatCountOf(facts.frames, 'frame')}).`,
    'Remarks say what speaks for each line; check them before you trust a replay.',
    ZONES_BY[placing.by],
  ];
}

const NAMED_FROM: Readonly<Record<ZoneName['from'], string | null>> = {
  interface: null,
  public: 'named so because unknown destinations leave here',
  private: 'named so by its addresses',
  vlan: 'named after its VLAN',
  number: 'a name of no meaning',
};

/** What a zone is, above it. */
export function zoneRemarks(place: Place, name: ZoneName): string[] {
  const from = NAMED_FROM[name.from];
  const received = formatCountOf(place.received.total, 'packet');
  const networks = formatCountOf(place.received.packets.size, 'network');
  const started = formatCountOf(place.started, 'conversation');
  const what = `${place.label}: ${received} received, from ${networks}; ${started} begun`;
  return [from === null ? what : `${what}; ${from}`];
}

/** Above the rule, with the shape of the next one. */
export function ruleRemarks(from: string, to: string): string[] {
  return [
    'Everything is allowed, so that nothing is denied that the firewall let pass. A rule of your own:',
    '  - name: web',
    `    from: [${from}]`,
    `    to: [${to}]`,
    '    service: [tcp/80, tcp/443]',
    '    action: allow',
  ];
}

interface Findings {
  readonly placing: Placing;
  readonly doubts: readonly string[];
  readonly hasCopies: boolean;
}

/** What the captures could not tell, and what they show that is not proposed. */
export function tailRemarks(input: StarterInput, findings: Findings): string[] {
  const { facts } = input;
  const unknown = [
    ...findings.doubts,
    ...findings.placing.notes,
    'rules, and what the firewall denied without a trace',
    'routes: the networks above stand for them',
    'timeouts and the size of the session table: the defaults apply',
  ];
  const isOnce = facts.repeats.forwarded === 0 && facts.macs.length > 0;
  if (!findings.hasCopies && isOnce) {
    unknown.push(
      "the firewall's own MACs: no packet was seen on both sides of it, so none counts twice",
    );
  }
  return [
    'What the capture does not tell:',
    ...unknown.map((text) => `- ${text}`),
    ...translations(input),
    ...midstream(input),
  ];
}

function translations({ facts }: StarterInput): string[] {
  const seen = facts.repeats.translations;
  if (seen.length === 0) return [];
  const lines = seen.slice(0, LISTED_MAX).map(({ kind, from, to, packets }) => {
    return `- ${kind} ${from} became ${to} (${formatCountOf(packets, 'packet')})`;
  });
  const more = seen.length - LISTED_MAX;
  if (more > 0) lines.push(`- and ${formatCount(more)} more`);
  return ['Address translation was seen; rules in `nat` would replay it:', ...lines];
}

function midstream({ facts }: StarterInput): string[] {
  const tcp = facts.conversations.byProtocol.find(({ protocol }) => protocol === 'tcp');
  const count = tcp?.withoutStart ?? 0;
  if (count === 0) return [];
  return [
    `${formatCountOf(count, 'TCP conversation')} began before the capture: replay with --midstream, or set`,
    '  session:',
    '    tcp-reject-non-syn: no',
  ];
}
