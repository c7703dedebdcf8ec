/** This file names the machine's inputs by number, for the packet path. */

import { INPUTS, type Input } from './phases.ts';

const number = (input: Input): number => INPUTS.indexOf(input);
export const IN_C2S_SYN = number('c2s:syn');
export const IN_NON_SYN = number('non-syn');
export const IN_SYN_AGAIN = number('syn:again');
export const IN_SYN_PEER = number('syn:peer');
export const IN_SYN_NEW_ISN = number('syn:new-isn');
export const IN_SYN_ACKED = number('syn:acked');
export const IN_OPEN = number('open');
export const IN_PACKET = number('packet');
export const IN_OUT_OF_WINDOW = number('out-of-window');
export const IN_FIN_FIRST = number('fin:first');
export const IN_FIN_SECOND = number('fin:second');
export const IN_C2S_RST = number('c2s:rst');
export const IN_C2S_RST_INEXACT = number('c2s:rst-inexact');
export const IN_RST_OUT_OF_WINDOW = number('rst:out-of-window');
export const IN_FIRST = number('first');
export const IN_SCTP_NEW_INIT = number('sctp:new-init');
export const IN_POLICY_DENY = number('policy:deny');
export const IN_DISCARD_HIT = number('discard:hit');
export const IN_TEARDOWN = number('teardown');
export const IN_TIMER = number('timer');
