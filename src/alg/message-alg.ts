/** This file makes an ALG of what takes whole messages, as SIP and RTSP have them: a reader for each side. */

import { PROTO_UDP } from '../net/protocol.ts';
import type { Alg, AlgOutput, AlgSession, AlgSide } from './alg.ts';
import { type MessageForm, MessageReader, type TextMessage } from './text-message.ts';

/** Takes the messages of one control session. */
export interface MessageTaker {
  take(side: AlgSide, message: TextMessage): void;
}

/** The ALG of a session whose messages have a form. */
export function messageAlg(
  form: MessageForm,
  { protocol }: Pick<AlgSession, 'protocol'>,
  output: AlgOutput,
  taker: MessageTaker,
): Alg {
  const reader = (side: AlgSide) =>
    new MessageReader(form, protocol !== PROTO_UDP, output, (message) => taker.take(side, message));
  const readers = [reader(0), reader(1)] as const;
  return {
    read: (side, bytes, from, to) => readers[side].read(bytes, from, to),
    gap: (side) => readers[side].gap(),
  };
}
