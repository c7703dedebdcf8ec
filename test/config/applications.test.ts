/**
 * This file checks the table of applications and what `applications:` does to it.
 */

import { describe, expect, it } from 'vitest';
import { isToldByPorts } from '../../src/config/applications.ts';
import type { ServicePorts } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';

const read = (text: string) =>
  parseFirewallConfig(`zones: {a: {}}\n${text}`, 'fw.yaml').applications;
const table = read('');

function has({ protocol, ports }: ServicePorts, wanted: string, port: number): boolean {
  return protocol === wanted && ports.some(({ from, to }) => from <= port && port <= to);
}

/** The first application that has a port. */
const tell = (protocol: string, port: number) =>
  table.find(({ ports }) => ports.some((entry) => has(entry, protocol, port)))?.name;

describe('the table', () => {
  it('names each application once, with ports or a protocol or neither', () => {
    const names = table.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(80);
    expect(new Set(names).size).toBe(names.length);
    expect(table.filter(({ ports, protocol }) => ports.length > 0 && protocol !== null)).toEqual(
      [],
    );
    const told = table.filter(({ ports, protocol }) => ports.length > 0 || protocol !== null);
    expect(told.length).toBeGreaterThan(50);
    expect(told.map(({ name }) => name)).toEqual(names.filter(isToldByPorts));
  });

  it.each([
    ['tcp', 443, 'ssl'],
    ['udp', 443, 'quic'],
    ['tcp', 80, 'web-browsing'],
    ['tcp', 1935, 'rtmp'],
    ['tcp', 22, 'ssh'],
    ['tcp', 53, 'dns'],
    ['udp', 53, 'dns'],
    ['udp', 68, 'dhcp'],
    ['udp', 69, 'tftp'],
    ['udp', 5060, 'sip'],
    ['tcp', 5060, 'sip'],
    ['tcp', 5061, undefined],
    ['tcp', 5900, 'vnc-base'],
    ['udp', 4500, 'ipsec-esp-udp'],
    ['udp', 33534, 'traceroute'],
    ['udp', 33535, undefined],
    ['udp', 22, undefined],
    ['sctp', 80, undefined],
  ])('tells %s/%i as %s', (protocol, port, name) => {
    expect(tell(protocol, port)).toBe(name);
  });

  it.each([
    [1, 'ping'],
    [47, 'gre'],
    [50, 'ipsec-esp'],
    [51, 'ipsec-ah'],
    [89, 'ospf'],
    [6, undefined],
  ])('tells IP protocol %i as %s', (number, name) => {
    expect(table.find(({ protocol }) => protocol === number)?.name).toBe(name);
  });
});

describe('timers', () => {
  const none = { tcp: null, udp: null, default: null, tcpHalfClosed: null, tcpTimeWait: null };
  const timersOf = (name: string, text: string) =>
    read(text).find((application) => application.name === name)?.overrides;
  const content = 'session: {app-timeouts: content}';

  it('are those of the file only, without app-timeouts: content', () => {
    expect(table.filter(({ overrides }) => overrides !== null)).toEqual([]);
    const text = 'applications: {ftp: {timeout: 100}}';
    expect(timersOf('ftp', text)).toEqual({ ...none, tcp: 100, udp: 100, default: 100 });
    expect(timersOf('ssl', text)).toBeNull();
  });

  it.each([
    ['ssl', { tcp: 1800, udp: 1800, default: 1800 }],
    ['sip', { udp: 3600 }],
    ['tftp', { tcp: 3600 }],
    ['rsync', { tcp: 18_000, udp: 1800, default: 18_000 }],
    ['nfs', { tcp: 432_000, udp: 3600 }],
    ['h.245', { tcp: 9000 }],
    ['gre', { tcp: 1200, udp: 1200, default: 1200 }],
    ['quic', { udp: 120 }],
  ])('of %s come from content', (name, timers) => {
    expect(timersOf(name, content)).toEqual({ ...none, ...timers });
  });

  it.each(['ssh', 'dns', 'web-browsing'])('of %s are the global ones in content', (name) => {
    expect(timersOf(name, content)).toBeNull();
  });

  it.each([
    ['{timeout: 9, tcp-timeout: 7}', { tcp: 7, udp: 9, default: 9 }],
    ['{udp-timeout: 7}', { tcp: 18_000, udp: 7, default: 18_000 }],
    ['{timeout: 9}', { tcp: 9, udp: 9, default: 9 }],
    [
      '{tcp-half-closed-timeout: 5, tcp-time-wait-timeout: 6}',
      { tcp: 18_000, udp: 1800, default: 18_000, tcpHalfClosed: 5, tcpTimeWait: 6 },
    ],
    ['{alg: no}', { tcp: 18_000, udp: 1800, default: 18_000 }],
  ])('%s of the file beat the content', (written, timers) => {
    const text = `applications: {rsync: ${written}}\n${content}`;
    expect(timersOf('rsync', text)).toEqual({ ...none, ...timers });
  });

  const on = { alg: true, predictTimeout: null };
  const bare = { ports: [], protocol: null, overrides: null, ...on, isCustom: false };
  it('of an application that the table does not know come last, without ports', () => {
    expect(read('applications: {own: {tcp-timeout: 5}, constructor: {alg: no}}').slice(-2)).toEqual(
      [
        { ...bare, name: 'own', overrides: { ...none, tcp: 5 } },
        { ...bare, name: 'constructor', alg: false },
      ],
    );
  });

  it('wait as predicts as long as the file says, media else as long as their sessions', () => {
    const wait = (name: string, text = '') =>
      read(text).find((one) => one.name === name)?.predictTimeout;
    expect([wait('rtp-base'), wait('rtcp'), wait('ftp-data')]).toEqual([180, 180, null]);
    const own = 'applications: {rtcp: {predict-timeout: 7}, ftp-data: {predict-timeout: 8}}';
    expect([wait('rtp-base', own), wait('rtcp', own), wait('ftp-data', own)]).toEqual([180, 7, 8]);
  });
});
