/** This file checks that the README's commands and its excerpt are true. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseFirewallConfig } from '../src/config/load.ts';
import { zonesAlone } from './support/zones-alone.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language,
  lines: (text ?? '').trimEnd().split('\n'),
}));

test('the quick start is two commands, each alone in a block, before all others', () => {
  const [replay, tests] = blocks;
  expect(readme.indexOf('## Quick start')).toBeGreaterThan(0);
  expect(readme.indexOf('## Quick start')).toBeLessThan(readme.indexOf('```'));
  expect(replay?.lines).toEqual([
    'npm ci && npm run --silent slowpath -- replay samples/first-look/capture.pcapng -c samples/first-look/firewall.yaml',
  ]);
  expect(tests?.lines).toEqual(['npm ci && npm test']);
});

test('the excerpt stands in the report of the sample', () => {
  const excerpt = blocks.find(({ language }) => language === 'text')?.lines ?? [];
  const report = readFileSync(join(ROOT, 'reports/first-look/sessions.txt'), 'utf8').split('\n');
  expect(excerpt.length).toBeGreaterThan(8);
  for (const line of excerpt) if (line !== '…') expect(report).toContain(line);
});

test('the answer of the what-if stands on the page of the sample, with its command', () => {
  const [, excerpt] = blocks.filter(({ language }) => language === 'text');
  const page = readFileSync(join(ROOT, 'samples/long-timer/scenario.md'), 'utf8').split('\n');
  const commands = blocks.flatMap(({ lines }) => lines).filter((line) => line.includes('whatif s'));
  expect(commands).toHaveLength(1);
  expect(page).toContain(commands[0]);
  expect(excerpt?.lines.length).toBeGreaterThan(8);
  for (const line of excerpt?.lines ?? []) if (line !== '…') expect(page).toContain(line);
});

test('the starter configuration is what init prints for the sample', () => {
  const starter = readFileSync(join(ROOT, 'reports/first-look/starter.yaml'), 'utf8');
  const excerpt = blocks.find(({ lines }) => lines.some((line) => line.includes('begun')));
  expect(starter).toContain(`${excerpt?.lines.join('\n')}\n`);
});

test('configurations are valid', () => {
  const texts = blocks.filter(({ language }) => language === 'yaml');
  expect(texts.length).toBeGreaterThan(2);
  for (const { lines } of texts) {
    const text = lines.join('\n');
    const config = parseFirewallConfig(text, 'README.md', zonesAlone(text));
    expect(config.zones.length).toBeGreaterThan(0);
  }
});

test('links lead somewhere', () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path ?? '');
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
