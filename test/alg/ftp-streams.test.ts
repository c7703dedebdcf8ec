/**
 * This file tests the ALG of FTP on random sessions: where segments begin and end changes nothing, a
 * model of server and client says which ports must be predicted and withdrawn however far the client is
 * ahead, and no bytes make it throw.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlgOutput } from '../../src/alg/alg.ts';
import { FTP } from '../../src/alg/ftp.ts';
import { AlgLog, algSession } from '../support/alg-log.ts';
import { inPieces } from '../support/pieces.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';

const SESSION = algSession('10.10.10.5', 50000, '203.0.113.50', 21);
const SESSION_V6 = algSession('2001:db8::5', 50000, '2001:db8:1::50', 21);

const SPOKEN = [
  'PORT 10,10,10,5,4,1\r\n',
  'EPRT |1|10.10.10.5|1026|\r\n',
  'PASV\r\n',
  'EPSV\r\n',
  'RETR a\xff\xffb\r\n',
  '\xff\xf4\xff\xf2ABOR\r\n',
  'AUTH TLS\r\n',
  'REIN\n',
  '220 ready\r\n',
  '220-ready\r\n',
  '200 ok\r\n',
  '227 Entering Passive Mode (203,0,113,50,4,3)\r\n',
  '229 Extended (|||1028|)\n',
  '500 no\r\n',
  '234 go\r\n',
  '\r\n',
  `${'x'.repeat(700)}`,
];

describe('where segments begin and end', () => {
  it('changes nothing', () => {
    const turn = fc.record({
      side: fc.constantFrom<0 | 1>(0, 1),
      text: fc.array(fc.constantFrom(...SPOKEN), { maxLength: 6 }).map((lines) => lines.join('')),
      lengths: fc.array(fc.nat({ max: 40 })),
    });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
        const whole = new AlgLog(FTP, SESSION);
        const cut = new AlgLog(FTP, SESSION);
        for (const { side, text, lengths } of turns) {
          whole.read(side, text);
          for (const piece of inPieces(text, lengths)) cut.read(side, piece);
        }
        expect(cut.said).toEqual(whole.said);
      }),
      { numRuns: 500 },
    );
  });
});

/** What a client asks for, and whether the server grants it. */
interface Wish {
  readonly verb: 'PORT' | 'EPRT' | 'PASV' | 'EPSV' | 'RETR' | 'STAT' | 'AUTH';
  readonly isGranted: boolean;
}

/** Its replies; the server waits for data on `port`, the client on the same number. */
function repliesTo({ verb, isGranted }: Wish, port: number): string {
  if (!isGranted && verb !== 'AUTH') return verb === 'RETR' ? '150 go\n426 cut\n' : '501 no\n';
  const octets = `${port >> 8},${port & 255}`;
  const replies = {
    PORT: '200 ok\n',
    EPRT: '200 ok\n',
    PASV: `227 Entering (203,0,113,50,${octets})\n`,
    EPSV: `229 Entering (|||${port}|)\n`,
    RETR: '150 go\n226 done\n',
    STAT: '211-status\n227 (203,0,113,50,1,1)\n500 no\n211 end\n',
    // Were it accepted, all would be over.
    AUTH: '504 no\n',
  };
  return replies[verb];
}

function commandOf({ verb }: Wish, port: number): string {
  if (verb === 'PORT') return `PORT 10,10,10,5,${port >> 8},${port & 255}\n`;
  return verb === 'EPRT' ? `EPRT |1|10.10.10.5|${port}|\n` : `${verb}\n`;
}

