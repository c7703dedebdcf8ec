/**
 * This file tests the ALG of PPTP. The messages are laid out as RFC 2637 §2 says; tshark's dissector reads the
 * same call ids and result out of them.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PPTP } from '../../src/alg/pptp.ts';
import { AlgLog, algSession } from '../support/alg-log.ts';
import { inPieces } from '../support/pieces.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';

/** Length, type 1, the magic cookie, the operation, reserved; then the body, filled up with zeros. */
function message(operation: string, length: number, body: string): string {
  const head = `${length.toString(16).padStart(4, '0')} 0001 1a2b3c4d ${operation} 0000`;
  const bytes = Buffer.alloc(length);
  Buffer.from(`${head}${body}`.replaceAll(' ', ''), 'hex').copy(bytes);
  return bytes.toString('latin1');
}

const CALL = message('0007', 168, '0a0b 0001 0000012c 05f5e100 00000003 00000003 0040 0000');
/** The server's id 0x0c0d is 3085, the client's 0x0a0b is 2571; 1 is "connected". */
const REPLY = message('0008', 32, '0c0d 0a0b 01 00 0000 05f5e100 0040 0000 00000000');
const REFUSAL = message('0008', 32, '0c0d 0a0b 04 00 0000 05f5e100 0040 0000 00000000');
const CLEAR = message('000c', 16, '0a0b 0000');
const DISCONNECT = message('000d', 148, '0c0d 04 00 0000 0000');
const ECHO = message('0005', 16, '00000001');

const CALLS = (cause: string, by = 'server') => [
  `server call 3085: gre/47 client * -> server:3085 by ${by}'s ${cause}`,
  `client call 2571: gre/47 server * -> client:2571 by ${by}'s ${cause}`,
];
const ENDS = [
  'client call 2571 withdrawn by Call-Clear-Request',
  'server call 3085 withdrawn by Call-Disconnect-Notify',
];

function play(...turns: readonly (readonly [side: 0 | 1, bytes: string])[]): string[] {
  const log = new AlgLog(PPTP, algSession('10.10.10.5', 50000, '203.0.113.50', 1723));
  for (const [side, bytes] of turns) log.read(side, bytes);
  return log.said;
}

describe('a call', () => {
  it.each<[what: string, turns: [0 | 1, string][], said: string[]]>([
    [
      'that is accepted',
      [
        [0, CALL],
        [1, REPLY],
      ],
      CALLS('Outgoing-Call-Reply'),
    ],
    ['that is asked for alone', [[0, CALL]], []],
    [
      'that is refused',
      [
        [0, CALL],
        [1, REFUSAL],
      ],
      [],
    ],
    [
      'that ends',
      [
        [0, CALL],
        [1, REPLY],
        [0, CLEAR],
        [1, DISCONNECT],
      ],
      [...CALLS('Outgoing-Call-Reply'), ...ENDS],
    ],
    [
      'that the server takes in',
      [[0, message('000a', 24, '0c0d 0a0b 01 00 0040 0000 0000')]],
      [
        "client call 3085: gre/47 server * -> client:3085 by client's Incoming-Call-Reply",
        "server call 2571: gre/47 client * -> server:2571 by client's Incoming-Call-Reply",
      ],
    ],
    [
      'without an id',
      [[1, message('0008', 32, '0000 0a0b 01')]],
      CALLS('Outgoing-Call-Reply').slice(1),
    ],
    ['in a message that is too short', [[1, message('0008', 16, '0c0d 0a0b 01')]], []],
    ['in a management message', [[1, REPLY.replace('\0\x01\x1a', '\0\x02\x1a')]], []],
    ['without the cookie', [[1, REPLY.replace('\x1a', '\x1b')]], []],
    ['in a message that is no longer than its length', [[1, `\0\x02${REPLY.slice(2)}`]], []],
    [
      'behind other messages',
      [[1, ECHO + DISCONNECT.repeat(2) + REPLY]],
      [ENDS[1]!, ENDS[1]!, ...CALLS('Outgoing-Call-Reply')],
    ],
    [
      'behind what is no message, in another segment',
      [
        [1, 'HTTP/1.1 200 OK'],
        [1, REPLY],
      ],
      CALLS('Outgoing-Call-Reply'),
    ],
  ])('%s', (_, turns, said) => {
    expect(play(...turns)).toEqual(said);
  });

  it('behind missing bytes', () => {
    const log = new AlgLog(PPTP, algSession('10.10.10.5', 50000, '203.0.113.50', 1723));
    log.read(1, DISCONNECT.slice(0, 100));
    log.gap(1);
    log.read(1, REPLY);
    expect(log.said).toEqual([ENDS[1], ...CALLS('Outgoing-Call-Reply')]);
  });
});

describe('whatever the bytes', () => {
  it('where segments begin and end changes nothing', () => {
    const messages = fc.array(fc.constantFrom(CALL, REPLY, REFUSAL, CLEAR, DISCONNECT, ECHO));
    fc.assert(
      fc.property(messages, fc.array(fc.nat({ max: 60 })), (parts, lengths) => {
        const whole = parts.join('');
        const pieces = inPieces(whole, lengths).map((piece): [0 | 1, string] => [1, piece]);
        expect(play(...pieces)).toEqual(play([1, whole]));
      }),
    );
  });

  it('nothing throws', { timeout: 1 << 30 }, () => {
    const next = randomFrom(20_263);
    const examples = [CALL, REPLY, CLEAR, DISCONNECT].map((text) => Buffer.from(text, 'latin1'));
    const log = new AlgLog(PPTP, algSession('10.10.10.5', 50000, '203.0.113.50', 1723));
    for (let left = Number(process.env.SLOWPATH_FUZZ ?? 20_000) / 10; left > 0; left--) {
      log.said.length = 0;
      log.read(next(2) === 0 ? 0 : 1, mutate(examples[next(examples.length)]!, next));
      expect(log.said.length).toBeLessThan(20);
      for (const said of log.said)
        expect(said).toMatch(/^(client|server) call [1-9]\d*(:| with)|call 0 with/);
    }
  });
});
