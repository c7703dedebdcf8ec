/**
 * This file checks how broken and hostile YAML is met.
 */

import { describe, expect, it } from 'vitest';
import { problemLines, toPairs } from './problem-lines.ts';

const YAML_PAIRS = toPairs([
  ['zones: {a: {}}', '', '1:1: expected a map with at least `zones`, found nothing'],
  ['zones: {a: {}} # x', '# x', '1:1: expected a map with at least `zones`, found nothing'],
  ['zones: {a: {}}', '- zones', '1:1: expected a map with at least `zones`, found a list'],
  ['zones: {a: {}}', 'zones', '1:1: expected a map with at least `zones`, found `zones`'],
  [
    'zones: {a: {}}',
    'zones: {a: {}',
    '1:14: not valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
  ],
  [
    'zones:\n  a: {}',
    'zones:\n\ta: {}',
    '2:1: not valid YAML: Tabs are not allowed as indentation',
  ],
  [
    'zones: {a: {}}\n...',
    'zones: {a: {}}\n---\nzones: {b: {}}',
    '2:1: a second YAML document: a configuration is one document',
  ],
  [
    'zones: {a: {vlans: [5]}}',
    'zones: {a: {vlans: [!!int 5]}}',
    '1:21: tags (`!…`) have no meaning in a configuration',
  ],
  ['x: &x {}\nzones: {a: *x}', 'zones: {a: *x}', '1:12: zones.a: no anchor before `*x`'],
  ['zones: {a: {}}', 'zones: &x {a: *x}', '1:15: zones.a: `*x` contains itself'],
  ['zones: {a: {}}', '? [x]\n: y\nzones: {a: {}}', '1:3: expected a word as key'],
  [
    'zones: {constructor: {}, toString: {}}',
    'zones: {__proto__: {}, a: {}}',
    '1:9: zones: expected a word as key',
  ],
]);

describe('YAML', () => {
  it.each(YAML_PAIRS)('$name', ({ good, bad, line }) => {
    expect(problemLines(good).filter((problem) => !problem.includes('x: unknown key'))).toEqual([]);
    expect(problemLines(bad)).toEqual([line]);
  });
});

describe('a hostile file', () => {
  it('cannot multiply by aliases', () => {
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      rows.push(
        `a${i}: &a${i} [${Array(8)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const [line, ...rest] = problemLines(`${rows.join('\n')}\nzones: {a: {}}`);
    expect(line).toContain('aliases repeat more than 10000 values');
    expect(rest).toEqual([]);
  });

  it.each([
    ['[', '1:64'],
    ['{a: ', '1:253'],
    ['- ', '1:127'],
    ['? ', '1:127'],
    [': ', '1:127'],
  ])('cannot nest without end: %s', (unit, place) => {
    expect(problemLines(unit.repeat(100_000))).toEqual([
      `${place}: nested too deeply for a configuration`,
    ]);
  });

  it('cannot nest by aliases', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`);
    const lines = problemLines(`a0: &a0 x\n${rows.join('\n')}\nzones: {a: {}}`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('nested too deeply');
  });

  it('cannot be of any length', () => {
    expect(problemLines('#'.repeat(8 * 1024 * 1024 + 1))).toEqual([
      '1:1: larger than 8 MiB: not a configuration',
    ]);
  });

  it('cannot have more problems than the checker can carry', () => {
    const text = `zones: {a: {vlans: [${'x,'.repeat(125_000)}]}}`;
    // How many zod can carry depends on the engine's stack: either answer is a good one.
    const lines = problemLines(text);
    expect([1, 501]).toContain(lines.length);
  }, 30_000);
});
