/** This file orders predicts by their deadlines, then serials: a binary heap that knows who is where. */

import type { Predict } from './predict.ts';

export class PredictDeadlines {
  /** No predict is due before this time; ns since the epoch. */
  nextNs = Number.POSITIVE_INFINITY;

  private readonly heap: Predict[] = [];

  /** Enters a predict whose deadline and serial are set. */
  add(predict: Predict): void {
    this.heap.push(predict);
    this.rise(this.heap.length - 1, predict);
    this.note();
  }

  /** Takes out a predict that is there. */
  remove(predict: Predict): void {
    const { heap } = this;
    const i = predict.heapIndex;
    const last = heap.pop()!;
    predict.heapIndex = -1;
    if (last !== predict) {
      this.sink(i, last);
      this.rise(last.heapIndex, last);
    }
    this.note();
  }

  /** The predict that is due first, at or before `now`; it stays. null without one. */
  first(now: number): Predict | null {
    const first = this.heap[0];
    return first === undefined || first.deadlineNs > now ? null : first;
  }

  /** Moves every deadline by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    for (const predict of this.heap) predict.deadlineNs += deltaNs;
    this.note();
  }

  /** All of them, in no order. */
  all(): readonly Predict[] {
    return this.heap;
  }

  private note(): void {
    this.nextNs = this.heap[0]?.deadlineNs ?? Number.POSITIVE_INFINITY;
  }

  private rise(from: number, predict: Predict): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      const other = this.heap[parent]!;
      if (isBefore(other, predict)) break;
      this.put(i, other);
      i = parent;
    }
    this.put(i, predict);
  }

  private sink(from: number, predict: Predict): void {
    const { heap } = this;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(predict, heap[child]!)) break;
      this.put(i, heap[child]!);
      i = child;
    }
    this.put(i, predict);
  }

  private put(i: number, predict: Predict): void {
    this.heap[i] = predict;
    predict.heapIndex = i;
  }
}

function isBefore(a: Predict, b: Predict): boolean {
  return a.deadlineNs === b.deadlineNs ? a.serial < b.serial : a.deadlineNs < b.deadlineNs;
}
