/**
 * This file tests drop-stage captures (CONTRACT: Copies): which packet a drop frame belongs to, what
 * is marked, and what is counted. Expectations are worked out from the contract by hand.
 */

import { describe, expect, test } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import { STAGES, type Stage } from '../../src/capture/frame-batch.ts';
import { EVENT_DROP } from '../../src/events/event-kinds.ts';
import { type PlayedScript, playBuilt } from '../support/play.ts';
import { configOf, expandScript } from '../support/scenario.ts';

/** A script whose lines begin with their stage: `receive 0.000 C S`. */
function play(text: string, options: { config?: string; batchFrames?: number } = {}): PlayedScript {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const stages = lines.map((line) => line.split(/\s+/, 1)[0] as Stage | '-');
  const script = parseScript(expandScript(lines.map((l) => l.replace(/^\S+\s+/, '')).join('\n')));
  const frames = buildPackets(script).map((frame, i) => {
    const stage = stages[i];
    return {
      ...frame,
      stage: stage === undefined || stage === '-' ? 0 : STAGES.indexOf(stage) + 1,
    };
  });
  return playBuilt(script, frames, {
    config: configOf({ config: options.config ?? '' }),
    hasReceiveStage: stages.includes('receive'),
    hasDropStage: stages.includes('drop'),
    ...(options.batchFrames === undefined ? {} : { batchFrames: options.batchFrames }),
  });
}

/** Packets and dropped ones of each session, and the counters. */
function outcome(played: PlayedScript) {
  return {
    sessions: played.sessions.map(
      (s) => `${s.c2s.packets}+${s.s2c.packets}(${s.c2s.dropped}+${s.s2c.dropped})`,
    ),
    drops: played.events
      .filter(({ kind }) => kind === EVENT_DROP)
      .map(({ packet, session }) => `#${packet} s${session}`),
    stage: played.counter('replay_drop_stage'),
    unmatched: played.counter('replay_drop_unmatched'),
    copies: played.counter('replay_egress_copy'),
    received: played.counter('pkt_recv'),
  };
}

describe('with a receive stage', () => {
  test('a drop frame marks its packet, and is counted apart', () => {
    const played = play(`
      receive  0.000  C  S
      receive  0.010  S  SA
      receive  0.020  C  A
      receive  0.030  C  PA len=100
      drop     0.031  trust copy 4
      receive  0.040  S  PA len=50
      drop     0.041  untrust copy 6
    `);
    expect(outcome(played)).toEqual({
      sessions: ['3+2(1+1)'],
      drops: ['#5 s1', '#7 s1'],
      stage: 2,
      unmatched: 0,
      copies: 2,
      received: 5,
    });
    expect(played.sessions[0]?.egressCopies).toBe(2);
  });

  test('without its packet it is counted, and no session is made of it', () => {
    const played = play(`
      receive  0.000  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=4
      drop     0.001  trust 10.0.0.5:5001 > 203.0.113.9:53 udp len=4
      drop     1.001  trust copy 1
    `);
    // The second one comes more than a second behind its packet.
    expect(outcome(played)).toEqual({
      sessions: ['1+0(0+0)'],
      drops: [],
      stage: 0,
      unmatched: 2,
      copies: 2,
      received: 1,
    });
  });

  test('exactly a second is in time', () => {
    const played = play(`
      receive  0.000  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=4
      drop     1.000  trust copy 1
    `);
    expect(outcome(played)).toMatchObject({ sessions: ['1+0(1+0)'], stage: 1, unmatched: 0 });
  });

  test('what the model drops as well is not counted twice', () => {
    const rules = `
rules:
  - {name: no-dns, service: [udp/53], action: deny}
  - {name: rest, action: allow}
`;
    const played = play(
      `
      receive  0.000  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=4
      drop     0.001  trust copy 1
      receive  0.500  C  A
      drop     0.501  trust copy 3
    `,
      { config: rules },
    );
    // The first is denied by a rule, the second is no SYN: the model drops both.
    expect(outcome(played)).toMatchObject({
      sessions: ['1+0(1+0)'],
      stage: 0,
      unmatched: 0,
      copies: 2,
      received: 2,
    });
    expect(played.counter('flow_tcp_non_syn_drop')).toBe(1);
  });

  test('the same packet twice has two drop frames, one each', () => {
    const played = play(`
      receive  0.000  trust 10.0.0.5:5000 > 203.0.113.9:53 udp hex=00010203 id=7
      receive  0.100  trust copy 1 ttl=64
      drop     0.101  trust copy 1
      drop     0.102  trust copy 1
      drop     0.103  trust copy 1
    `);
    expect(outcome(played)).toMatchObject({
      sessions: ['2+0(2+0)'],
      stage: 2,
      unmatched: 1,
      received: 2,
    });
  });

  test('the session that took the packet is marked, not the one that follows it', () => {
    const played = play(`
      receive  0.000  C  S seq=1000
      receive  0.001  S  RA seq=0 ack=1001
      receive  0.002  C  S seq=9000
      drop     0.003  trust copy 1
    `);
    // The second SYN is tcp-reuse; the drop frame is of the first session, which has ended.
    const { sessions } = outcome(played);
    expect(sessions).toHaveLength(2);
    expect(sessions[1]).toBe('1+0(0+0)');
    expect(outcome(played)).toMatchObject({ stage: 1, drops: ['#4 s1'] });
  });

  test('frames of the firewall and transmit stages are copies that mark nothing', () => {
    const played = play(`
      receive   0.000  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=4
      firewall  0.001  trust copy 1
      transmit  0.002  untrust copy 1
      receive   0.010  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=5
      drop      0.011  trust copy 4
    `);
    expect(outcome(played)).toMatchObject({
      sessions: ['2+0(1+0)'],
      stage: 1,
      copies: 3,
      received: 2,
    });
  });

  test('where frames are cut into batches changes nothing', () => {
    const text = `
      receive  0.000  C  S
      receive  0.010  S  SA
      receive  0.020  C  A
      drop     0.021  trust copy 3
      drop     0.022  untrust copy 2
    `;
    expect(outcome(play(text, { batchFrames: 1 }))).toEqual(outcome(play(text)));
  });
});

describe('without a receive stage', () => {
  test('the firewall stage is what was received, and a drop frame marks its packet', () => {
    const played = play(`
      firewall  0.000  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=4
      drop      0.001  trust copy 1
    `);
    expect(outcome(played)).toMatchObject({
      sessions: ['1+0(1+0)'],
      drops: ['#2 s1'],
      stage: 1,
      copies: 1,
      received: 1,
    });
  });

  test('a drop frame alone is received and dropped', () => {
    const played = play(`
      drop  0.000  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=4
      -     0.100  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=5
      drop  0.200  trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=6
    `);
    expect(outcome(played)).toEqual({
      sessions: ['3+0(2+0)'],
      drops: ['#1 s1', '#3 s1'],
      stage: 2,
      unmatched: 0,
      copies: 0,
      received: 3,
    });
  });

  test('one that the model drops too is received, and counted once', () => {
    const played = play('drop  0.000  C  A');
    expect(outcome(played)).toMatchObject({ sessions: [], stage: 0, received: 1 });
    expect(played.counter('flow_tcp_non_syn_drop')).toBe(1);
  });
});
