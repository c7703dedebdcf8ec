/** This file defines who reads, of an application that was identified, what its payload says in clear. */

import type { AppDetail, DetailKey } from '../../session/app-detail.ts';
import type { ClientHello } from '../hello.ts';
import type { Piece } from '../piece.ts';

/**
 * Reads what a side's bytes (TCP: its stream so far) or a datagram say, into what is known; true once
 * that side has no more to say. It may be shown the same bytes again, with more behind them.
 */
export type ReadDetail = (piece: Piece, into: AppDetail) => boolean;

/** Longest value that is kept; a longer one is left out, for a part of a name is another name. */
const TEXT_MAX = 255;

/** Which side speaks: bits by side, 1 for c2s, 2 for s2c. */
export const CLIENT = 1;
export const SERVER = 2;

/** What an application has to say. */
export interface DetailSource {
  /** Bits of the sides that are listened to. */
  readonly sides: number;
  /** Bytes that a reader of one session may take for itself. */
  readonly bytes: number;
  /** A reader for one session. */
  newReader(): ReadDetail;
}

/** A source whose readers remember nothing. */
export function plainSource(sides: number, read: ReadDetail): DetailSource {
  return { sides, bytes: 0, newReader: () => read };
}

/** Enters a value that is there and not too long; the first one stays. */
export function enter(into: AppDetail, key: DetailKey, value: string | null): void {
  if (value === null || value === '' || value.length > TEXT_MAX) return;
  if (!Object.hasOwn(into, key)) into[key] = value;
}

/** Enters what a client's hello says; nothing of one that could not be read. */
export function enterHello(hello: ClientHello | null, into: AppDetail): void {
  if (hello === null) return;
  enter(into, 'sni', hello.serverName);
  if (hello.protocols.length > 0) into.alpn = hello.protocols;
}
