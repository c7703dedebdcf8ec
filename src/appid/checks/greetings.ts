/**
 * This file tells protocols of text in which the server speaks first: FTP, SMTP, POP3, IMAP, NNTP. Their
 * greetings are much alike: `220 ready` may be FTP's or SMTP's. So a word in the greeting counts,
 * else the server's next reply, else the client's first command.
 */

import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { beginsWith, beginsWithOne, holds, isText, lineEnd, lineFeed } from '../text.ts';

/** How a protocol opens; words in lower case. */
export interface Dialogue {
  /** What a greeting begins with. */
  readonly greetings: readonly string[];
  /** Words in a greeting's line that tell the protocol, unless one of `others` is there. */
  readonly words: readonly string[];
  readonly others: readonly string[];
  /** What the reply behind the greeting begins with, where the greeting did not tell. */
  readonly replies: readonly string[];
  /** Commands by which clients open. */
  readonly commands: readonly string[];
  /** A client's command has a tag of its own before it. */
  readonly isTagged: boolean;
  /** Destination ports on which the client's command tells, though no greeting was seen. */
  readonly ports: readonly number[];
}

/** RFC 959 §5.4, RFC 2228, 2389, 7151. */
export const FTP: Dialogue = {
  greetings: ['220'],
  words: ['ftp'],
  others: ['smtp'],
  replies: ['331', '332', '230', '234', '211', '215', '530', '227', '257'],
  commands: ['user', 'auth', 'feat', 'host', 'syst', 'opts', 'pass', 'acct'],
  isTagged: false,
  ports: [21],
};

/** RFC 5321 §3.1, §4.1.1.1. */
export const SMTP: Dialogue = {
  greetings: ['220'],
  words: ['smtp'],
  others: [],
  replies: ['250'],
  commands: ['ehlo', 'helo'],
  isTagged: false,
  ports: [25, 465, 587],
};

/** RFC 1939 §3, §4; RFC 2449 §5, 2595 §4, 5034 §4. */
export const POP3: Dialogue = {
  greetings: ['+ok'],
  words: ['pop'],
  others: ['imap'],
  replies: [],
  commands: ['capa', 'user', 'apop', 'auth', 'stls'],
  isTagged: false,
  ports: [110],
};

/** RFC 9051 §7.1, §6.1, §6.2; RFC 2971 §3.1. */
export const IMAP: Dialogue = {
  greetings: ['* ok', '* preauth', '* bye'],
  words: ['imap', '[capability'],
  others: [],
  replies: ['* capability', '* id '],
  commands: ['capability', 'login', 'starttls', 'authenticate', 'id'],
  isTagged: true,
  ports: [143],
};

/** RFC 3977 §5.1, §5.2, §5.3; RFC 4643 §2. */
export const NNTP: Dialogue = {
  greetings: ['200 ', '201 '],
  words: ['nntp', 'news', 'innd'],
  others: [],
  replies: [],
  commands: ['mode reader', 'capabilities', 'authinfo', 'group', 'list'],
  isTagged: false,
  ports: [119],
};

const TAG_BYTES_MAX = 20;
/** A first line is no longer (RFC 5321 §4.5.3.1.4 and .5: 512; IMAP's capabilities are more). */
const LINE_BYTES_MAX = 1500;

/** Judges what the server sends. */
export function greetingCheck(dialogue: Dialogue): (piece: Piece) => Verdict {
  return ({ bytes, from, to }) => {
    const begins = beginsWithOne(bytes, from, to, dialogue.greetings);
    if (begins !== YES) return begins;
    const feed = lineFeed(bytes, from, to);
    if (feed < 0) return to - from < LINE_BYTES_MAX ? MORE : NO;
    const end = lineEnd(bytes, from, feed);
    if (!isText(bytes, from, end)) return NO;
    const has = (word: string) => holds(bytes, from, end, word);
    if (dialogue.others.some(has)) return NO;
    return dialogue.words.some(has) ? YES : judgeReplies(dialogue, bytes, feed + 1, to);
  };
}

/** Further lines of the greeting begin as it did; then comes the first reply. */
function judgeReplies(
  { greetings, words, replies, isTagged }: Dialogue,
  bytes: Uint8Array,
  from: number,
  to: number,
): Verdict {
  let at = from;
  for (;;) {
    const feed = lineFeed(bytes, at, to);
    // Whether it is a further line of the greeting is not known before its end.
    const reply = beginsWithOne(bytes, at, to, replies);
    if (reply === YES) return YES;
    if (feed < 0) return MORE;
    if (isTagged || beginsWithOne(bytes, at, to, greetings) !== YES) return NO;
    if (words.some((word) => holds(bytes, at, feed, word))) return YES;
    at = feed + 1;
  }
}

/** Judges what the client sends: a command that fits the server's greeting. */
export function commandCheck(dialogue: Dialogue): (piece: Piece) => Verdict {
  return (piece) => {
    const { bytes, from, to, other, dport } = piece;
    const command = commandAt(dialogue, bytes, from, to);
    if (command < 0) return command === -1 ? MORE : NO;
    const begins = judgeCommand(dialogue, bytes, command, to);
    if (begins !== YES) return begins;
    if (other === null || other.length === 0) return dialogue.ports.includes(dport) ? YES : MORE;
    return beginsWithOne(other, 0, other.length, dialogue.greetings);
  };
}

/** Where the command begins; -1 where that is not known yet, -2 where there is none. */
function commandAt({ isTagged }: Dialogue, bytes: Uint8Array, from: number, to: number): number {
  if (!isTagged) return from;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 32) return at > from ? at + 1 : -2;
    const isLetterOrDigit = byte === 46 || (byte >= 48 && byte <= 57) || (byte | 32) >= 97;
    if (!isLetterOrDigit || byte > 122 || at - from >= TAG_BYTES_MAX) return -2;
  }
  return -1;
}

/** A command's word, then a blank or the line's end, then text to the line's end. */
function judgeCommand(
  { commands }: Dialogue,
  bytes: Uint8Array,
  from: number,
  to: number,
): Verdict {
  let best: Verdict = NO;
  for (const word of commands) {
    const verdict = beginsWith(bytes, from, to, word);
    if (verdict === MORE) best = MORE;
    if (verdict !== YES) continue;
    const next = bytes[from + word.length];
    if (from + word.length >= to) return MORE;
    if (next !== 32 && next !== 13 && next !== 10) continue;
    const feed = lineFeed(bytes, from, to);
    if (feed < 0) return to - from < LINE_BYTES_MAX ? MORE : NO;
    return isText(bytes, from, lineEnd(bytes, from, feed)) ? YES : NO;
  }
  return best;
}
