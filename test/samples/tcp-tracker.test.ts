/** This file checks the sequence and acknowledgement numbers that scripts get for TCP. */

import { describe, expect, test } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';

/** `>` is the client's line, `<` the server's; each gives `[seq, ack]` as on the wire. */
function numbers(lines: readonly string[]): [number, number][] {
  const script = lines.map((line, i) => {
    const ends = line.startsWith('>')
      ? '10.0.0.5:1000 > 10.0.0.9:80'
      : '10.0.0.9:80 > 10.0.0.5:1000';
    return `${i} a ${ends} tcp ${line.slice(1)}`;
  });
  return buildPackets(parseScript(script.join('\n'))).map(({ bytes }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return [view.getUint32(38), view.getUint32(42)];
  });
}

/** Rows of `[line, seq, ack]`. */
function expectRows(rows: readonly (readonly [string, number, number])[]): void {
  expect(numbers(rows.map(([line]) => line))).toEqual(rows.map(([, seq, ack]) => [seq, ack]));
}

// biome-ignore-start format: tables
describe('numbers of a connection', () => {
  test('handshake, data, FINs', () => {
    expectRows([
      ['> S isn=1000', 1000, 0],
      ['< SA isn=5000', 5000, 1001],
      ['> A', 1001, 5001],
      ['> PA len=517', 1001, 5001],
      ['< A', 5001, 1518],
      ['< PA len=100', 5001, 1518],
      ['> FA len=3', 1518, 5101],
      ['< FA', 5101, 1522],
      ['> A', 1522, 5102],
    ]);
  });

  test('they run over the end of 32 bits', () => {
    expectRows([
      ['> S isn=0xffffffff', 0xffff_ffff, 0],
      ['< SA isn=0xfffffffe', 0xffff_fffe, 0],
      ['< A len=5', 0xffff_ffff, 0],
      ['> A', 0, 4],
    ]);
  });

  test('a refused SYN: RST with ACK has sequence 0', () => {
    expectRows([
      ['> S isn=1000 len=5', 1000, 0],
      ['< RA', 0, 1006],
    ]);
  });

  test('an RST moves nothing, and without A acknowledges nothing', () => {
    expectRows([
      ['> S isn=1000', 1000, 0],
      ['< SA isn=5000', 5000, 1001],
      ['< R len=9', 5001, 0],
      ['< R seq=next+7', 5008, 0],
      ['< A', 5001, 1001],
    ]);
  });

  test('overrides count from the initial number, from the next, or stand alone', () => {
    expectRows([
      ['> S isn=1000', 1000, 0],
      ['< SA isn=5000', 5000, 1001],
      ['> A seq=+1 ack=+1', 1001, 5001],
      ['> A seq=next-1', 1000, 5001],
      ['> A seq=next ack=next+9', 1001, 5010],
      ['> A seq=7 ack=8', 7, 8],
      ['> S ack=+1', 1000, 5001],
    ]);
  });

  test('a gap waits until it is filled', () => {
    expectRows([
      ['> S isn=0', 0, 0],
      ['< SA isn=0', 0, 1],
      ['> A seq=+101 len=100', 101, 1],
      ['< A', 1, 1],
      ['> A len=50', 1, 1],
      ['< A', 1, 51],
      ['> A seq=+51 len=50', 51, 1],
      ['< A', 1, 201],
      ['> A seq=+1 len=50', 1, 1],
      ['> A', 201, 1],
    ]);
  });

  test('the same SYN again, then one with a new number, then answers to it', () => {
    const rows = numbers([
      '> S isn=1000',
      '< SA',
      '> A len=5',
      '> S',
      '> S isn=9000',
      '< A',
      '< SA',
      '> A',
    ]);
    const [, [firstServer = 0] = []] = rows;
    const [, , , , , , [secondServer = 0] = []] = rows;
    expect(rows[3]).toEqual([1000, 0]);
    expect(rows[4]).toEqual([9000, 0]);
    expect(rows[5]).toEqual([firstServer + 1, 9001]); // still the old connection's numbers
    expect(secondServer).not.toBe(firstServer);
    expect(rows[6]).toEqual([secondServer, 9001]);
    expect(rows[7]).toEqual([9001, secondServer + 1]);
  });
});
// biome-ignore-end format: tables

test('a connection from before the capture goes on from numbers of its own', () => {
  const [[seq, ack] = [0, 0], reset] = numbers(['> PA len=10', '< R']);
  expect(seq).not.toBe(0);
  expect(reset).toEqual([ack, 0]);
});

test('initial numbers depend on the endpoints and on nothing else', () => {
  const first = numbers(['> S']);
  expect(numbers(['> S'])).toEqual(first);
  expect(numbers(['< S'])).not.toEqual(first);
});
