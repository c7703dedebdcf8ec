/**
 * This file keeps what the calls of one SIP session have announced, so that it can be withdrawn: by the
 * call's end, by a request that failed, by an answer that makes a port needless.
 *
 * A call is a Call-ID. Its dialogs (RFC 3261 §12: one for each party that answered a forked INVITE) are
 * told apart by the tags of both parties. An exchange is one request with its answers, ACK with its
 * INVITE.
 */

import type { AlgOutput, AlgSide } from './alg.ts';
import type { SipMessage } from './sip-message.ts';

/** Calls of a session whose announcements can be withdrawn; the oldest is forgotten. */
export const CALLS_MAX = 1024;
/** Announced ends of a call; those beyond are not predicted. */
export const ENDS_MAX = 64;
/** Exchanges of a call that are remembered; the oldest is forgotten. */
const EXCHANGES_MAX = 16;

/** What was announced. */
export interface Announced {
  readonly side: AlgSide;
  /** The media line, and whether its RTCP; null for where signalling is to go. */
  readonly line: number | null;
  readonly isRtcp: boolean;
}

interface Entry extends Announced {
  /** The exchange that announced it first. */
  readonly exchange: string;
  /** The dialog it belongs to; null for all of the call. */
  dialog: string | null;
}

interface Exchange {
  /** Who described the session first, and so made the offer (RFC 3264 §4); null as long as nobody did. */
  offerer: AlgSide | null;
  /** A 2xx has come. */
  isAnswered: boolean;
}

/** One call. What is remembered of all calls of all sessions is bounded (AlgOutput.keep). */
export class SipCall {
  private readonly keep: (items: number) => boolean;
  /** By group. */
  private readonly entries = new Map<string, Entry>();
  private readonly exchanges = new Map<string, Exchange>();
  /** Dialogs with a 2xx. */
  private readonly confirmed = new Set<string>();
  /** The exchange of the INVITE that began the call, if it was seen. */
  private first: string | null = null;

  constructor(keep: (items: number) => boolean) {
    this.keep = keep;
  }

  /** What is remembered of it, the call itself included. */
  get items(): number {
    return 1 + this.entries.size + this.exchanges.size + this.confirmed.size;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  /** The exchange of that name; one that finds no room is remembered for this message alone. */
  exchange(name: string): Exchange {
    const known = this.exchanges.get(name);
    if (known !== undefined) return known;
    const [oldest] = this.exchanges.keys();
    if (this.exchanges.size >= EXCHANGES_MAX && oldest !== undefined) {
      this.exchanges.delete(oldest);
      this.keep(-1);
    }
    const exchange: Exchange = { offerer: null, isAnswered: false };
    if (this.keep(1)) this.exchanges.set(name, exchange);
    return exchange;
  }

  /** Who made the offer of an exchange; null where it is not known. */
  offererOf(name: string): AlgSide | null {
    return this.exchanges.get(name)?.offerer ?? null;
  }

  /** Notes an INVITE that begins the call. */
  begins(exchange: string): void {
    this.first = exchange;
  }

  /** Notes a 2xx. */
  answered(exchange: string, message: SipMessage): void {
    this.exchange(exchange).isAnswered = true;
    const dialog = dialogOf(message);
    if (dialog === null || message.method !== 'INVITE' || this.confirmed.has(dialog)) return;
    if (this.confirmed.size < ENDS_MAX && this.keep(1)) this.confirmed.add(dialog);
  }

  /**
   * Notes what a message announces; false where the call has too much already. What finds no room among
   * all calls is not withdrawn, and ends by its timer.
   */
  add(group: string, exchange: string, message: SipMessage, announced: Announced): boolean {
    const dialog = dialogOf(message);
    const known = this.entries.get(group);
    if (known === undefined) {
      if (this.entries.size >= ENDS_MAX) return false;
      if (this.keep(1)) this.entries.set(group, { ...announced, exchange, dialog });
    } else if (known.dialog !== dialog) known.dialog = null;
    return true;
  }

  /**
   * A request failed: withdraws what it and its answers announced first; what was in force before stays
   * (RFC 3261 §14.1, RFC 3311 §5.2). With the INVITE that began the call, the call has failed.
   */
  fail(exchange: string, withdraw: (group: string) => void): void {
    // RFC 3261 §9.1: a CANCEL has no effect on what is answered.
    if (this.exchanges.get(exchange)?.isAnswered === true) return;
    const isAll = exchange === this.first && this.confirmed.size === 0;
    this.remove((entry) => isAll || entry.exchange === exchange, withdraw);
  }

  /** A BYE: the dialog ends (RFC 3261 §15), and the call where no other dialog is left. */
  end(message: SipMessage, withdraw: (group: string) => void): void {
    const dialog = dialogOf(message);
    if (dialog !== null && this.confirmed.delete(dialog)) this.keep(-1);
    // RFC 3261 §13.2.2.4: dialogs without a 2xx end soon after one with it.
    const isOther = this.confirmed.size > 0;
    this.remove((entry) => !isOther || entry.dialog === dialog, withdraw);
  }

  /** An answer has RTCP come to the port of RTP: the offer's port for it is needless. */
  mux(offerer: AlgSide, line: number, withdraw: (group: string) => void): void {
    const isMeant = (entry: Entry) => entry.side === offerer && entry.line === line && entry.isRtcp;
    this.remove(isMeant, withdraw);
  }

  private remove(isMeant: (entry: Entry) => boolean, withdraw: (group: string) => void): void {
    for (const [group, entry] of this.entries) {
      if (!isMeant(entry)) continue;
      this.entries.delete(group);
      this.keep(-1);
      withdraw(group);
    }
  }
}

/** A dialog is known by both tags; requests may go either way. null before there are both. */
function dialogOf({ fromTag, toTag }: SipMessage): string | null {
  if (fromTag === '' || toTag === '') return null;
  return fromTag < toTag ? `${fromTag} ${toTag}` : `${toTag} ${fromTag}`;
}

/** The calls of a session. */
export class SipCalls {
  private readonly calls = new Map<string, SipCall>();
  private readonly output: Pick<AlgOutput, 'exceeded' | 'keep'>;

  constructor(output: Pick<AlgOutput, 'exceeded' | 'keep'>) {
    this.output = output;
  }

  find(callId: string): SipCall | undefined {
    return this.calls.get(callId);
  }

  /** The call; it is now the one that is forgotten last. One that finds no room is not remembered. */
  open(callId: string): SipCall {
    const known = this.calls.get(callId);
    if (known === undefined && !this.output.keep(1)) return new SipCall(() => false);
    const call = known ?? new SipCall((items) => this.output.keep(items));
    this.calls.delete(callId);
    this.calls.set(callId, call);
    return call;
  }

  /** Forgets the call if nothing of it can be withdrawn, or else the oldest one if there are too many. */
  settle(callId: string): void {
    if (this.calls.get(callId)?.isEmpty === true) this.forget(callId);
    if (this.calls.size <= CALLS_MAX) return;
    const [oldest] = this.calls.keys();
    if (oldest !== undefined) this.forget(oldest);
    this.output.exceeded('calls');
  }

  private forget(callId: string): void {
    this.output.keep(-(this.calls.get(callId)?.items ?? 0));
    this.calls.delete(callId);
  }
}
