/**
 * This file tells syslog by its priority (RFC 5424 §6.2.1, RFC 3164 §4.1.1) and what follows it: a
 * version, a month, or, on its port, whatever text devices write there.
 */

import { latin1, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const PORT = 514;
const OPENING = 0x3c;
/** Facility 23, severity 7. */
const PRIORITY_MAX = 191;
/** `<191>` and a time stamp of RFC 3164, or a version and the beginning of one of RFC 5424. */
const LOOK_BYTES = 16;
const PRIORITY = /^<(0|[1-9][0-9]{0,2})>/;
const VERSION = /^1 (?:- |[0-9]{4}-)/;
const MONTH = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-3][0-9] /;
/** Beginnings of the three that go on behind what is here. */
const PREFIX = /^(?:$|<(?:$|(?:0|[1-9][0-9]{0,2})$))/;
const VERSION_PREFIX = /^(?:1(?: (?:-|[0-9]{1,4})?)?)?$/;
const MONTH_PREFIX = /^(?:[JFMASOND][a-z]{0,2}(?: (?:[ 0-3][0-9]?)?)?)?$/;

/** Whether a datagram is a message of syslog. */
export function checkSyslog({ bytes, from, to, length, sport, dport }: Piece): Verdict {
  if (to > from && u8(bytes, from) !== OPENING) return NO;
  const text = latin1(bytes, from, Math.min(to, from + LOOK_BYTES));
  const isCut = to - from < length;
  const priority = PRIORITY.exec(text);
  if (priority === null) return isCut && PREFIX.test(text) ? MORE : NO;
  if (Number(priority[1]) > PRIORITY_MAX) return NO;
  const rest = text.slice(priority[0].length);
  if (VERSION.test(rest) || MONTH.test(rest)) return YES;
  const isOnPort = sport === PORT || dport === PORT;
  if (isOnPort && rest.length > 0)
    return isPrintable(u8(bytes, from + priority[0].length)) ? YES : NO;
  const goesOn = isOnPort || VERSION_PREFIX.test(rest) || MONTH_PREFIX.test(rest);
  return isCut && text.length < LOOK_BYTES && goesOn ? MORE : NO;
}

/** ASCII and UTF-8, whose mark (RFC 5424 §6.4) begins with a high byte; a tab. */
function isPrintable(byte: number): boolean {
  return (byte >= 32 && byte !== 127) || byte === 9;
}
