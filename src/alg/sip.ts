/**
 * This file is the ALG of SIP (RFC 3261): it predicts the media that session descriptions announce, and
 * the signalling that Contact and Via send elsewhere (panos.md §6.2).
 *
 * Media comes from the other side of the firewall, from whom is not known: §6.2 has the far end open.
 * Descriptions count in requests and answers that can offer or answer (RFC 3264, RFC 6337 §2): INVITE
 * with its answers and ACK, PRACK (RFC 3262) and UPDATE (RFC 3311) with theirs. Candidates of ICE are
 * not looked at: §6.2 names `c=` and `m=`.
 */

import type { AlgKind, AlgOutput, AlgSession, AlgSide, IpWords } from './alg.ts';
import { canDescribe, descriptions } from './descriptions.ts';
import { isSameIp, isUnicast, writeIp } from './ip-text.ts';
import { type MediaEnd, mediaEnds } from './media-ends.ts';
import { type MessageTaker, messageAlg } from './message-alg.ts';
import { parseSdp, type SdpMedia } from './sdp.ts';
import { type SipCall, SipCalls } from './sip-calls.ts';
import {
  acknowledged,
  answerPort,
  contactsOf,
  readSipMessage,
  SIP_HEADERS,
  type SipMessage,
  type SipTarget,
} from './sip-message.ts';
import type { MessageForm, TextMessage } from './text-message.ts';

const APPLICATION = 'sip';
const UDP = 17;

const FORM: MessageForm = {
  versions: ['SIP/2.0'],
  headers: SIP_HEADERS,
  hasFrames: false,
  wantsBody: canDescribe,
};

/** Requests that may describe the session, themselves or in their answers. */
const DESCRIBING = ['INVITE', 'ACK', 'PRACK', 'UPDATE'];
/** Requests whose Contact says where further ones go (RFC 3261 §10 and §12.1, RFC 3515, RFC 6665). */
const TARGETING = ['INVITE', 'UPDATE', 'SUBSCRIBE', 'REFER', 'REGISTER'];
/** Those whose answers do as well. An answer to REGISTER lists bindings, also of others. */
const TARGETING_ANSWERS = ['INVITE', 'UPDATE', 'SUBSCRIBE'];

/**
 * What media is called. What is not RTP keeps the name of the control channel: public lists of the
 * vendor's applications have none for T.38 (confidence: assumed).
 */
const MEDIA_APPLICATIONS = { rtp: 'rtp-base', rtcp: 'rtcp', other: APPLICATION };

class SipControl implements MessageTaker {
  private readonly session: AlgSession;
  private readonly output: AlgOutput;
  private readonly calls: SipCalls;

  constructor(session: AlgSession, output: AlgOutput) {
    this.session = session;
    this.output = output;
    this.calls = new SipCalls(output);
  }

  take(side: AlgSide, text: TextMessage): void {
    const message = readSipMessage(text);
    if (message === null) return;
    const { callId, method, status } = message;
    if (status >= 300) this.fail(side, message);
    else if (status === 0 && method === 'CANCEL') this.fail(side, message);
    else if (status === 0 && method === 'BYE') {
      this.calls.find(callId)?.end(message, (group) => this.output.withdraw(group, 'BYE'));
    } else {
      const announcement = new Announcement(this.session, this.output, side, text, message);
      announcement.make(this.calls.open(callId));
    }
    this.calls.settle(callId);
  }

  /** A final answer that is no success, or a CANCEL. */
  private fail(side: AlgSide, message: SipMessage): void {
    // An answer to CANCEL has the sequence number of the INVITE, but says nothing of it.
    if (message.status >= 300 && message.method === 'CANCEL') return;
    const cause = causeOf(message);
    const withdraw = (group: string) => this.output.withdraw(group, cause);
    this.calls.find(message.callId)?.fail(exchangeOf(side, message), withdraw);
  }
}

/** A message that may announce something. */
class Announcement {
  private readonly message: SipMessage;
  private readonly session: AlgSession;
  private readonly output: AlgOutput;
  private readonly side: AlgSide;
  private readonly cause: string;
  private readonly acknowledged: string | null;
  private readonly media: readonly SdpMedia[];
  private readonly targets: readonly (SipTarget & { isOwn: boolean })[];

  constructor(
    session: AlgSession,
    output: AlgOutput,
    side: AlgSide,
    text: TextMessage,
    message: SipMessage,
  ) {
    this.session = session;
    this.output = output;
    this.side = side;
    this.message = message;
    this.cause = causeOf(message);
    this.acknowledged = message.method === 'PRACK' ? acknowledged(text) : null;
    this.media = DESCRIBING.includes(message.method) ? readMedia(text, output) : [];
    this.targets = this.readTargets(text);
  }

  /** Asks for the predicts. */
  make(call: SipCall): void {
    const { message, side } = this;
    const own = exchangeOf(side, message);
    if (message.status === 0 && message.method === 'INVITE' && message.toTag === '') {
      call.begins(own);
    }
    if (message.status >= 200) call.answered(own, message);
    for (const target of this.targets) this.predictTarget(call, own, target);
    if (this.media.length > 0) this.predictMedia(call, this.describedBy(call, own));
  }

