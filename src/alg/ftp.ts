/**
 * This file is the ALG of FTP: it reads commands and replies, and asks for a predict where one side says
 * where it waits for a data connection (panos.md §6.2).
 *
 * Commands and replies are matched (`ftp-pending.ts`). PORT counts when it is sent, and its refusal
 * withdraws it; PASV counts when it is answered. There is one data port at a time (RFC 959 §3.2): where a
 * new one is accepted, the one before is withdrawn unless a flow has used it. Hence every announcement is a
 * group of its own. After EPSV ALL (RFC 2428 §4) a server refuses PORT by itself.
 */

import { PROTO_TCP } from '../net/protocol.ts';
import type { Alg, AlgKind, AlgOutput, AlgSession, AlgSide } from './alg.ts';
import {
  extendedPassiveText,
  extendedPortArgument,
  type FtpEnd,
  longPassiveText,
  longPortArgument,
  passiveText,
  portArgument,
} from './ftp-ends.ts';
import { FtpPending, isPositive, type PendingCommand } from './ftp-pending.ts';
import { latin1 } from './latin1.ts';
import { LineReader } from './line-reader.ts';
import { TelnetText } from './telnet.ts';

const CLIENT: AlgSide = 0;
const SERVER: AlgSide = 1;
/** Bytes of a line, at most; RFC 959 knows no bound. No announcement is nearly as long. */
export const FTP_LINE_BYTES_MAX = 1024;

/** The commands that announce where the client waits. */
const ACTIVE: ReadonlyMap<string, (argument: string) => FtpEnd | null> = new Map([
  ['PORT', portArgument],
  ['EPRT', extendedPortArgument],
  ['LPRT', longPortArgument],
]);
/** The replies that announce where the server waits. */
const PASSIVE: ReadonlyMap<number, (text: string) => FtpEnd | null> = new Map([
  [227, passiveText],
  [228, longPassiveText],
  [229, extendedPassiveText],
]);
/** RFC 4217 §4 and drafts before it: who accepts one of these by 334 begins with TLS as well. */
const TLS_MECHANISMS: ReadonlySet<string> = new Set(['TLS', 'TLS-C', 'TLS-P', 'SSL']);
/** RFC 959 §5.4: service ready for new user. */
const GREETING = 220;
/** RFC 2228 §5.1: AUTH is accepted; its data are (ADAT follows); those of ADAT are, and complete. */
const AUTH_ACCEPTED = 234;
const AUTH_GOES_ON = 334;
const ADAT_COMPLETE = 235;

class FtpAlg implements Alg {
  private readonly session: AlgSession;
  private readonly output: AlgOutput;
  private readonly telnet = [new TelnetText(), new TelnetText()] as const;
  private readonly lines = [
    new LineReader(FTP_LINE_BYTES_MAX),
    new LineReader(FTP_LINE_BYTES_MAX),
  ] as const;
  private readonly pending = new FtpPending();
  /** Commands are seen, and none is known to be missing. */
  private isClientSeen = false;
  private isGreeted = false;
  private isBlind = false;
  /** Code of a reply of several lines that has begun; 0 for none. */
  private unfinished = 0;
  private announcements = 0;
  /** Group of the data port that was accepted last. */
  private inForce: string | null = null;

  constructor(session: AlgSession, output: AlgOutput) {
    this.session = session;
    this.output = output;
  }

  read(side: AlgSide, bytes: Uint8Array, from: number, to: number): void {
    this.readLines(side, bytes, from, to);
    this.telnet[side].letGo();
    this.lines[side].letGo();
  }

  private readLines(side: AlgSide, bytes: Uint8Array, from: number, to: number): void {
    const telnet = this.telnet[side];
    const lines = this.lines[side];
    telnet.take(bytes, from, to);
    let at = telnet.from;
    while (!this.isBlind) {
      at = lines.next(telnet.bytes, at, telnet.to);
      if (at < 0) return;
      if (lines.isCut) this.output.exceeded('line');
      if (side === CLIENT) this.takeCommand(lines);
      else this.takeReplyLine(lines);
    }
  }

