/**
 * This file holds the generator's clock: a binary heap of flows by the time of their next packet.
 */

/** Returned by `Flow.step` after a flow's last packet. */
export const FLOW_DONE = -1;

/** Something that sends one packet at a time. */
export interface Flow {
  /** Sends one packet at `now` (µs); returns the µs until the next one, or FLOW_DONE. */
  step(now: number): number;
}

/** Flows in the order of their next packet. */
export class EventQueue {
  private readonly times: number[] = [];
  private readonly flows: Flow[] = [];

  /** Flows waiting. */
  get size(): number {
    return this.times.length;
  }

  /** Files a flow for `time`. */
  push(time: number, flow: Flow): void {
    const { times, flows } = this;
    let at = times.length;
    times.push(time);
    flows.push(flow);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent]! <= time) break;
      times[at] = times[parent]!;
      flows[at] = flows[parent]!;
      at = parent;
    }
    times[at] = time;
    flows[at] = flow;
  }

  /** Lets the earliest flow send, files it again, and returns the time; -1 when none waits. */
  advance(): number {
    const time = this.times[0];
    if (time === undefined) return -1;
    const flow = this.flows[0]!;
    const delay = flow.step(time);
    if (delay === FLOW_DONE) this.replaceFirst(this.times.pop()!, this.flows.pop()!);
    else this.replaceFirst(time + Math.max(1, Math.round(delay)), flow);
    return time;
  }

  /** Puts an entry where the first one was and lets it sink. */
  private replaceFirst(time: number, flow: Flow): void {
    const { times, flows } = this;
    const size = times.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      times[at] = times[child]!;
      flows[at] = flows[child]!;
      at = child;
    }
    times[at] = time;
    flows[at] = flow;
  }
}