describe('a client that is ahead of its server', () => {
  const wish = fc.record({
    verb: fc.constantFrom<Wish['verb']>('PORT', 'EPRT', 'PASV', 'EPSV', 'RETR', 'STAT', 'AUTH'),
    isGranted: fc.boolean(),
  });

  it('has every port predicted, and withdrawn when it is void', () => {
    fc.assert(
      fc.property(
        fc.array(wish, { maxLength: 20 }),
        fc.infiniteStream(fc.boolean()),
        (wishes, turns) => {
          const log = new AlgLog(FTP, SESSION);
          log.read(1, '220 ready\n');
          let sent = 0;
          let answered = 0;
          while (answered < wishes.length) {
            const isClients =
              sent === answered || (sent < wishes.length && turns.next().value === true);
            const index = isClients ? sent++ : answered++;
            const text = isClients
              ? commandOf(wishes[index]!, 2000 + index)
              : repliesTo(wishes[index]!, 2000 + index);
            log.read(isClients ? 0 : 1, text);
          }
          expect(outcome(log.said)).toEqual(expected(wishes));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** By port: whether its predict was withdrawn. */
type Outcome = Record<number, 'withdrawn' | 'open'>;

function outcome(said: readonly string[]): Outcome {
  const portOf = new Map<string, number>();
  const result: Outcome = {};
  for (const line of said) {
    const predicted = /^(data \d+): .*:(\d+) by /.exec(line);
    const withdrawn = /^(data \d+) withdrawn by /.exec(line)?.[1];
    if (predicted?.[1] !== undefined) {
      portOf.set(predicted[1], Number(predicted[2]));
      result[Number(predicted[2])] = 'open';
    } else result[portOf.get(withdrawn ?? line) ?? -1] = 'withdrawn';
  }
  return result;
}

/** Refused ports are void, granted ones when the next is granted. */
function expected(wishes: readonly Wish[]): Outcome {
  const result: Outcome = {};
  let last = 0;
  wishes.forEach(({ verb, isGranted }, index) => {
    const port = 2000 + index;
    const isActive = verb === 'PORT' || verb === 'EPRT';
    if (!isActive && !(isGranted && (verb === 'PASV' || verb === 'EPSV'))) return;
    result[port] = isGranted ? 'open' : 'withdrawn';
    if (!isGranted) return;
    if (last > 0) result[last] = 'withdrawn';
    last = port;
  });
  return result;
}

describe('whatever the bytes', () => {
  it('nothing throws, requests are sound, and there are no more than lines', {
    timeout: 1 << 30,
  }, () => {
    const rounds = Number(process.env.SLOWPATH_FUZZ ?? 20_000) / 10;
    const next = randomFrom(20_262);
    const began = performance.now();
    for (let round = 0; round < rounds; round++) {
      let requests = 0;
      let lines = 0;
      const session = round % 2 === 0 ? SESSION : SESSION_V6;
      const output: AlgOutput = {
        predict: ({ to, group }) => {
          requests++;
          expect(to.port > 0 && to.port <= 0xffff).toBe(true);
          expect(group).toMatch(/^data \d+$/);
          const words = to.address === 'own' ? session.source : (to.address ?? []);
          expect(words.length).toBe(session.source.length);
          expect(words.every((word) => word === word >>> 0)).toBe(true);
        },
        withdraw: (group) => expect(group).toMatch(/^data \d+$/),
        blind: (cause) => expect(cause).toMatch(/^(AUTH( [A-Z-]+)?|ADAT)$/),
        exceeded: () => {},
        room: () => true,
        keep: () => true,
      };
      const alg = FTP.begin(session, output);
      for (let turn = 0; turn < 20; turn++) {
        const spoken = Buffer.from(SPOKEN[next(SPOKEN.length)]!, 'latin1');
        const bytes = next(3) === 0 ? spoken : mutate(spoken, next);
        lines += bytes.filter((byte) => byte === 10).length;
        alg.read(next(2) === 0 ? 0 : 1, bytes, 0, bytes.length);
        if (next(20) === 0) alg.gap(next(2) === 0 ? 0 : 1);
      }
      expect(requests).toBeLessThanOrEqual(lines);
    }
    expect((performance.now() - began) / rounds).toBeLessThan(5);
  });
});
