/** This file defines a signature: how an application shows in the first payload of a session. */

import type { Piece, Verdict } from './piece.ts';

/** Whose payload is looked at. */
export type SignatureSide = 'c2s' | 's2c' | 'either';

/** What is looked for in a payload. */
export interface SignatureForm {
  /** The vendor's name of the application (panos.md §9); see `note` where it has none. */
  readonly application: string;
  readonly transport: 'tcp' | 'udp' | 'sctp';
  readonly side: SignatureSide;
  /**
   * How the payload begins: patterns (net/byte-pattern.ts), of which one is enough; and, behind it, what a
   * pattern cannot say. One of the two at least. First bytes that the check asks for anyway are worth a
   * pattern: most payloads never come to the check then.
   */
  readonly begins?: readonly string[];
  readonly check?: (piece: Piece) => Verdict;
  /** Destination ports outside which the signature does not count; for what too much looks like. */
  readonly ports?: readonly number[];
  /** An application that it shifts from: what that one's payload says is read. */
  readonly parent?: string;
  /** It asks what a decoder reads, which goes on where identification has used up its budget. */
  readonly isDecoded?: boolean;
  /** Where the form is defined: RFC and section, or another public document. */
  readonly source: string;
}

/** One row of the built-in tables. */
export interface Signature extends SignatureForm {
  /** Payload that is the application's: a pattern of exact bytes (hexadecimal and quoted text). */
  readonly example: string;
  /** UDP: the datagram that the same side sent before the example, where one alone tells nothing. */
  readonly before?: string;
  /** Payload that is nearly alike, and not the application's. */
  readonly unlike: string;
  /** What a reader should know: a name that is ours, a doubt. */
  readonly note?: string;
}
