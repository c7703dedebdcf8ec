/**
 * This file is an ALG for tests: a control channel whose lines say what is to be predicted, so that what
 * the engine does with it can be told from what a protocol means by it. Its application is `control`.
 *
 *     PRED ftp-data tcp s/own:* c/own:5099 GROUP    predict: application, protocol, from, to
 *     DROP GROUP                                    withdraw
 *     BLIND                                         nothing can be read from here on
 *     LIMIT line                                    a bound was exceeded
 *
 * An end is side (`c`, `s`, `*` for either), address (`own`, `*`, or as it is written; IPv6 in brackets),
 * port (`*` for any). Lines end in a newline; a gap throws half a line away.
 */

import type { Alg, AlgEnd, AlgKind, AlgLimit, AlgOutput, AlgSide } from '../../src/alg/alg.ts';
import { parseIpv4, parseIpv6 } from '../../src/net/address.ts';

class TestAlg implements Alg {
  private readonly output: AlgOutput;
  private readonly halves: [string, string] = ['', ''];

  constructor(output: AlgOutput) {
    this.output = output;
  }

  read(side: AlgSide, bytes: Uint8Array, from: number, to: number): void {
    const text = this.halves[side] + Buffer.from(bytes.subarray(from, to)).toString('latin1');
    const lines = text.split('\n');
    this.halves[side] = lines.pop() ?? '';
    for (const line of lines) this.obey(side, line.trim());
  }

  gap(side: AlgSide): void {
    this.halves[side] = '';
  }

  private obey(side: AlgSide, line: string): void {
    const [word, ...rest] = line.split(' ');
    if (word === 'DROP') this.output.withdraw(rest[0] ?? '', 'DROP');
    if (word === 'BLIND') this.output.blind('BLIND');
    if (word === 'LIMIT') this.output.exceeded(rest[0] as AlgLimit);
    if (word !== 'PRED') return;
    const [application = '', protocol = '', from = '', to = '', group = ''] = rest;
    this.output.predict({
      application,
      protocol: protocol === 'tcp' ? 6 : protocol === 'udp' ? 17 : Number(protocol),
      from: endOf(from),
      to: endOf(to),
      cause: 'PRED',
      triggeredBy: side,
      group,
    });
  }
}

function endOf(text: string): AlgEnd {
  const [, side, address = '*', port] =
    /^([cs*])\/(\*|own|[\d.]+|\[[\da-f:]+\]):(\*|\d+)$/.exec(text) ?? [];
  if (side === undefined) throw new Error(`not an end: ${text}`);
  return {
    side: side === 'c' ? 0 : side === 's' ? 1 : null,
    address: addressOf(address),
    port: port === '*' ? 0 : Number(port),
  };
}

function addressOf(text: string): AlgEnd['address'] {
  if (text === '*') return null;
  if (text === 'own') return text;
  if (text.startsWith('[')) return parseIpv6(text.slice(1, -1))!;
  return [parseIpv4(text)! >>> 0];
}

export const TEST_ALG: AlgKind = {
  application: 'control',
  begin: (_, output) => new TestAlg(output),
};
