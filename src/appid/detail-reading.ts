/**
 * This file reads on, once the application of a session is known, what that says in clear (details/),
 * within bounds of its own.
 */

import type { AppDetail } from '../session/app-detail.ts';
import type { StreamBudget } from '../stream/tcp-stream.ts';
import type { DetailSource, ReadDetail } from './details/detail-source.ts';
import type { Piece } from './piece.ts';

/**
 * Packets with payload in which details are looked for, from the one that told the application on. Ours:
 * what the vendor reads on for was not read anywhere.
 */
const DETAIL_PACKETS_MAX = 16;

export class DetailReading {
  /** What was read; null where there is nothing to be read. */
  detail: AppDetail | null = null;
  /** Something to be read found no room. */
  isRefused = false;
  /** Bits of the sides that may still say something. */
  speaking = 0;

  private source: DetailSource | null = null;
  private reader: ReadDetail | null = null;
  private packets = 0;
  private readonly budget: StreamBudget;

  constructor(budget: StreamBudget) {
    this.budget = budget;
  }

  /** Begins with a session, after `stop` of the one before. */
  begin(): void {
    this.detail = null;
    this.isRefused = false;
    this.packets = 0;
  }

  /** Reads what an application has to say; false where that is nothing, or is read already. */
  start(source: DetailSource | null): boolean {
    if (source === null || source === this.source) return false;
    this.stop();
    if (source.bytes > 0 && !this.budget.take(source.bytes)) {
      this.isRefused = true;
      return false;
    }
    this.source = source;
    this.reader = source.newReader();
    this.speaking = source.sides;
    this.detail ??= {};
    return true;
  }

  /** Whether somebody reads. */
  get isReading(): boolean {
    return this.reader !== null;
  }

  /** A packet with payload came. */
  countPacket(): void {
    if (this.reader !== null) this.packets++;
  }

  /** Shows a piece to the reader, if its side may still say something. */
  read(piece: Piece): void {
    if (this.reader === null || this.detail === null || !this.speaks(piece.side)) return;
    if (this.reader(piece, this.detail)) this.speaking &= ~(1 << piece.side);
  }

  speaks(side: number): boolean {
    return (this.speaking & (1 << side)) !== 0;
  }

  /** Whether nothing more comes, of sides whose bits say that their streams are open. */
  isOver(open: number): boolean {
    return this.packets >= DETAIL_PACKETS_MAX || (this.speaking & open) === 0;
  }

  /** Bytes that the reader waits for find no room. */
  refuse(): void {
    if (this.reader !== null) this.isRefused = true;
  }

  /** What was read finds no room: it is counted by who keeps it, and no more is read. */
  leave(): void {
    this.detail = null;
    this.speaking = 0;
    this.isRefused = false;
  }

  stop(): void {
    if (this.source !== null) this.budget.give(this.source.bytes);
    this.source = null;
    this.reader = null;
    this.speaking = 0;
  }
}
