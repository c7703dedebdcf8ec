/**
 * This file tells SSDP (UPnP Device Architecture 2.0 §1.2, §1.3): requests of the form of HTTP with a
 * star for an address, and the answers to a search, which only their headers tell from HTTP's.
 */

import { latin1, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const REQUESTS = ['M-SEARCH * HTTP/1.1\r\n', 'NOTIFY * HTTP/1.1\r\n'];
const ANSWER = 'HTTP/1.1 200 OK\r\n';
const INITIALS = [...REQUESTS, ANSWER].map((word) => word.charCodeAt(0));
/** Headers that an answer to a search must have (§1.3.3): target of the search, and the service's name. */
const ANSWER_HEADERS = [/\r\nST: ?[^\r]/i, /\r\nUSN: ?[^\r]/i];
const PORT = 1900;
const LINE_BYTES = 24;
const LOOK_BYTES = 2048;

/** Whether a datagram is a message of SSDP. */
export function checkSsdp({ bytes, from, to, length, sport, dport }: Piece): Verdict {
  if (to > from && !INITIALS.includes(u8(bytes, from))) return NO;
  const text = latin1(bytes, from, Math.min(to, from + LINE_BYTES));
  const isCut = to - from < length;
  if (REQUESTS.some((request) => text.startsWith(request))) return YES;
  if (isCut && [...REQUESTS, ANSWER].some((word) => word.startsWith(text))) return MORE;
  if (!text.startsWith(ANSWER)) return NO;
  const headers = latin1(bytes, from, Math.min(to, from + LOOK_BYTES));
  const found = ANSWER_HEADERS.filter((header) => header.test(headers)).length;
  const isOnPort = sport === PORT || dport === PORT;
  if (found === ANSWER_HEADERS.length || (isOnPort && found > 0)) return YES;
  return isCut ? MORE : NO;
}
