/** This file runs `slowpath init`: its streams and exit codes, and that a replay takes what it prints. */

import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { path, run, shell } = workshop();

describe('what init prints', () => {
  test('is a configuration that check and replay take', () => {
    const made = shell(
      'slowpath init first.pcapng > own.yaml && slowpath check own.yaml && slowpath replay first.pcapng -c own.yaml --print json',
    );
    expect({ status: made.status, stderr: made.stderr }).toEqual({ status: 0, stderr: '' });
    const end = made.stdout.indexOf('\n');
    expect(made.stdout.slice(0, end)).toBe('own.yaml: valid: 2 zones, 1 rule');
    expect(JSON.parse(made.stdout.slice(end)).run.capture_quality.unknown_zone_packets).toBe(0);
  });

  test('has the same for standard input, which has no name', () => {
    const fromFile = run(['init', 'ping.pcap']);
    const fromPipe = run(['init', '-'], { input: readFileSync(path('ping.pcap')) });
    expect(fromPipe.stdout).toBe(fromFile.stdout.replace('ping.pcap', 'standard input'));
    expect({ status: fromPipe.status, stderr: fromPipe.stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('exit codes', () => {
  test('4 where the capture is damaged: what stood before is used', () => {
    writeFileSync(path('cut.pcap'), readFileSync(path('ping.pcap')));
    truncateSync(path('cut.pcap'), 400);
    const { status, stdout, stderr } = run(['init', '--quiet', 'cut.pcap']);
    expect(status).toBe(4);
    expect(stderr).toMatch(/^slowpath: cut\.pcap/);
    expect(stdout).toContain('zones:');
  });

  test('3 where nothing is a capture: nothing is printed', () => {
    writeFileSync(path('text.pcap'), 'no capture at all, but long enough to be one');
    const { status, stdout, stderr } = run(['init', 'text.pcap']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(/^slowpath: text\.pcap/);
    expect(run(['init', 'missing.pcap']).status).toBe(3);
  });

  test('2 without a capture', () => {
    const { status, stdout, stderr } = run(['init']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain("missing required argument 'capture'");
  });
});

test('its help has examples', () => {
  const { status, stdout } = run(['init', '--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('slowpath init capture.pcapng > firewall.yaml');
});
