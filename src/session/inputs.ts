/** This file names the machine's inputs by number, for the packet path. */

import { INPUTS } from './phases.ts';

export const IN_C2S_SYN = INPUTS.indexOf('c2s:syn');
export const IN_NON_SYN = INPUTS.indexOf('non-syn');
export const IN_SYN_AGAIN = INPUTS.indexOf('syn:again');
export const IN_SYN_PEER = INPUTS.indexOf('syn:peer');
export const IN_SYN_NEW_ISN = INPUTS.indexOf('syn:new-isn');
export const IN_SYN_ACKED = INPUTS.indexOf('syn:acked');
export const IN_OPEN = INPUTS.indexOf('open');
export const IN_PACKET = INPUTS.indexOf('packet');
export const IN_OUT_OF_WINDOW = INPUTS.indexOf('out-of-window');
export const IN_FIN_FIRST = INPUTS.indexOf('fin:first');
export const IN_FIN_SECOND = INPUTS.indexOf('fin:second');
export const IN_C2S_RST = INPUTS.indexOf('c2s:rst');
export const IN_C2S_RST_INEXACT = INPUTS.indexOf('c2s:rst-inexact');
export const IN_RST_OUT_OF_WINDOW = INPUTS.indexOf('rst:out-of-window');
export const IN_FIRST = INPUTS.indexOf('first');
export const IN_SCTP_NEW_INIT = INPUTS.indexOf('sctp:new-init');
export const IN_POLICY_DENY = INPUTS.indexOf('policy:deny');
export const IN_DISCARD_HIT = INPUTS.indexOf('discard:hit');
export const IN_TEARDOWN = INPUTS.indexOf('teardown');
export const IN_TIMER = INPUTS.indexOf('timer');
