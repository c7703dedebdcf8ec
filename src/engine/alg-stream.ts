/**
 * This file feeds one direction of a control session to its ALG: in order, and past what the capture
 * lacks. A hole is known when the other side has acknowledged what is in it; then the ALG is told, and the
 * stream goes on behind it.
 */

import type { Alg, AlgSide } from '../alg/alg.ts';
import { ahead } from '../session/tcp-sides.ts';
import { type StreamBudget, type StreamReader, TcpStream } from '../stream/tcp-stream.ts';

export class AlgStream implements StreamReader {
  /** Parts that the ALG could not be given. */
  gaps = 0;

  private readonly alg: Alg;
  private readonly side: AlgSide;
  private readonly budget: StreamBudget;
  private stream: TcpStream | null = null;
  private isClosed = false;

  constructor(alg: Alg, side: AlgSide, budget: StreamBudget) {
    this.alg = alg;
    this.side = side;
    this.budget = budget;
  }

  /**
   * The stream, begun if it was not.
   *
   * @param start sequence number of its first byte
   */
  begin(start: number): TcpStream {
    this.stream ??= new TcpStream(start, this, this.budget);
    return this.stream;
  }

  /** Takes a segment of a stream that was begun; the captured part lies from `from` to before `to`. */
  take(sequence: number, bytes: Uint8Array, from: number, to: number, length: number): void {
    const { stream } = this;
    if (stream === null || this.isClosed) return;
    stream.take(sequence, bytes, from, to, length);
    if (stream.state === 'open' || this.isClosed) return;
    // The capture cut a segment, or more waited than may: on with what comes behind.
    this.noteGap();
    stream.restart(sequence + length);
  }

  /** The other side has acknowledged everything before `number`: what lacks of it will not come. */
  acknowledged(number: number): void {
    const { stream } = this;
    if (stream === null) return;
    while (!this.isClosed && stream.isHeldUp && ahead(number, stream.expected) > 0) {
      this.noteGap();
      stream.skipHole();
    }
  }

  read(bytes: Uint8Array, from: number, to: number): boolean {
    if (!this.isClosed) this.alg.read(this.side, bytes, from, to);
    return !this.isClosed;
  }

  /** Nothing more is read; what waits is given back. */
  close(): void {
    this.isClosed = true;
    this.stream?.close('enough');
  }

  private noteGap(): void {
    this.gaps++;
    this.alg.gap(this.side);
  }
}
