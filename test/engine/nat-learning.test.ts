/**
 * This file holds learned translations against a simulated firewall: it gives every conversation a port
 * of its own choosing, and the capture has only what the firewall received. Ports and guesses are of a
 * small range, so that they collide. Every reply must be counted on the conversation that it answers.
 */

import { describe, expect, test } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { playBuilt } from '../support/play.ts';
import { randomFrom } from '../support/random.ts';
import { configOf } from '../support/scenario.ts';
import { expectSound } from '../support/soundness.ts';

const POOL = '203.0.113.250';
const CONFIG = `
firewall-macs: ["02:aa:00:00:00:02"]
nat:
  - {name: out, from: [trust], to: [untrust], source-translation: {dynamic-ip-and-port: ${POOL}}}
`;

interface Line {
  readonly us: number;
  readonly text: string;
}

interface Conversation {
  readonly client: string;
  readonly sport: number;
  readonly server: string;
  readonly dport: number;
  /** The simulated firewall's. */
  readonly port: number;
  replies: number;
}

type Random = (below: number) => number;

/** A firewall that takes any port that is free towards a server, and clients that talk through it. */
class Simulation {
  readonly lines: Line[] = [];
  readonly conversations: Conversation[] = [];
  private readonly taken = new Set<string>();
  private readonly random: Random;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  /** A conversation with a port; null where its client has that one already. */
  open(protocol: string, server: string, dport: number): Conversation | null {
    const { random, taken } = this;
    const client = `10.0.0.${1 + random(30)}`;
    const sport = 40_000 + random(40);
    const own = `${protocol} ${client} ${sport} ${server} ${dport}`;
    if (taken.has(own)) return null;
    taken.add(own);
    let port = 0;
    do port = 40_000 + random(60);
    while (taken.has(`${protocol} ${port} ${server} ${dport}`));
    taken.add(`${protocol} ${port} ${server} ${dport}`);
    const made = { client, sport, server, dport, port, replies: 0 };
    this.conversations.push(made);
    return made;
  }

  sent(c: Conversation, us: number, text: string): void {
    this.lines.push({ us, text: `trust ${c.client}:${c.sport} > ${c.server}:${c.dport} ${text}` });
  }

  reply(c: Conversation, us: number, text: string): void {
    c.replies++;
    this.lines.push({ us, text: `untrust ${c.server}:${c.dport} > ${POOL}:${c.port} ${text}` });
  }

  /** A TCP connection: answered, refused or unanswered. */
  tcp(server: string): void {
    const { random } = this;
    const c = this.open('tcp', server, 443);
    if (c === null) return;
    const isn = random(0x7fff_ffff) * 2;
    const other = random(0x7fff_ffff) * 2;
    const next = (isn + 1) % 2 ** 32;
    const theirs = (other + 1) % 2 ** 32;
    let us = random(500_000);
    const later = () => (us += 1 + random(50_000));
    this.sent(c, us, `tcp S isn=${isn}`);
    if (random(8) === 0) this.sent(c, later(), `tcp S isn=${isn}`);
    const fate = random(6);
    if (fate === 0) return;
    if (fate === 1) {
      this.reply(c, later(), `tcp RA seq=0 ack=${next}`);
      return;
    }
    this.reply(c, later(), `tcp SA seq=${other} ack=${next}`);
    if (random(8) === 0) this.reply(c, later(), `tcp SA seq=${other} ack=${next}`);
    this.sent(c, later(), `tcp A seq=${next} ack=${theirs}`);
    for (let i = random(3); i > 0; i--) {
      this.reply(c, later(), `tcp PA seq=${theirs} ack=${next} len=10`);
    }
  }

  /** A question over UDP and its answers. */
  udp(server: string, dport: number, start: number, question: string, answers: number): void {
    const c = this.open('udp', server, dport);
    if (c === null) return;
    this.sent(c, start, `udp ${question}`);
    let us = start;
    for (let i = 0; i < answers; i++) {
      us += 1 + this.random(50_000);
      this.reply(c, us, `udp ${question}`);
    }
  }

  play(batchFrames: number) {
    const lines = this.lines.toSorted((a, b) => a.us - b.us);
    const text = lines.map(({ us, text }) => `${(us / 1e6).toFixed(6)} ${text}`).join('\n');
    const script = parseScript(`@interface trust\n@interface untrust\n${text}\n@end 1`);
    const frames = buildPackets(script);
    const played = playBuilt(script, frames, { config: configOf({ config: CONFIG }), batchFrames });
    expectSound(played, frames.length);
    return played;
  }
}

