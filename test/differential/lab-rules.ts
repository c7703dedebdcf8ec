/**
 * This file is the rule base of the lab's scenarios in which the firewall denied something, read from
 * `truth.json`: what it says of the scenario, and the rules that its discards name.
 *
 * Every other scenario runs without rules, `allow-all`: what the kernel let through there is let
 * through here. dnat_dmz as well: its rules are about translated addresses.
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
};
