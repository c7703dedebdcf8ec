/**
 * This file checks on the lab's captures that every frame that the firewall sent is brought to the one
 * packet that it received: a session has as many egress copies as the kernel passed packets on, whether
 * it translated them or not.
 */

import { describe, expect, test } from 'vitest';
import { type LabScenario, labScenarios } from '../support/lab.ts';
import { replayLab } from '../support/lab-flows.ts';
import { HAS_CAPTURES, noteSkipped } from '../support/truth-files.ts';
import { LAB_RULES } from './lab-rules.ts';

if (!HAS_CAPTURES) noteSkipped('lab-copies.test.ts');

/** Errors of the firewall itself (from 10.10.10.1, frames 24, 25, 35, 36): nobody answers ARP. */
const UNMATCHED: Readonly<Record<string, number>> = { icmp_unreach: 4 };

/** Sessions whose packets the lab's firewall did not pass on, or the model did not; copies of each. */
const NOT_PASSED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // Nobody has these addresses.
  icmp_unreach: { '203.0.113.99:9': 0, '203.0.113.98:1': 0, '203.0.113.98:2': 0 },
  // A port without a rule of destination NAT: denied by the kernel.
  dnat_dmz: { '172.16.1.10:7000': 0 },
  // The kernel's RTSP helper opened it; here it is denied until there are predicts.
  rtsp_udp_open: { '10.10.10.5:49769': 3 },
};

const STRAYS = ['replay_icmp_error', 'flow_tcp_non_syn_drop', 'flow_fwd_zonechange'];

const scenarios: Readonly<Record<string, LabScenario>> = labScenarios();

describe.skipIf(!HAS_CAPTURES)('every egress copy is of one received packet', () => {
  test.each(Object.keys(scenarios))('%s', async (name) => {
    const { sessions, firewall, counter } = await replayLab(name, 'all', LAB_RULES[name]);
    const unmatched = counter('replay_egress_unmatched');
    expect(unmatched).toBe(UNMATCHED[name] ?? 0);
    for (const row of sessions) {
      const passed = row.c2s.packets + row.s2c.packets - row.c2s.dropped - row.s2c.dropped;
      const copies = NOT_PASSED[name]?.[`${row.destination}:${row.dport}`] ?? passed;
      expect([row.serial, row.egressCopies]).toEqual([row.serial, copies]);
    }
    const { egressMatched, egressOwn, unexplainedCount } = firewall.observations;
    // What the kernel translated is seen, and as the rules say.
    expect(sessions.filter((row) => row.nat !== null && !row.nat.isObserved)).toEqual([]);
    expect(unexplainedCount).toBe(0);
    const inSessions = sessions.reduce((sum, row) => sum + row.egressCopies, 0);
    // Copies of what is no session's packet: ICMP errors, and what this configuration turns away.
    const strays = STRAYS.reduce((sum, stray) => sum + counter(stray), 0);
    expect(egressMatched - inSessions).toBe(strays);
    // What is left has no IP: ARP.
    const rest = counter('replay_egress_copy') - egressMatched - egressOwn - unmatched;
    expect(rest).toBeGreaterThanOrEqual(0);
  });
});