function sessionOf(rows: readonly SessionRow[], c: Conversation): SessionRow {
  const found = rows.filter(
    (row) =>
      row.source === c.client &&
      row.sport === c.sport &&
      row.destination === c.server &&
      row.dport === c.dport,
  );
  expect(found).toHaveLength(1);
  return found[0]!;
}

function expectExact(rows: readonly SessionRow[], conversations: readonly Conversation[]): void {
  expect(rows).toHaveLength(conversations.length);
  for (const c of conversations) {
    const row = sessionOf(rows, c);
    expect([c, row.s2c.packets]).toEqual([c, c.replies]);
    if (c.replies === 0) continue;
    expect([c, row.translatedSport, row.nat?.isObserved]).toEqual([c, c.port, true]);
  }
}

const seeds = Array.from({ length: 20 }, (_, i) => i);

describe('replies alone tell the port that a firewall chose', () => {
  test.each(seeds)('TCP, seed %i', (seed) => {
    const simulation = new Simulation(seed);
    for (let i = 0; i < 40; i++) simulation.tcp(`203.0.113.${1 + (i % 2)}`);
    const { sessions } = simulation.play(seed % 2 === 0 ? 4096 : 3);
    expectExact(sessions, simulation.conversations);
    expect(sessions.some((row) => row.nat?.isInferred === true)).toBe(false);
  });

  test.each(seeds)('DNS bursts, seed %i', (seed) => {
    const simulation = new Simulation(1000 + seed);
    const random = randomFrom(seed);
    for (let i = 0; i < 40; i++) {
      const id = (0x1000 + i * 17).toString(16);
      simulation.udp('203.0.113.3', 53, random(200_000), `hex=${id}`, random(4) === 0 ? 0 : 1);
    }
    const { sessions } = simulation.play(4096);
    expectExact(sessions, simulation.conversations);
  });

  test.each(seeds)('UDP, one waits for each server, seed %i', (seed) => {
    const simulation = new Simulation(2000 + seed);
    const random = randomFrom(seed);
    for (let i = 0; i < 40; i++) {
      simulation.udp('203.0.113.4', 5000 + i, random(200_000), 'len=20', random(3));
    }
    const { sessions } = simulation.play(4096);
    expectExact(sessions, simulation.conversations);
    expect(sessions.some((row) => row.nat?.isInferred === true)).toBe(false);
  });

  test.each(seeds)('UDP, many wait for one server: no reply is lost, seed %i', (seed) => {
    const simulation = new Simulation(3000 + seed);
    const random = randomFrom(seed);
    for (let i = 0; i < 25; i++)
      simulation.udp('203.0.113.5', 123, random(200_000), 'len=48', random(3));
    const { sessions } = simulation.play(4096);
    const { conversations } = simulation;
    // All are asked before the last is answered, but for those that come late.
    const replies = conversations.reduce((sum, c) => sum + c.replies, 0);
    const counted = sessions
      .filter((row) => row.sourceZone === 'trust')
      .reduce((sum, row) => sum + row.s2c.packets, 0);
    expect(counted).toBe(replies);
    expect(sessions).toHaveLength(conversations.length);
  });

  test.each(seeds)('all of it with the egress copies, seed %i', (seed) => {
    const simulation = new Simulation(4000 + seed);
    const random = randomFrom(seed);
    for (let i = 0; i < 15; i++) simulation.tcp('203.0.113.6');
    for (let i = 0; i < 15; i++) simulation.udp('203.0.113.7', 123, random(200_000), 'len=48', 1);
    const { lines } = simulation;
    const copies = simulation.conversations.map((c): Line => {
      const own = `trust ${c.client}:${c.sport} > ${c.server}:${c.dport} `;
      const at = lines.findIndex(({ text }) => text.startsWith(own));
      const { us, text } = lines[at]!;
      // The frame as the firewall sent it, a microsecond later, with its own identification.
      const sent = text.replace(`trust ${c.client}:${c.sport}`, `untrust ${POOL}:${c.port}`);
      return { us: us + 1, text: `${sent} out ipid=${at + 1}` };
    });
    lines.forEach(({ us, text }, i) => {
      lines[i] = { us, text: `${text} ipid=${i + 1}` };
    });
    lines.push(...copies);
    const { sessions, firewall, counter } = simulation.play(4096);
    expect(counter('replay_egress_unmatched')).toBe(0);
    expect(firewall.observations.egressMatched).toBe(copies.length);
    expect(firewall.observations.unexplainedCount).toBe(0);
    for (const c of simulation.conversations) {
      const row = sessionOf(sessions, c);
      expect([c, row.s2c.packets, row.translatedSport]).toEqual([c, c.replies, c.port]);
      expect(row.nat?.isObserved).toBe(true);
    }
  });
});
