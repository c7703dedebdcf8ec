/**
 * This file has App-ID read mutated messages: those of the public captures, where they are there, and the
 * signatures' examples. They come in segments out of order, twice, overlapping, cut by the capture; all
 * signatures, one's own with every context, and all readers of details look at them. Nothing throws, what
 * is kept is given back, and the time of a message is bounded. `SLOWPATH_FUZZ` says how many messages:
 *
 *     npm run fuzz        a million
 */

import { afterAll, describe, expect, test } from 'vitest';
import { detailSource } from '../../src/appid/details/sources.ts';
import { Inspected } from '../../src/appid/inspected.ts';
import type { InspectionShared } from '../../src/appid/inspection-shared.ts';
import type { Payload } from '../../src/appid/payload.ts';
import { shiftsOf, signatureSet } from '../../src/appid/signature-set.ts';
import { SignatureTable } from '../../src/appid/signature-table.ts';
import { SIGNATURES } from '../../src/appid/signatures.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { PROTO_TCP, PROTO_UDP } from '../../src/net/protocol.ts';
import { CONTEXT_NAMES, contextFacts } from '../../src/net/signature-contexts.ts';
import { StreamBudget } from '../../src/stream/tcp-stream.ts';
import { PacketView } from '../../src/wire/packet-view.ts';
import { payloadEnd, payloadStart } from '../../src/wire/payload.ts';
import { attachFrame, captureFrames } from '../support/capture-frames.ts';
import { randomFrom } from '../support/random.ts';
import { exactBytes, mutate } from '../support/signature-table.ts';
import { HAS_CAPTURES, noteSkipped, publicCaptures } from '../support/truth-files.ts';

const TEST_FILE = 'appid-fuzz.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE, 'no captures: examples alone are mutated');

const MESSAGES = Number(process.env.SLOWPATH_FUZZ ?? 20_000);
const PER_CAPTURE_MAX = 400;
const MESSAGES_A_SESSION = 6;
const BUDGET = 1 << 20;

interface Message {
  readonly protocol: number;
  readonly sport: number;
  readonly dport: number;
  readonly bytes: Uint8Array;
}

/** One's own applications: each context, and conditions in order. */
function customs(): string {
  const lines = CONTEXT_NAMES.map((context, i) => {
    const { transport } = contextFacts(context);
    const ask = i % 2 === 0 ? `contains: 'i"e"'` : "begins: '.. 68'";
    const condition = `[{ or-condition: [{ context: ${context}, ${ask} }] }]`;
    return `  own-${i}: { signatures: [{ transport: ${transport}, and-condition: ${condition} }] }`;
  });
  return `custom-applications:
${lines.join('\n')}
  ordered:
    parent: ssl
    signatures:
      - transport: tcp
        scope: session
        order-free: no
        and-condition:
          - or-condition: [{ side: s2c, contains: '"a"' }, { side: s2c, contains: '"b"' }]
          - or-condition: [{ context: ssl-rsp-certificate, contains: '"c"' }]`;
}

const set = signatureSet(
  parseFirewallConfig(`zones: {a: {}}\n${customs()}`, 'fw.yaml').customSignatures,
);
const { signatures, shifts } = set;
const shared: InspectionShared = {
  table: new SignatureTable(signatures),
  budget: new StreamBudget(BUDGET),
  shifting: new Set(
    signatures.flatMap(({ application }, i) => (shifts.has(application) ? [i] : [])),
  ),
  decoding: Uint8Array.from(signatures, ({ application }) =>
    shiftsOf(set, application)?.isDecoded === true ? 1 : 0,
  ),
  sources: signatures.map(({ application, parent = '' }) => {
    return detailSource(application) ?? detailSource(parent);
  }),
};

