/**
 * This file says in JSON what the firewall would send where a rule denies a session: in the event of the
 * denial, in one event for each packet, and in the session's record.
 */

import {
  POLICY_DENY_ANSWER_SHIFT,
  SENT_FAMILY_6,
  SENT_FROM_UNKNOWN,
  SENT_TO_SERVER,
} from '../events/event-kinds.ts';
import type { EventView } from '../events/event-log.ts';
import { formatIpv4, formatIpv6 } from '../net/address.ts';
import {
  ANSWER_RST_CLIENT,
  ANSWER_RST_SERVER,
  ANSWER_UNREACHABLE,
  noAnswerOf,
} from '../session/answers.ts';

type Sent = Pick<EventView, 'a' | 'ends'>;

const SENDS = [
  [ANSWER_RST_CLIENT, 'rst-to-client'],
  [ANSWER_RST_SERVER, 'rst-to-server'],
  [ANSWER_UNREACHABLE, 'icmp-unreachable-to-client'],
] as const;

/** What is sent, and why something that was to be sent is not: fields of a policy-deny event. */
export function answerFields({ b }: Pick<EventView, 'b'>): string {
  const answer = b >>> POLICY_DENY_ANSWER_SHIFT;
  const sends = sentBy(answer);
  const reason = noAnswerOf(answer);
  return (
    (sends.length === 0 ? '' : `,"sends":${JSON.stringify(sends)}`) +
    (reason === null ? '' : `,"not_sent":"${reason}"`)
  );
}

/** Of a session's record; null where its rule asks for nothing. */
export function answerOfSession(answer: number): string {
  if (answer === 0) return 'null';
  return JSON.stringify({ sends: sentBy(answer), not_sent: noAnswerOf(answer) });
}

/** Words for ANSWER_ bits. */
export function sentBy(answer: number): string[] {
  return SENDS.flatMap(([bit, word]) => ((answer & bit) === 0 ? [] : [word]));
}

/** A RST: to which side, from where, with which numbers (modulo 2^32; no acknowledgement is null). */
export function rstDetail(event: Sent): string {
  const [sequence = 0, acknowledgement = 0] = event.ends.subarray(10);
  const hasAck = acknowledgement >= 0;
  return (
    `{${partiesOf(event)},"sport":${event.ends[8]},"dport":${event.ends[9]},` +
    `"flags":"${hasAck ? 'RST, ACK' : 'RST'}","seq":${sequence},"ack":${hasAck ? acknowledgement : null}}`
  );
}

/** An ICMP unreachable: from the interface that the client's packet came in by. */
export function unreachableDetail(event: Sent): string {
  const [kind = 0] = event.ends.subarray(10);
  return `{${partiesOf(event)},"type":${kind >>> 8},"code":${kind & 255}}`;
}

function partiesOf({ a, ends }: Sent): string {
  const to = (a & SENT_TO_SERVER) === 0 ? 'client' : 'server';
  const source = (a & SENT_FROM_UNKNOWN) === 0 ? `"${addressText(a, ends, 0)}"` : 'null';
  return `"to":"${to}","source":${source},"dst":"${addressText(a, ends, 4)}"`;
}

function addressText(a: number, ends: Float64Array, at: number): string {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = ends.subarray(at, at + 4);
  return (a & SENT_FAMILY_6) === 0 ? formatIpv4(w0) : formatIpv6(w0, w1, w2, w3);
}
