/**
 * This file remembers which sessions came from a predict, of which parent, and which children a parent
 * has; and which ones would have come from one but for an option. Beside the records: few sessions have
 * relatives.
 */

import type { RefusedFlow } from './predict-row.ts';

/** Children of one parent that are listed by serial; the rest is counted. */
const CHILDREN_MAX = 1000;

/** Where a session comes from. */
export interface Descent {
  /** Serials. */
  readonly parent: number;
  /** Session id of the parent. */
  readonly parentId: number;
  readonly predict: number;
  /** Application whose ALG announced it. */
  readonly alg: string;
}

interface Children {
  readonly serials: number[];
  count: number;
}

const NONE: Children = { serials: [], count: 0 };

export class Families {
  private readonly descents = new Map<number, Descent>();
  private readonly children = new Map<number, Children>();
  private readonly refused = new Map<number, RefusedFlow>();

  /**
   * Notes that the session in `slot`, of this serial, came from a predict.
   *
   * @param parentSlot of the parent, or -1 where that is over
   */
  note(slot: number, serial: number, descent: Descent, parentSlot: number): void {
    this.descents.set(slot, descent);
    if (parentSlot < 0) return;
    let known = this.children.get(parentSlot);
    if (known === undefined) {
      known = { serials: [], count: 0 };
      this.children.set(parentSlot, known);
    }
    known.count++;
    if (known.serials.length < CHILDREN_MAX) known.serials.push(serial);
  }

  /** Where a session comes from; null for one that no predict let through. */
  of(slot: number): Descent | null {
    return this.descents.size === 0 ? null : (this.descents.get(slot) ?? null);
  }

  /** Serials of a session's children, in order. */
  childrenOf(slot: number): readonly number[] {
    return this.children.size === 0 ? NONE.serials : (this.children.get(slot) ?? NONE).serials;
  }

  /** How many children a session has; more than are listed, perhaps. */
  countOf(slot: number): number {
    return this.children.size === 0 ? 0 : (this.children.get(slot) ?? NONE).count;
  }

  /** The session in `slot` was announced, and an option refused it. */
  noteRefused(slot: number, flow: RefusedFlow): void {
    this.refused.set(slot, flow);
  }

  /** What refused a session that was announced; null for any other. */
  refusedOf(slot: number): RefusedFlow | null {
    return this.refused.size === 0 ? null : (this.refused.get(slot) ?? null);
  }

  /** The session in `slot` is over. */
  forget(slot: number): void {
    if (this.refused.size > 0) this.refused.delete(slot);
    if (this.descents.size > 0) this.descents.delete(slot);
    if (this.children.size > 0) this.children.delete(slot);
  }
}