/** Payload as it was sent, of every capture some. */
async function realMessages(): Promise<Message[]> {
  const messages: Message[] = [];
  for (const { path } of publicCaptures()) {
    const capture = await captureFrames(path);
    const view = new PacketView();
    let own = 0;
    for (let i = 0; i < capture.frames.length && own < PER_CAPTURE_MAX; i++) {
      attachFrame(view, capture, i);
      const { protocol, sport, dport } = view;
      if (protocol !== PROTO_TCP && protocol !== PROTO_UDP) continue;
      const bytes = view.bytes.slice(payloadStart(view), payloadEnd(view));
      if (view.payloadLength === 0 || bytes.length === 0) continue;
      messages.push({ protocol, sport, dport, bytes });
      own++;
    }
  }
  return messages;
}

function examples(): Message[] {
  return SIGNATURES.map(({ transport, ports, example }) => ({
    protocol: transport === 'tcp' ? PROTO_TCP : PROTO_UDP,
    sport: 40_000,
    dport: ports?.[0] ?? 40_001,
    bytes: exactBytes(example),
  }));
}

/** A message's segments: cut anywhere, some twice, some overlapping, some out of order, some cut short. */
function* segments(
  bytes: Uint8Array,
  start: number,
  next: (below: number) => number,
): Generator<Payload> {
  const cuts = [0, bytes.length, ...Array.from({ length: next(4) }, () => next(bytes.length + 1))];
  cuts.sort((a, b) => a - b);
  const parts = cuts.slice(1).map((to, i) => [Math.max(0, cuts[i]! - next(3)), to] as const);
  if (next(3) === 0) parts.reverse();
  for (const [from, to] of parts) {
    const missing = next(50) === 0 ? next(to - from + 1) : 0;
    const payload = { bytes, from, to: to - missing, length: to - from, sequence: start + from };
    yield payload;
    if (next(8) === 0) yield payload;
  }
}

describe('App-ID, whatever the messages', () => {
  let real = 0;
  let identified = 0;
  let took = 0;
  let longest = 0;

  test('throws nothing, and keeps nothing', { timeout: 1 << 30 }, async () => {
    const messages = [...examples(), ...(HAS_CAPTURES ? await realMessages() : [])];
    real = messages.length;
    const next = randomFrom(606);
    const session = new Inspected(shared);
    for (let sent = 0; sent < MESSAGES; ) {
      const first = messages[next(messages.length)]!;
      session.begin(first.protocol, first.sport, first.dport);
      const starts = [next(1 << 30), next(1 << 30)];
      let sequences = [...starts];
      const began = performance.now();
      for (let left = 1 + next(MESSAGES_A_SESSION); left > 0; left--, sent++) {
        // Mostly the neighbours in the capture: of the same session, or of one alike.
        const one = next(4) === 0 ? messages[next(messages.length)]! : first;
        const bytes = mutate(one.bytes, next);
        const side = next(2);
        const { isTcp, from } = { isTcp: first.protocol === PROTO_TCP, from: sequences[side]! };
        const whole = { bytes, from: 0, to: bytes.length, length: bytes.length, sequence: 0 };
        for (const payload of isTcp ? segments(bytes, from, next) : [whole]) {
          if (payload.length === 0) continue;
          const found = session.take(side, payload, starts[side]!);
          if (found >= 0) {
            identified++;
            if (!session.seek(shiftsOf(set, signatures[found]!.application))) session.settle();
          }
        }
        sequences = sequences.map((sequence, i) => sequence + (i === side ? bytes.length : 0));
        if (next(20) === 0) session.lose(side);
      }
      session.close();
      const spent = performance.now() - began;
      took += spent;
      longest = Math.max(longest, spent);
      expect(shared.budget.bytes).toBe(0);
      for (const value of Object.values(session.reading.detail ?? {})) {
        for (const text of [value].flat()) if (text.length > 255) expect.fail(text);
      }
    }
    expect(identified).toBeGreaterThan(0);
    // Far below a millisecond a message, also on a busy machine.
    expect(took / MESSAGES).toBeLessThan(2);
  });

  afterAll(() => {
    process.stderr.write(
      `${TEST_FILE}: ${MESSAGES} messages made of ${real}: ${identified} times a signature was met, ` +
        `${((1000 * took) / MESSAGES).toFixed(0)} µs a message, the longest session ${longest.toFixed(0)} ms\n`,
    );
  });
});
