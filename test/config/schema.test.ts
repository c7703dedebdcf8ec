/**
 * This file checks the ranges and words of single values.
 */

import { describe, expect, it } from 'vitest';
import { afterZones, problemLines } from './problem-lines.ts';

const VALUES = afterZones([
  [
    'timeouts: {tcp: 1}',
    'timeouts: {tcp: 0}',
    '17: timeouts.tcp: expected a whole number 1–15999999 (seconds), found `0`',
  ],
  [
    'timeouts: {tcp-init: 60}',
    'timeouts: {tcp-init: 61}',
    '22: timeouts.tcp-init: expected a whole number 1–60 (seconds), found `61`',
  ],
  [
    'timeouts: {tcp-handshake: 60}',
    'timeouts: {tcp-handshake: 61}',
    '27: timeouts.tcp-handshake: expected a whole number 1–60 (seconds), found `61`',
  ],
  [
    'timeouts: {tcp-half-closed: 604800}',
    'timeouts: {tcp-half-closed: 604801}',
    '29: timeouts.tcp-half-closed: expected a whole number 1–604800 (seconds), found `604801`',
  ],
  [
    'timeouts: {tcp-time-wait: 600}',
    'timeouts: {tcp-time-wait: 601}',
    '27: timeouts.tcp-time-wait: expected a whole number 1–600 (seconds), found `601`',
  ],
  [
    'timeouts: {tcp-unverified-rst: 600}',
    'timeouts: {tcp-unverified-rst: 601}',
    '32: timeouts.tcp-unverified-rst: expected a whole number 1–600 (seconds), found `601`',
  ],
  [
    'timeouts: {udp: 15999999}',
    'timeouts: {udp: 16000000}',
    '17: timeouts.udp: expected a whole number 1–15999999 (seconds), found `16000000`',
  ],
  [
    'timeouts: {icmp: 6}',
    'timeouts: {icmp: 6s}',
    '18: timeouts.icmp: expected a whole number 1–15999999 (seconds), found `6s`',
  ],
  [
    'timeouts: {default: 30}',
    'timeouts: {default: 30.5}',
    '21: timeouts.default: expected a whole number 1–15999999 (seconds), found `30.5`',
  ],
  [
    'timeouts: {discard-tcp: 90}',
    'timeouts: {discard-tcp: [90]}',
    '25: timeouts.discard-tcp: expected a whole number 1–15999999 (seconds), found a list',
  ],
  [
    'timeouts: {discard-udp: 60}',
    'timeouts: {discard-udp: }',
    '12: timeouts.discard-udp: expected a whole number 1–15999999 (seconds), found nothing',
  ],
  [
    'session: {accelerated-aging: {threshold: 50}}',
    'session: {accelerated-aging: {threshold: 49}}',
    '42: session.accelerated-aging.threshold: expected a whole number 50–99 (percent), found `49`',
  ],
  [
    'session: {accelerated-aging: {threshold: 99}}',
    'session: {accelerated-aging: {threshold: 100}}',
    '42: session.accelerated-aging.threshold: expected a whole number 50–99 (percent), found `100`',
  ],
  [
    'session: {accelerated-aging: {scaling-factor: 16}}',
    'session: {accelerated-aging: {scaling-factor: 17}}',
    '47: session.accelerated-aging.scaling-factor: expected a whole number 2–16, found `17`',
  ],
  [
    'session: {tcp-reject-non-syn: no}',
    'session: {tcp-reject-non-syn: off}',
    '31: session.tcp-reject-non-syn: expected yes or no, found `off`',
  ],
  [
    'session: {asymmetric-path: bypass}',
    'session: {asymmetric-path: by-pass}',
    '28: session.asymmetric-path: expected drop or bypass, found `by-pass`; did you mean `bypass`?',
  ],
  [
    'session: {state-model: table}',
    'session: {state-model: tables}',
    '24: session.state-model: expected connection or table, found `tables`; did you mean `table`?',
  ],
  [
    'session: {zonechange-count: strict}',
    'session: {zonechange-count: stric}',
    '29: session.zonechange-count: expected lesson or strict, found `stric`; did you mean `strict`?',
  ],
  [
    'session: {tcp-reuse-strict-priority: yes}',
    'session: {tcp_reuse_strict_priority: yes}',
    '11: session.tcp_reuse_strict_priority: unknown key; did you mean `tcp-reuse-strict-priority`?',
  ],
  [
    'platform: {model: PA-440}',
    'platform: {model: PA-44O}',
    '19: platform.model: expected a firewall model such as PA-3220, found `PA-44O`; did you mean `PA-440`?',
  ],
  [
    'platform: {sessions: 1000}',
    'platform: {sessions: 1000, model: PA-440}',
    '22: platform.sessions: either `model` or `sessions`, not both',
  ],
  [
    'captures: [{stage: receive}]',
    'captures: [{stage: recieve}]',
    '20: captures[0].stage: expected receive, firewall, transmit or drop, found `recieve`; did you mean `receive`?',
  ],
  [
    'captures: [{time-shift: -0.5}]',
    'captures: [{time-shift: 1h}]',
    '25: captures[0].time-shift: expected seconds from -1000000000 to 1000000000, with at most nine decimals, found `1h`',
  ],
  [
    'captures: [{files: ["*.pcap"]}]',
    'captures: [{files: ["in/*.pcap"]}]',
    "21: captures[0].files[0]: `in/*.pcap` has a folder: patterns are for the file's name",
  ],
  [
    'captures: [{files: [x]}]',
    'captures: [{files: []}]',
    '20: captures[0].files: expected at least one pattern',
  ],
  [
    'firewall-macs: [02:aa:00:00:00:01]',
    'firewall-macs: [02:aa:00:00:00]',
    '17: firewall-macs[0]: expected a MAC address such as 02:00:00:00:00:01, found `02:aa:00:00:00`',
  ],
  [
    'services: {web: tcp/80-81}',
    'services: {web: tcp/81-80}',
    '17: services.web: expected protocol and ports such as tcp/80, tcp/80,8080 or udp/5060-5070, found `tcp/81-80`',
  ],
  [
    'services: {web: tcp/65535}',
    'services: {web: tcp/65536}',
    '17: services.web: expected protocol and ports such as tcp/80, tcp/80,8080 or udp/5060-5070, found `tcp/65536`',
  ],
  [
    'services: {web: tcp/80}',
    'services: {any: tcp/80}',
    '12: services.any: expected a name for the service, found `any`; a rule would not take it for a name',
  ],
  [
    'applications: {ssh: {tcp-timeout: 28800}}',
    'applications: {ssh: {tcp_timeout: 28800}}',
    '22: applications.ssh.tcp_timeout: unknown key; did you mean `tcp-timeout`?',
  ],
  ['applications: {}', 'applications:', '1: applications: expected a map, found nothing'],
]);

describe('a value', () => {
  it.each(VALUES)('$name', ({ good, bad, line }) => {
    expect(problemLines(good)).toEqual([]);
    expect(problemLines(bad)).toEqual([line]);
  });
});
