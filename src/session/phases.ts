/**
 * This file holds the words of the session machine: phases, inputs, timers, rows, labels.
 *
 * Phases are the machine's own states, finer than what is shown; LABELS gives each its name in the
 * two state models of CONTRACT.md. Timers and end reasons hang on phases, so they cannot depend on
 * the model.
 */

import type { State } from '../events/event-kinds.ts';
import type { EndReason } from './end-reason.ts';

export const PHASES = [
  'init',
  'syn-sent',
  'handshake',
  'established',
  'half-closed',
  'time-wait',
  'rst-wait',
  'reset-opening',
  'active',
  'sctp-init',
  'sctp-cookie',
  'sctp-shutdown',
  'discard',
  'closed',
] as const;
export type Phase = (typeof PHASES)[number];

/** What a packet (or the ager) can mean to the machine; numbers are indices. */
export const INPUTS = [
  'c2s:syn',
  'non-syn',
  'syn:again',
  'syn:peer',
  'syn:new-isn',
  'syn:acked',
  'open',
  'packet',
  'out-of-window',
  'fin:first',
  'fin:second',
  'c2s:rst',
  's2c:rst',
  'c2s:rst-inexact',
  's2c:rst-inexact',
  'rst:out-of-window',
  'first',
  'sctp:init',
  'sctp:init-ack',
  'sctp:cookie-echo',
  'sctp:cookie-ack',
  'sctp:shutdown',
  'sctp:abort',
  'sctp:new-init',
  'policy:deny',
  'discard:hit',
  'teardown',
  'timer',
] as const;
export type Input = (typeof INPUTS)[number];

/**
 * Which timer a row starts. `keep` leaves the running deadline; `idle` and `discard` are the protocol's
 * own, of a session that passes and of one that does not.
 */
export const TIMERS = [
  'keep',
  'none',
  'idle',
  'discard',
  'tcp',
  'tcp-init',
  'tcp-handshake',
  'tcp-half-closed',
  'tcp-time-wait',
  'tcp-unverified-rst',
  'sctp-init',
  'sctp-cookie',
  'sctp-shutdown',
] as const;
export type Timer = (typeof TIMERS)[number];

/** phase (or `*`), input, next phase, timer, end reason (or `-`), source of the fact. */
export type Row = readonly [
  phase: Phase | '*',
  on: Input,
  to: Phase,
  timer: Timer,
  endReason: EndReason | '-',
  source: string,
];

/** What each phase is called, in `connection` and in `table` (CONTRACT: state-model). */
// biome-ignore format: a table
export const LABELS: Readonly<Record<Phase, readonly [State, State]>> = {
  //                connection  table
  'init':          ['INIT',     'INIT'],
  'syn-sent':      ['OPENING',  'ACTIVE'],
  'handshake':     ['OPENING',  'ACTIVE'],
  'established':   ['ACTIVE',   'ACTIVE'],
  'half-closed':   ['CLOSING',  'ACTIVE'],
  'time-wait':     ['CLOSING',  'ACTIVE'],
  'rst-wait':      ['CLOSING',  'ACTIVE'],
  'reset-opening': ['CLOSING',  'ACTIVE'],
  'active':        ['ACTIVE',   'ACTIVE'],
  // OPENING and CLOSING are TCP's alone (CONTRACT: Records).
  'sctp-init':     ['ACTIVE',   'ACTIVE'],
  'sctp-cookie':   ['ACTIVE',   'ACTIVE'],
  'sctp-shutdown': ['ACTIVE',   'ACTIVE'],
  'discard':       ['DISCARD',  'DISCARD'],
  'closed':        ['CLOSED',   'CLOSED'],
};
