/** This file writes what the firewall would send, and why not, as parts of a scenario's event line. */

import { answerFields, rstDetail, unreachableDetail } from '../../src/report/answer-record.ts';
import type { PlayedEvent } from './play.ts';

/** Why nothing is sent that the rule asks for; what is sent has events of its own. */
export function denialParts(event: PlayedEvent): string[] {
  const { not_sent: reason } = JSON.parse(`{"-":0${answerFields(event)}}`);
  return reason === undefined ? [] : ['not-sent', reason];
}

/** To which side, from where to where, numbers: `client 203.0.113.9:443>10.0.0.5:40000 seq 7 ack -`. */
export function rstParts(event: PlayedEvent): string[] {
  const { to, source, sport, dst, dport, seq, ack } = JSON.parse(rstDetail(event));
  return [to, `${source}:${sport}>${dst}:${dport}`, `seq ${seq}`, `ack ${ack ?? '-'}`];
}

/** From where to where, type and code: `client 10.0.0.1>10.0.0.5 3/13`. */
export function unreachableParts(event: PlayedEvent): string[] {
  const { to, source, dst, type, code } = JSON.parse(unreachableDetail(event));
  return [to, `${source ?? '-'}>${dst}`, `${type}/${code}`];
}
