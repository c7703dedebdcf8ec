/** This file checks how scenario pages are read and written. */

import { describe, expect, it } from 'vitest';
import { parseScenarioPage, withOutcomes } from '../support/scenario-md.ts';

const FENCE = '```';
const block = (name: string, ...lines: string[]) => [FENCE + name, ...lines, FENCE, ''];
const page = (...lines: string[]) => ['# Title', '', 'Prose.', '', ...lines].join('\n');
const HEAD = ['## One', '', 'Source: RFC 9293.', ''];
const SCRIPT = ['0 C S', '@end 1'];

describe('a page', () => {
  it('is read whole', () => {
    const text = page(
      ...HEAD,
      'A sum. Defect: not at a line’s start.',
      '',
      ...block('yaml', 'timeouts: {udp: 3}'),
      ...block('packets drain', ...SCRIPT),
      ...block('sessions', '1 1+0 | live 3'),
      ...block('events', '1 #1 drop s0 x'),
      ...block('counters', 'flow_x 3', 'flow_y 0'),
      '## Two',
      'Source: panos §1.',
      'Defect: it is wrong.',
      ...block('packets', ...SCRIPT),
    );
    const { title, scenarios } = parseScenarioPage('x.md', text);
    expect(title).toBe('Title');
    expect(scenarios).toEqual([
      {
        name: 'One',
        line: 5,
        source: 'RFC 9293.',
        script: '0 C S\n@end 1',
        config: 'timeouts: {udp: 3}',
        drain: true,
        sessions: ['1 1+0 | live 3'],
        events: ['1 #1 drop s0 x'],
        counters: { flow_x: 3, flow_y: 0 },
      },
      {
        name: 'Two',
        line: 33,
        source: 'panos §1.',
        defect: 'it is wrong.',
        script: '0 C S\n@end 1',
        config: '',
        drain: false,
        sessions: [],
        events: [],
        counters: {},
      },
    ]);
  });

  it.each([
    ['no title', '## One\n', 'x.md: no title'],
    ['no packets', page(...HEAD), 'x.md:5: no packets'],
    ['no source', page('## One', ...block('packets')), 'x.md:5: no line "Source: …"'],
    ['two of a name', page(...HEAD, ...block('packets'), ...HEAD), 'x.md:12: two scenarios'],
    ['a misspelt block', page(...HEAD, ...block('session')), 'x.md:9: unknown block session'],
    ['a block twice', page(...HEAD, ...block('yaml'), ...block('yaml')), 'x.md:12: a second block'],
    [
      'an unknown word',
      page(...HEAD, ...block('packets dry')),
      'x.md:9: unknown block packets dry',
    ],
    ['drain elsewhere', page(...HEAD, ...block('yaml drain')), 'x.md:9: unknown block yaml drain'],
    ['no end', page(...HEAD, `${FENCE}packets`, '0 C S'), 'x.md:9: the block does not end'],
    ['a block too early', page(...block('packets')), 'x.md:5: a block before the first scenario'],
    [
      'a counter without value',
      page(...HEAD, ...block('packets'), ...block('counters', 'flow_x')),
      'x.md:5: not a counter: flow_x',
    ],
  ])('with %s is refused', (_, text, message) => {
    expect(() => parseScenarioPage('x.md', text)).toThrow(message);
  });
});

describe('an update', () => {
  const written = (...blocks: string[][]) =>
    page(...HEAD, ...block('packets', ...SCRIPT), ...blocks.flat(), '## Two', ...HEAD.slice(1));
  const two = block('packets', ...SCRIPT);

  it.each([
    ['changes lines', [block('sessions', 'old'), block('events', 'old')], ['e']],
    ['adds blocks', [], ['e']],
    ['adds events', [block('sessions', 'old')], ['e']],
    ['takes events out', [block('sessions'), block('events', 'old')], []],
  ])('%s', (_, blocks, events) => {
    const before = written(...blocks) + two.join('\n');
    const after = withOutcomes('x.md', before, () => ({ sessions: ['s', 't'], events }));
    const expected = [
      block('sessions', 's', 't'),
      ...(events.length > 0 ? [block('events', 'e')] : []),
    ];
    const tail = [...two.slice(0, -1), '', ...expected.flat()];
    expect(after.trimEnd()).toBe((written(...expected) + tail.join('\n')).trimEnd());
  });

  it('of the same outcome changes nothing', () => {
    const text = written(block('sessions', 'a')) + [...two, ...block('sessions')].join('\n');
    const same = withOutcomes('x.md', text, ({ sessions, events = [] }) => ({ sessions, events }));
    expect(same).toBe(text);
  });
});