  /** PRACK belongs to its INVITE's exchange where it answers an offer of that one's answer. */
  private describedBy(call: SipCall, own: string): string {
    if (this.acknowledged === null) return own;
    const invite = exchangeName(this.side, this.acknowledged);
    return call.offererOf(invite) === otherSide(this.side) ? invite : own;
  }

  private predictMedia(call: SipCall, exchangeName: string): void {
    const { message, side, output, cause } = this;
    const exchange = call.exchange(exchangeName);
    exchange.offerer ??= side;
    const isAnswer = exchange.offerer !== side;
    // Until the final answer, another branch may yet answer otherwise.
    const isFinal = message.status >= 200 || message.status === 0;
    for (const media of this.media) {
      for (const end of mediaEnds(media, isAnswer, output)) {
        this.predictEnd(call, exchangeName, media.line, end);
      }
      if (isAnswer && isFinal && media.rtcpMux !== 'no') {
        const withdraw = (group: string) => output.withdraw(group, cause);
        call.mux(exchange.offerer, media.line, withdraw);
      }
    }
  }

  private predictEnd(call: SipCall, exchange: string, line: number, end: MediaEnd): void {
    const { side } = this;
    const group = groupOf(this.message, end);
    const announced = { side, line, isRtcp: end.kind === 'rtcp' };
    if (!call.add(group, exchange, this.message, announced)) this.output.exceeded('predicts');
    else this.predict(MEDIA_APPLICATIONS[end.kind], end, end.address, group);
  }

  private predictTarget(
    call: SipCall,
    exchange: string,
    target: SipTarget & { isOwn: boolean },
  ): void {
    const group = groupOf(this.message, target);
    const announced = { side: this.side, line: null, isRtcp: false };
    // Of other requests answers come at once: what Via opens ages out, and makes no call.
    const isKept = !target.isOwn || this.message.method === 'INVITE';
    if (isKept && !call.add(group, exchange, this.message, announced)) {
      this.output.exceeded('predicts');
    } else this.predict(APPLICATION, target, target.isOwn ? 'own' : target.address, group);
  }

  private predict(
    application: string,
    { protocol, port }: { protocol: number; port: number },
    address: IpWords | 'own',
    group: string,
  ): void {
    const { side, cause } = this;
    this.output.predict({
      application,
      protocol,
      from: { side: otherSide(side), address: null, port: 0 },
      to: { side, address, port },
      cause,
      triggeredBy: side,
      group,
    });
  }

  /** Where signalling is to go other than this session goes. */
  private readTargets(text: TextMessage): (SipTarget & { isOwn: boolean })[] {
    const { message, session, side } = this;
    const address = side === 0 ? session.source : session.destination;
    const port = side === 0 ? session.sport : session.dport;
    const targets: (SipTarget & { isOwn: boolean })[] = [];
    const methods = message.status === 0 ? TARGETING : TARGETING_ANSWERS;
    // RFC 3261 §12.1.1: a 100 makes no dialog.
    if (methods.includes(message.method) && message.status !== 100) {
      for (const target of contactsOf(text)) {
        const isHere =
          target.protocol === session.protocol &&
          target.port === port &&
          isSameIp(target.address, address);
        if (!isHere && isUnicast(target.address)) targets.push({ ...target, isOwn: false });
      }
    }
    // Over a connection answers come by the connection (RFC 3261 §18.2.2).
    const answers = message.status === 0 && session.protocol === UDP ? answerPort(text) : null;
    if (answers !== null && answers !== 0 && answers !== port) {
      targets.push({ protocol: UDP, address, port: answers, isOwn: true });
    }
    return targets;
  }
}

/** The media lines of all descriptions in a message; most have one. */
function readMedia(text: TextMessage, output: AlgOutput): SdpMedia[] {
  const coding = text.headers.get('content-encoding')?.[0] ?? 'identity';
  if (coding.toLowerCase() !== 'identity') return [];
  const contentType = text.headers.get('content-type')?.[0] ?? '';
  return descriptions(contentType, text.body, output).flatMap((sdp) => parseSdp(sdp, output));
}

/** Each side counts its own requests (RFC 3261 §12.2.1.1). */
function exchangeOf(side: AlgSide, { status, sequence }: SipMessage): string {
  return exchangeName(status === 0 ? side : otherSide(side), sequence);
}

function exchangeName(side: AlgSide, sequence: string): string {
  return `${side} ${sequence}`;
}

function otherSide(side: AlgSide): AlgSide {
  return side === 0 ? 1 : 0;
}

/** `INVITE`, `183 INVITE`. */
function causeOf({ method, status }: SipMessage): string {
  return status === 0 ? method : `${status} ${method}`;
}

function groupOf({ callId }: SipMessage, { protocol, address, port }: SipTarget): string {
  return `${callId} ${writeIp(address)}:${port}/${protocol}`;
}

/** SIP. */
export const SIP: AlgKind = {
  application: APPLICATION,
  begin: (session, output) => messageAlg(FORM, session, output, new SipControl(session, output)),
};
