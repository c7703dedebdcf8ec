/** This file names what moved a session from state to state, as records and events say it. */

import { INPUTS, type Input } from './phases.ts';

const TEXTS: Readonly<Record<Input, string>> = {
  'c2s:syn': 'syn',
  'non-syn': 'non-syn',
  'syn:again': 'syn',
  'syn:peer': 'syn',
  'syn:new-isn': 'tcp-reuse',
  'syn:acked': 'syn-ack',
  open: 'handshake-complete',
  packet: 'packet',
  'out-of-window': 'out-of-window',
  'fin:first': 'fin',
  'fin:second': 'fin',
  'c2s:rst': 'rst-from-client',
  's2c:rst': 'rst-from-server',
  'c2s:rst-inexact': 'unverified-rst-from-client',
  's2c:rst-inexact': 'unverified-rst-from-server',
  'rst:out-of-window': 'rst-out-of-window',
  first: 'first-packet',
  // Of a session's first packet only: later on the label stays.
  'sctp:init': 'first-packet',
  'sctp:init-ack': 'first-packet',
  'sctp:cookie-echo': 'first-packet',
  'sctp:cookie-ack': 'first-packet',
  'sctp:shutdown': 'first-packet',
  'sctp:abort': 'first-packet',
  'sctp:new-init': 'new-association',
  'policy:deny': 'policy-deny',
  'discard:hit': 'packet',
  teardown: 'fwd-zone-change',
  timer: 'timer',
};

/** By cause number: the inputs' texts at their own numbers, then the causes that are no input. */
export const CAUSES: readonly string[] = [
  ...INPUTS.map((input) => TEXTS[input]),
  'session-created',
  'freed',
  'removed-from-ager',
];

export const CAUSE_CREATED = INPUTS.length;
export const CAUSE_FREED = INPUTS.length + 1;
export const CAUSE_REMOVED = INPUTS.length + 2;
