/**
 * This file plays random traffic of a translating firewall whose both sides were captured, and checks
 * that every egress copy is brought to its packet: the script knows which one it is of.
 */

import { describe, expect, test } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import { type PlayedScript, playBuilt } from '../support/play.ts';
import { randomFrom } from '../support/random.ts';
import { configOf } from '../support/scenario.ts';

const MACS = 'firewall-macs: ["02:aa:00:00:00:01", "02:aa:00:00:00:02"]';

interface Traffic {
  readonly text: string;
  /** Copies whose packet is in the capture, and those whose packet is not. */
  readonly withPacket: number;
  readonly without: number;
}

/**
 * Packets of a few clients, each with a translated copy up to 20 ms later (or earlier, where clocks
 * are apart); some packets lack their copy, some copies their packet.
 */
function traffic(seed: number, skewMs: number): Traffic {
  const random = randomFrom(seed);
  const lines: { ms: number; text: (numbers: readonly number[]) => string; of: number }[] = [];
  let withPacket = 0;
  let without = 0;
  for (let i = 0; i < 150; i++) {
    const ms = 1000 + random(4000);
    const client = `10.0.0.${1 + random(6)}`;
    const sport = 40_000 + random(3);
    const kind = random(4);
    const isTranslated = random(3) > 0;
    const port = random(2) === 0 ? sport : 20_000 + random(9);
    // Identifications repeat, as they do where senders leave them at zero.
    const id = random(3) === 0 ? 0 : 1 + random(60_000);
    const rest = `ipid=${id}`;
    const bodies = [
      `${client}:${sport} > 203.0.113.9:80 tcp A seq=${random(1e9)} ack=7 len=${random(50)} ${rest}`,
      `${client}:${sport} > 203.0.113.9:53 udp hex=${hex4(random(65_536))} len=20 ${rest}`,
      `${client} > 203.0.113.9 icmp echo id=${sport} seq=${i} ${rest}`,
      `${client}:${sport} > 203.0.113.9:80 tcp S isn=${random(1e9)} ${rest}`,
    ];
    const fate = random(10);
    const translation = isTranslated ? ` src=203.0.113.5:${port}` : '';
    const shown = lines.length;
    lines.push({
      ms,
      of: shown,
      text: () => `trust ${bodies[kind]} ${fate === 0 ? 'drop-me' : ''}`,
    });
    if (fate === 1) continue;
    if (fate === 0) without++;
    else withPacket++;
    const later = ms + 1 + random(20) - skewMs;
    lines.push({
      ms: later,
      of: shown,
      text: (numbers) => `untrust copy ${numbers[shown]} out${translation}`,
    });
  }
  return { ...scriptOf(lines), withPacket, without };
}

const hex4 = (value: number): string => value.toString(16).padStart(4, '0');

/** Script lines in their first order, so that copies look backwards; frames are sorted later. */
function scriptOf(lines: readonly { ms: number; text: (numbers: readonly number[]) => string }[]): {
  text: string;
} {
  const numbers = lines.map((_, i) => i + 1);
  return { text: lines.map((l) => `${(l.ms / 1000).toFixed(3)} ${l.text(numbers)}`).join('\n') };
}

/** Plays the script in the order of its times, without the packets that are marked as missing. */
function play(text: string, config: string, batchFrames: number): PlayedScript {
  const missing = text.split('\n').map((line) => line.includes('drop-me'));
  const script = parseScript(text.replaceAll('drop-me', ''));
  const frames = buildPackets(script)
    .filter((_, i) => !missing[i])
    .sort((a, b) => a.second - b.second || a.nanosecond - b.nanosecond);
  return playBuilt(script, frames, { config: configOf({ config }), batchFrames });
}

describe('every copy is brought to its packet', () => {
  test.each([0, 1, 2, 3, 4, 5])('copies behind their packets, seed %i', (seed) => {
    const { text, withPacket, without } = traffic(seed, 0);
    const played = play(`${text}\n@end 60`, `${MACS}\nsession: {tcp-reject-non-syn: no}`, 7);
    expectMatched(played, withPacket, without);
  });

  test.each([0, 1, 2, 3])('clocks 300 ms apart, seed %i', (seed) => {
    const { text, withPacket, without } = traffic(seed, 300);
    const played = play(`${text}\n@end 60`, `${MACS}\nsession: {tcp-reject-non-syn: no}`, 4096);
    expectMatched(played, withPacket, without);
  });
});

function expectMatched(played: PlayedScript, withPacket: number, without: number): void {
  const { egressMatched } = played.firewall.observations;
  expect({ matched: egressMatched, unmatched: played.counter('replay_egress_unmatched') }).toEqual({
    matched: withPacket,
    unmatched: without,
  });
  // A session counts the copies of its packets, and those without a packet that have its key.
  const counted = played.sessions.reduce((sum, row) => sum + row.egressCopies, 0);
  expect(counted).toBeGreaterThanOrEqual(withPacket);
  expect(counted).toBeLessThanOrEqual(withPacket + without);
}