  gap(side: AlgSide): void {
    this.telnet[side].clear();
    this.lines[side].clear();
    if (side === CLIENT) this.isClientSeen = false;
    else this.unfinished = 0;
  }

  private takeCommand(lines: LineReader): void {
    this.isClientSeen = true;
    // Of a command that was cut only its place among the others counts.
    const text = lines.isCut ? '' : textOf(lines).trimEnd();
    const blank = text.indexOf(' ');
    const verb = (blank < 0 ? text : text.slice(0, blank)).toUpperCase();
    const argument = blank < 0 ? '' : text.slice(blank).trimStart();
    const announced = ACTIVE.get(verb)?.(argument) ?? null;
    const group = announced === null ? null : this.announce(CLIENT, announced, verb);
    if (!this.pending.add(verb, argument.toUpperCase(), group)) this.output.exceeded('predicts');
  }

  /** RFC 959 §4.2: `123-` begins a reply of several lines, which ends with a line that begins `123 `. */
  private takeReplyLine(lines: LineReader): void {
    const text = textOf(lines);
    const [, digits = '', behind = ''] = /^([1-5][0-9]{2})(?![0-9])(.?)/s.exec(text) ?? [];
    const code = Number(digits);
    if (code === 0) return;
    if (this.unfinished !== 0) {
      if (code !== this.unfinished || (behind !== ' ' && behind !== '')) return;
    } else if (behind === '-') {
      this.unfinished = code;
      return;
    }
    this.unfinished = 0;
    // 1xx are preliminary: another reply follows.
    if (code >= 200) this.takeReply(code, lines.isCut ? '' : text.slice(digits.length));
  }

  private takeReply(code: number, text: string): void {
    // A client may have sent commands before it was greeted.
    const isGreeting = !this.isGreeted && code === GREETING;
    this.isGreeted = true;
    if (isGreeting) return;
    const command = this.pending.answer(code);
    const passive = PASSIVE.get(code);
    if (passive !== undefined) {
      // Where commands are missing, one that was not seen may have asked.
      const announced = command === null && this.isClientSeen ? null : passive(text);
      if (announced === null) return;
      this.replace(this.announce(SERVER, announced, `${code}`), `${code}`);
    } else if (command !== null) this.takeAnswer(code, command);
  }

  private takeAnswer(code: number, { verb, argument, group }: PendingCommand): void {
    const cause = `${code} ${verb}`;
    if (verb === 'AUTH') {
      const isTls = TLS_MECHANISMS.has(argument);
      const isAccepted = code === AUTH_ACCEPTED || (code === AUTH_GOES_ON && isTls);
      if (isAccepted) this.goBlind(isTls ? `AUTH ${argument}` : verb);
    } else if (verb === 'ADAT') {
      if (code === ADAT_COMPLETE) this.goBlind(verb);
    } else if (isPositive(code)) {
      // REIN, or an announcement of the client's.
      this.replace(group, cause);
    } else if (group !== null) this.output.withdraw(group, cause);
  }

  /** @returns its group; null where no packet can go there */
  private announce(side: AlgSide, { address, port }: FtpEnd, cause: string): string | null {
    // RFC 2428 §2: who cannot reach that family refuses it.
    if (address !== 'own' && address.length !== this.session.source.length) return null;
    const group = `data ${++this.announcements}`;
    this.output.predict({
      application: 'ftp-data',
      protocol: PROTO_TCP,
      from: { side: side === CLIENT ? SERVER : CLIENT, address: 'own', port: 0 },
      to: { side, address, port },
      cause,
      triggeredBy: side,
      group,
    });
    return group;
  }

  /** Another data port is in force; null for none any more. */
  private replace(group: string | null, cause: string): void {
    if (this.inForce !== null) this.output.withdraw(this.inForce, cause);
    this.inForce = group;
  }

  private goBlind(cause: string): void {
    this.isBlind = true;
    this.output.blind(cause);
  }
}

function textOf({ bytes, from, to }: LineReader): string {
  return latin1(bytes, from, to);
}

/** FTP (RFC 959). */
export const FTP: AlgKind = {
  application: 'ftp',
  begin: (session, output) => new FtpAlg(session, output),
};
