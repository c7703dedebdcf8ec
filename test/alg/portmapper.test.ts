/**
 * This file tests the ALG of Sun RPC's portmapper. The messages are laid out as RFC 5531 §9 and RFC 1833 §3 say;
 * tshark's dissector reads the same program, protocol and port out of them.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PORTMAPPER, PORTMAPPER_CALLS_MAX } from '../../src/alg/portmapper.ts';
import { AlgLog, algSession } from '../support/alg-log.ts';
import { inPieces } from '../support/pieces.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';

const UDP = algSession('10.10.10.5', 800, '203.0.113.50', 111, 17);
const TCP = algSession('10.10.10.5', 800, '203.0.113.50', 111, 6);

/** Words of four bytes in hex, blanks between. */
const words = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex').toString('latin1');
/** xid, CALL, RPC version, program, version, procedure. */
const call = (xid: string, rest: string) => words(`${xid} 00000000 00000002 ${rest}`);
/** Program 100003 is 0x186a3 (NFS); version 3, TCP. */
const NFS = '000186a3 00000003 00000006 00000000';
const NO_AUTH = '00000000 00000000';
const GETPORT = '000186a0 00000002 00000003';
const ASK = call('00000001', `${GETPORT} ${NO_AUTH} ${NO_AUTH} ${NFS}`);
/** xid, REPLY, accepted, verifier, success, 2049. */
const ANSWER = words(`00000001 00000001 00000000 ${NO_AUTH} 00000000 00000801`);
const SAID = ["program 100003: rpc/6 client * -> server:2049 by server's GETPORT reply"];

function play(session: typeof UDP, ...turns: readonly (readonly [side: 0 | 1, bytes: string])[]) {
  const log = new AlgLog(PORTMAPPER, session);
  for (const [side, bytes] of turns) log.read(side, bytes);
  return log.said;
}

/** A record of one fragment, or the first of several. */
function record(text: string, isLast = true): string {
  const mark = Buffer.alloc(4);
  mark.writeUInt32BE(text.length + (isLast ? 0x8000_0000 : 0));
  return mark.toString('latin1') + text;
}

describe('GETPORT', () => {
  it.each<[what: string, asked: string, answered: string]>([
    ['without credentials', ASK, ANSWER],
    [
      'with credentials, filled up to whole words',
      call('00000001', `${GETPORT} 00000001 00000006 0102030405060000 ${NO_AUTH} ${NFS}`),
      ANSWER,
    ],
    [
      'with a verifier',
      ASK,
      words('00000001 00000001 00000000 00000006 00000004 01020304 00000000 00000801'),
    ],
  ])('%s', (_, asked, answered) => {
    expect(play(UDP, [0, asked], [1, answered])).toEqual(SAID);
    expect(play(TCP, [0, record(asked)], [1, record(answered)])).toEqual(SAID);
  });

  it.each<[what: string, asked: string, answered: string]>([
    [
      'of another program',
      call('00000001', `000186a3 00000002 00000003 ${NO_AUTH} ${NO_AUTH} ${NFS}`),
      ANSWER,
    ],
    [
      'of another version',
      call('00000001', `000186a0 00000003 00000003 ${NO_AUTH} ${NO_AUTH} ${NFS}`),
      ANSWER,
    ],
    [
      'of another procedure',
      call('00000001', `000186a0 00000002 00000001 ${NO_AUTH} ${NO_AUTH} ${NFS}`),
      ANSWER,
    ],
    [
      'for another protocol',
      call('00000001', `${GETPORT} ${NO_AUTH} ${NO_AUTH} 000186a3 00000003 00000084 00000000`),
      ANSWER,
    ],
    [
      'with credentials that are too long',
      call('00000001', `${GETPORT} 00000001 00000191 ${NO_AUTH} ${NFS}`),
      ANSWER,
    ],
    ['that is cut', ASK.slice(0, -1), ANSWER],
    ['of another transaction', call('00000002', `${GETPORT} ${NO_AUTH} ${NO_AUTH} ${NFS}`), ANSWER],
    ['of RPC version 3', ASK.replace('\0\0\0\x02', '\0\0\0\x03'), ANSWER],
    [
      'that is not registered',
      ASK,
      words(`00000001 00000001 00000000 ${NO_AUTH} 00000000 00000000`),
    ],
    [
      'of a port beyond 65535',
      ASK,
      words(`00000001 00000001 00000000 ${NO_AUTH} 00000000 00010801`),
    ],
    ['that is denied', ASK, words(`00000001 00000001 00000001 ${NO_AUTH} 00000000 00000801`)],
    ['that has no success', ASK, words(`00000001 00000001 00000000 ${NO_AUTH} 00000003 00000801`)],
    ['whose reply is cut', ASK, ANSWER.slice(0, -1)],
    [
      'whose reply is a call',
      ASK,
      words(`00000001 00000000 00000000 ${NO_AUTH} 00000000 00000801`),
    ],
  ])('%s says nothing', (_, asked, answered) => {
    expect(play(UDP, [0, asked], [1, answered])).toEqual([]);
    expect(play(TCP, [0, record(asked)], [1, record(answered)])).toEqual([]);
  });

  it('is of the client, and its reply of the server', () => {
    expect(play(UDP, [1, ASK], [1, ANSWER])).toEqual([]);
    expect(play(UDP, [0, ASK], [0, ANSWER])).toEqual([]);
    expect(play(UDP, [1, ANSWER], [0, ASK])).toEqual([]);
  });

  it('whose reply is sent again says it again', () => {
    expect(play(UDP, [0, ASK], [1, ANSWER], [1, ANSWER])).toEqual([...SAID, ...SAID]);
  });

  it('is forgotten after many others', () => {
    const others = Array.from({ length: PORTMAPPER_CALLS_MAX }, (_, i): [0, string] => {
      const xid = (0x100 + i).toString(16).padStart(8, '0');
      return [0, call(xid, `${GETPORT} ${NO_AUTH} ${NO_AUTH} ${NFS}`)];
    });
    expect(play(UDP, [0, ASK], ...others.slice(1), [1, ANSWER])).toEqual(SAID);
    expect(play(UDP, [0, ASK], ...others, [1, ANSWER])).toEqual(['exceeded calls']);
  });
});

