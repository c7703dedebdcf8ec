/**
 * This file checks what a valid configuration becomes.
 */

import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { CONTRACT_EXAMPLE } from './contract-example.ts';

const read = (text: string) => parseFirewallConfig(text, '/someone/cases/fw.yaml');

/** Every object inside a value that is not frozen. */
function unfrozen(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, item]) => unfrozen(item, `${path}.${key}`));
  return Object.isFrozen(value) ? inner : [path, ...inner];
}

describe('a configuration of one zone', () => {
  const config = read('zones: {trust: {}}\n');

  it('has every default', () => {
    const { effective: _, applications, ...rest } = config;
    expect(applications.filter(({ overrides }) => overrides !== null)).toEqual([]);
    expect(rest).toEqual({
      file: 'fw.yaml',
      zones: [{ name: 'trust', interfaces: [], networks: [], vlans: [], macs: [] }],
      firewallMacs: [],
      captures: [],
      interfaces: [],
      virtualRouters: [],
      virtualWires: [],
      routes: null,
      pbf: [],
      rules: null,
      nat: [],
      customSignatures: [],
      applicationOverrides: [],
      changes: [],
      timeouts: {
        tcp: 3600,
        tcpInit: 5,
        tcpHandshake: 10,
        tcpHalfClosed: 120,
        tcpTimeWait: 15,
        tcpUnverifiedRst: 30,
        udp: 30,
        icmp: 6,
        sctp: 3600,
        sctpInit: 5,
        sctpCookie: 60,
        sctpShutdown: 60,
        default: 30,
        discardTcp: 90,
        discardUdp: 60,
        discardSctp: 30,
        discardDefault: 60,
        predict: 60,
      },
      session: {
        tcpRejectNonSyn: true,
        asymmetricPath: 'drop',
        noRefreshOnDiscard: false,
        teardownUponFwdZonechange: false,
        tcpReuseStrictPriority: false,
        acceleratedAging: { enable: true, threshold: 80, scalingFactor: 2 },
        stateModel: 'connection',
        appTimeouts: 'global',
        identifiesByPayload: true,
        natOversubscription: 2,
        strictZonechange: false,
        resetBeforeHandshake: false,
        icmpUnreachableRate: 200,
        bypassExceedOoQueue: false,
        tcpBypassExceedQueue: true,
        udpBypassExceedQueue: true,
        pinsFtpSourcePort: false,
        predictsFtpBounce: false,
      },
      offload: {
        hasHardware: true,
        basis: 'assumed',
        platform: null,
        isOn: true,
        isUdpOn: true,
        refresh: 'every-packet',
      },
      decryption: [],
      dataplaneFeatures: [],
      commands: [],
      tableSessions: null,
      notModelled: [],
    });
  });

  it('has an effective form that says the same when read again', () => {
    expect(JSON.stringify(read(stringify(config.effective)).effective)).toBe(
      JSON.stringify(config.effective),
    );
    expect(config.effective).toMatchInlineSnapshot(`
      {
        "address-groups": {},
        "addresses": {},
        "application-filters": {},
        "application-groups": {},
        "application-override": [],
        "applications": {},
        "captures": [],
        "commands": [],
        "configuration": [],
        "custom-applications": {},
        "dataplane-features": [],
        "decryption": [],
        "firewall-macs": [],
        "interfaces": {},
        "nat": [],
        "pbf": [],
        "platform": {
          "hardware-refresh": "every-packet",
        },
        "rules": [
          {
            "action": "allow",
            "application": [
              "any",
            ],
            "category": [
              "any",
            ],
            "destination": [
              "any",
            ],
            "disable-server-response-inspection": false,
            "disabled": false,
            "from": [
              "any",
            ],
            "icmp-unreachable": false,
            "log-end": true,
            "log-start": false,
            "name": "allow-all",
            "negate-destination": false,
            "negate-source": false,
            "profiles": [],
            "rule-type": "universal",
            "service": [
              "any",
            ],
            "source": [
              "any",
            ],
            "source-user": [
              "any",
            ],
            "to": [
              "any",
            ],
          },
        ],
        "service-groups": {},
        "services": {},
        "session": {
          "accelerated-aging": {
            "enable": true,
            "scaling-factor": 2,
            "threshold": 80,
          },
          "app-id": "payload",
          "app-timeouts": "global",
          "asymmetric-path": "drop",
          "bypass-exceed-oo-queue": false,
          "ftp-bounce": "refuse",
          "icmp-unreachable-rate": 200,
          "nat-oversubscription": "platform",
          "no-refresh-on-discard": false,
          "offload": true,
          "pin-ftp-source-port": false,
          "reset-before-handshake": false,
          "state-model": "connection",
          "tcp-bypass-exceed-queue": true,
          "tcp-reject-non-syn": true,
          "tcp-reuse-strict-priority": false,
          "teardown-upon-fwd-zonechange": false,
          "udp-bypass-exceed-queue": true,
          "udp-offload": true,
          "zonechange-count": "lesson",
        },
        "timeouts": {
          "default": 30,
          "discard-default": 60,
          "discard-sctp": 30,
          "discard-tcp": 90,
          "discard-udp": 60,
          "icmp": 6,
          "predict": 60,
          "sctp": 3600,
          "sctp-cookie": 60,
          "sctp-init": 5,
          "sctp-shutdown": 60,
          "tcp": 3600,
          "tcp-half-closed": 120,
          "tcp-handshake": 10,
          "tcp-init": 5,
          "tcp-time-wait": 15,
          "tcp-unverified-rst": 30,
          "udp": 30,
        },
        "virtual-routers": {},
        "virtual-wires": {},
        "zones": {
          "trust": {
            "interfaces": [],
            "macs": [],
            "networks": [],
            "vlans": [],
          },
        },
      }
    `);
  });
});

