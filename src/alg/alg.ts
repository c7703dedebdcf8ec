/**
 * This file defines the shape that all ALGs (application level gateways) share: one reads the control
 * channel of one session, and says which packets are to be let through (panos.md §6). It installs nothing:
 * the engine does, and translates where the session is translated.
 */

/** One word: IPv4. Four words: IPv6. Unsigned 32-bit numbers. */
export type IpWords = readonly [number] | readonly [number, number, number, number];

/** 0 c2s: the control session's client. 1 s2c: its server. */
export type AlgSide = 0 | 1;

/** One end of what is predicted. */
export interface AlgEnd {
  /** On whose side of the firewall the end lies, which gives its zone; null for either. */
  readonly side: AlgSide | null;
  /**
   * The address as the payload has it; `own` is the address that `side` has in the control session; null is
   * any.
   */
  readonly address: IpWords | 'own' | null;
  /** 0 is any. */
  readonly port: number;
}

/** A pinhole that a control message announces. */
export interface PredictRequest {
  /** The vendor's name; the child keeps it. */
  readonly application: string;
  /** IP protocol number. */
  readonly protocol: number;
  /** Who sends the first packet, and to where. */
  readonly from: AlgEnd;
  readonly to: AlgEnd;
  /** What announced it, in the protocol's words: `PORT`, `227`, `INVITE`, `200 INVITE`, `SETUP`, `RRQ`. */
  readonly cause: string;
  /** Which side sent that message. */
  readonly triggeredBy: AlgSide;
  /** What it can be withdrawn by, within the session: a SIP call and its media line, say. */
  readonly group: string;
}

/** A bound of a parser that a message exceeded; what lies beyond was not looked at. Each is a counter. */
export type AlgLimit = 'line' | 'headers' | 'media-lines' | 'message' | 'predicts' | 'calls';

/** Where an ALG says what it found. */
export interface AlgOutput {
  /** Lets a flow through. */
  predict(request: PredictRequest): void;
  /** Withdraws what of a group no flow has used: BYE, CANCEL, an error answer, a TEARDOWN. */
  withdraw(group: string, cause: string): void;
  /** From this packet on nothing can be read: AUTH TLS was accepted. The ALG takes nothing more. */
  blind(cause: string): void;
  /** A bound was exceeded. */
  exceeded(limit: AlgLimit): void;
  /**
   * Whether so many bytes more of what is half read may be kept: there is a bound for all sessions
   * together. A negative number gives them back, which is never refused.
   */
  room(bytes: number): boolean;
  /**
   * Whether so many calls, streams and announcements more may be remembered: there is a bound for all
   * sessions together. A negative number forgets them, which is never refused.
   */
  keep(items: number): boolean;
}

/** What an ALG knows of its session besides the payload. */
export interface AlgSession {
  /** IP protocol number. */
  readonly protocol: number;
  /** Addresses of the c2s flow, before translation. */
  readonly source: IpWords;
  readonly destination: IpWords;
  readonly sport: number;
  readonly dport: number;
}

/** Reads one control session. It never throws, whatever the bytes. */
export interface Alg {
  /**
   * TCP: takes the next bytes that a side sent, in order. UDP: takes one datagram. They lie from `from` to
   * before `to` and are valid during the call only.
   */
  read(side: AlgSide, bytes: Uint8Array, from: number, to: number): void;
  /** Bytes of a side are missing (a lost or cut segment): what was half read is thrown away. */
  gap(side: AlgSide): void;
}

/** One protocol's ALG. */
export interface AlgKind {
  /** The vendor's name of the control application. */
  readonly application: string;
  /** Begins with a session. */
  readonly begin: (session: AlgSession, output: AlgOutput) => Alg;
}