describe('records', () => {
  it('of several fragments are read by their first', () => {
    const fragments = record(ANSWER, false) + record(ANSWER) + record(ANSWER);
    expect(play(TCP, [0, record(ASK)], [1, fragments])).toEqual([...SAID, ...SAID]);
  });

  it('that are long are passed over', () => {
    const long = record(`${'x'.repeat(5000)}${record(ANSWER)}`);
    expect(play(TCP, [0, record(ASK)], [1, long + record(ANSWER)])).toEqual(SAID);
  });

  it('go on behind missing bytes', () => {
    const log = new AlgLog(PORTMAPPER, TCP);
    log.read(0, record(ASK));
    log.read(1, record(ANSWER, false).slice(0, 10));
    log.gap(1);
    log.read(1, record(ANSWER));
    expect(log.said).toEqual(SAID);
  });

  it('are the same however the bytes are cut', () => {
    const parts = fc.array(
      fc.constantFrom(record(ANSWER), record(ANSWER, false), record(''), record('x'.repeat(999))),
    );
    fc.assert(
      fc.property(parts, fc.array(fc.nat({ max: 60 })), (records, lengths) => {
        const whole = records.join('');
        const pieces = inPieces(whole, lengths).map((piece): [1, string] => [1, piece]);
        expect(play(TCP, [0, record(ASK)], ...pieces)).toEqual(
          play(TCP, [0, record(ASK)], [1, whole]),
        );
      }),
    );
  });
});

it('whatever the bytes, nothing throws', { timeout: 1 << 30 }, () => {
  const next = randomFrom(20_264);
  const logs = [UDP, TCP].map((session) => new AlgLog(PORTMAPPER, session));
  const examples = [ASK, ANSWER, record(ASK), record(ANSWER)].map((text) =>
    Buffer.from(text, 'latin1'),
  );
  for (let left = Number(process.env.SLOWPATH_FUZZ ?? 20_000) / 10; left > 0; left--) {
    for (const log of logs) {
      log.said.length = 0;
      log.read(next(2) === 0 ? 0 : 1, mutate(examples[next(examples.length)]!, next));
      expect(log.said.length).toBeLessThan(10);
    }
  }
});