describe('a configuration', () => {
  it('is frozen to its leaves, and holds no folder', () => {
    const config = read(CONTRACT_EXAMPLE);
    expect(unfrozen(config, 'config')).toEqual([]);
    expect(JSON.stringify(config)).not.toContain('someone');
  });

  it.each(['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', '"yes"'])('%s is a yes', (word) => {
    const config = read(`zones: {a: {}}\nsession: {no-refresh-on-discard: ${word}}`);
    expect(config.session.noRefreshOnDiscard).toBe(true);
  });

  it.each(['no', 'No', 'NO', 'false', 'False', 'FALSE', "'no'"])('%s is a no', (word) => {
    const config = read(`zones: {a: {}}\nsession: {tcp-reject-non-syn: ${word}}`);
    expect(config.session.tcpRejectNonSyn).toBe(false);
  });

  it('leaves words and numbers alone where a name stands', () => {
    const config = read(`zones: {no: {interfaces: [1, 010]}, "10": {}, true: {}, ~: {}, 1e3: {}}
rules: [{name: on, from: [no, 1e3], to: [10, true, ~]}]`);
    expect(config.zones.map(({ name }) => name).sort()).toEqual(['10', '1e3', 'no', 'true', '~']);
    expect(config.rules?.[0]).toMatchObject({
      name: 'on',
      from: ['no', '1e3'],
      to: ['10', 'true', '~'],
    });
    const interfaces = config.zones.find(({ name }) => name === 'no')?.interfaces;
    expect(interfaces?.map(({ written }) => written)).toEqual(['1', '010']);
  });

  it('takes a value alone for a list of one, and names a thing of one zone once', () => {
    const config = read(`zones:
  a: {interfaces: e1, networks: 10.1.2.3/8, vlans: 7, macs: 02-AA-00-00-00-01}
  b: {interfaces: [e2, e2], networks: [192.168.1.0/24, 192.168.1.1/24], vlans: [8, 8]}`);
    expect(config.zones).toMatchObject([
      {
        interfaces: [{ written: 'e1' }],
        networks: [{ family: 4, words: [0x0a000000], length: 8 }],
        vlans: [7],
        macs: ['02:aa:00:00:00:01'],
      },
      { interfaces: [{ written: 'e2' }], networks: [{ length: 24 }], vlans: [8] },
    ]);
    expect(config.zones[1]).toMatchObject({ vlans: [8] });
    expect(config.zones[1]?.networks).toHaveLength(1);
  });

  it('follows aliases', () => {
    const config = read(
      'zones: {a: {vlans: &some [1, 2]}}\nrules: [{name: &n x, from: a}, {description: *n}]',
    );
    expect(config.rules?.map(({ name }) => name)).toEqual(['x', 'rule-2']);
    const zoneless = 'x: &z {networks: [10.0.0.0/8]}';
    expect(() => read(`zones: {a: *z}\n${zoneless}`)).toThrow();
  });

  it('takes a byte order mark, Windows line ends and a document mark', () => {
    expect(read('\uFEFF---\r\nzones:\r\n  a: {}\r\n').zones[0]?.name).toBe('a');
  });

  it('reads captures and routes', () => {
    const config = read(`zones: {a: {interfaces: [e1.300]}}
captures: [{stage: drop}, {files: x.pcap, time-shift: -1.5, interface: e1}]
routes: [{destination: "::/0", interface: e1.300}, {destination: 10.0.0.1, interface: e1.300}]`);
    expect(config.captures).toEqual([
      { files: ['*'], stage: 'drop', interface: null, timeShift: { second: 0, nanosecond: 0 } },
      {
        files: ['x.pcap'],
        stage: null,
        interface: 'e1',
        timeShift: { second: -2, nanosecond: 500_000_000 },
      },
    ]);
    expect(config.routes).toMatchObject([
      { destination: { family: 6, length: 0 }, interface: 'e1.300' },
      { destination: { family: 4, length: 32 }, interface: 'e1.300' },
    ]);
    expect(read('zones: {a: {}}\nroutes: []').routes).toEqual([]);
  });
});

describe('the size of the table', () => {
  it.each([
    ['{}', null],
    ['{model: PA-3220}', 1_000_000],
    ['{model: PA-220, hardware-offload: no}', 64_000],
    ['{sessions: 12}', 12],
  ])('%s is %s', (platform, sessions) => {
    expect(read(`zones: {a: {}}\nplatform: ${platform}`).tableSessions).toBe(sessions);
  });
});

describe('session.zonechange-count', () => {
  it.each([
    ['{}', false],
    ['{zonechange-count: lesson}', false],
    ['{zonechange-count: strict}', true],
  ])('%s', (session, isStrict) => {
    const config = read(`zones: {a: {}}\nsession: ${session}`);
    expect(config.session.strictZonechange).toBe(isStrict);
  });
});
