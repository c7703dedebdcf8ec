/** This file lists all scenarios, by subject. */

import type { Scenario } from '../../support/scenario.ts';
import { CLOCK } from './clock.ts';
import { COPIES } from './copies.ts';
import { DATAGRAMS } from './datagrams.ts';
import { TCP_OPENING } from './tcp-opening.ts';
import { TCP_RESET } from './tcp-reset.ts';
import { TCP_REUSE } from './tcp-reuse.ts';
import { TCP_WINDOW } from './tcp-window.ts';
import { ZONES } from './zones.ts';

export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'TCP: opening and closing': TCP_OPENING,
  'TCP: resets': TCP_RESET,
  'TCP: reuse': TCP_REUSE,
  'TCP: windows and non-SYN': TCP_WINDOW,
  'UDP, ICMP, others': DATAGRAMS,
  zones: ZONES,
  'egress copies': COPIES,
  clock: CLOCK,
};
