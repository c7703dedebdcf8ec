/**
 * This file is the rule base of the lab's scenarios in which the firewall denied or translated
 * something, read from `truth.json`: what it says of the scenario, and the rules that its discards
 * name. The NAT of the lab is in `zones.json`.
 *
 * Every other scenario runs without rules, `allow-all`: what the kernel let through there is let
 * through here.
 */

import type { LabSections } from '../support/lab.ts';

export const LAB_RULES: Readonly<Record<string, LabSections>> = {
  // The kernel let nothing through. UDP meets no rule.
  policy_deny_drop: {
    rules: [
      { name: 'deny-7000', from: ['trust'], to: ['untrust'], service: 'tcp/7000', action: 'drop' },
    ],
  },
  // "all outbound allowed": what comes in without a session meets no rule.
  rtsp_udp_open: {
    rules: [{ name: 'allow-out', from: ['trust'], to: ['untrust'], action: 'allow' }],
  },
  // nat.snat: "10.10.0.0/16 out by untrust0 -> 203.0.113.5, port kept when free".
  snat_http: {
    interfaces: { untrust0: { addresses: ['203.0.113.5/24'] } },
    nat: [
      {
        name: 'snat-outbound',
        'to-interface': 'untrust0',
        source: '10.10.0.0/16',
        'source-translation': {
          'dynamic-ip-and-port': { 'interface-address': { interface: 'untrust0' } },
        },
      },
    ],
  },
  // nat.dnat: "203.0.113.5 tcp 21,80,8080 -> 172.16.1.10; 2222 -> 172.16.1.10:7000". What is not
  // translated meets no rule and is denied by `interzone-default`.
  dnat_dmz: {
    nat: [
      {
        name: 'dnat-web',
        to: ['untrust'],
        destination: '203.0.113.5',
        service: 'tcp/21,80,8080',
        'destination-translation': '172.16.1.10',
      },
      {
        name: 'dnat-port',
        to: ['untrust'],
        destination: '203.0.113.5',
        service: 'tcp/2222',
        'destination-translation': { 'translated-address': '172.16.1.10', 'translated-port': 7000 },
      },
    ],
    rules: [{ name: 'allow-dmz', from: ['untrust'], to: ['dmz'], destination: '203.0.113.5' }],
  },
};
