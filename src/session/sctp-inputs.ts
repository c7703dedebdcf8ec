/** This file says which input of the machine an SCTP packet is. */

import {
  SCTP_ABORT,
  SCTP_COOKIE_ACK,
  SCTP_COOKIE_ECHO,
  SCTP_INIT,
  SCTP_INIT_ACK,
  SCTP_PACKET,
  SCTP_SHUTDOWN,
} from '../wire/sctp.ts';
import { IN_FIRST, IN_PACKET } from './inputs.ts';
import { INPUTS, type Input } from './phases.ts';

/** By SCTP_ kind; -1 for a packet that says nothing of the association. */
const INPUT_OF_KIND = new Int8Array(SCTP_ABORT + 1);
const set = (kind: number, input: Input): void => {
  INPUT_OF_KIND[kind] = INPUTS.indexOf(input);
};
INPUT_OF_KIND[SCTP_PACKET] = -1;
set(SCTP_INIT, 'sctp:init');
set(SCTP_INIT_ACK, 'sctp:init-ack');
set(SCTP_COOKIE_ECHO, 'sctp:cookie-echo');
set(SCTP_COOKIE_ACK, 'sctp:cookie-ack');
set(SCTP_SHUTDOWN, 'sctp:shutdown');
set(SCTP_ABORT, 'sctp:abort');

/** The input that a session's first packet is, by its SCTP_ kind. */
export function sctpFirstInput(kind: number): number {
  return kind === SCTP_PACKET ? IN_FIRST : INPUT_OF_KIND[kind]!;
}

/** The input that a later packet is. */
export function sctpInput(kind: number): number {
  return kind === SCTP_PACKET ? IN_PACKET : INPUT_OF_KIND[kind]!;
}
