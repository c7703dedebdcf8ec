/** This file checks the committed samples: captures match their scripts, addresses are documentation's. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { expectedCaptures, isUpToDate } from '../../samples/build.ts';
import { parseScript } from '../../samples/script/index.ts';
import { parsePrefix, wordMask } from '../../src/net/prefix.ts';

const ROOT = fileURLToPath(new URL('../../samples/', import.meta.url));
const captures = expectedCaptures(ROOT);

/** RFC 1918, RFC 5737, RFC 3849, and IPv6 link-local and multicast. */
const ALLOWED = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/24', // of the local network (RFC 5771 §4)
  '2001:db8::/32',
  'fe80::/10',
  'ff00::/8',
];

function isAllowed(address: Uint8Array): boolean {
  const view = new DataView(address.buffer);
  const words = Array.from({ length: address.length / 4 }, (_, i) => view.getInt32(i * 4));
  return ALLOWED.some((text) => {
    const prefix = parsePrefix(text);
    if (prefix?.words.length !== words.length) return false;
    const masks = words.map((_, i) => wordMask(prefix.length - 32 * i));
    return prefix.words.every((word, i) => word === (words[i]! & masks[i]!));
  });
}

test('the samples are found', () => {
  expect(captures.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'first-look/capture.pcapng',
      'ping-and-dns/capture.pcap',
      'vlan-zones/capture.pcapng',
    ]),
  );
});

describe.each(captures)('$name', (capture) => {
  test('equals its script (npm run samples writes it anew)', () => {
    expect(isUpToDate(capture)).toBe(true);
  });

  test('stands with a configuration and a page that gives the command', () => {
    const folder = dirname(capture.path);
    expect(existsSync(join(folder, 'firewall.yaml'))).toBe(true);
    const page = readFileSync(join(folder, 'scenario.md'), 'utf8');
    const sample = `samples/${dirname(capture.name)}`;
    const command = `npm run --silent slowpath -- replay samples/${capture.name} -c ${sample}/firewall.yaml`;
    expect(page).toContain(command);
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(command);
  });

  test('uses addresses for documentation and private use only', () => {
    const script = parseScript(readFileSync(join(dirname(capture.path), 'capture.script'), 'utf8'));
    for (const line of script.lines) {
      if (line.kind !== 'packet') continue;
      for (const { bytes } of [line.source, line.destination]) {
        expect(isAllowed(bytes), `line ${line.line}: ${bytes.join('.')}`).toBe(true);
      }
    }
  });
});
