/**
 * This file keeps packets of live chosen sessions in one pool of 64-byte nodes: of each session the
 * first ones, and of the others the last.
 * The first word of a node leads to the next one of its list; the rest is packet-node.ts's.
 * Node 0 is "none". Every node number comes from `allocate`, so all indexes are in bounds.
 */

export const NODE_WORDS = 16;
export const NODE_F64 = NODE_WORDS / 2;
const NEXT = 0;

/** Packets held at once, of all live chosen sessions: 64 MiB. */
const PACKETS_HELD_MAX = 1 << 20;
const NODES_FIRST = 1024;

/** Nodes in the order of coming. */
interface NodeList {
  first: number;
  last: number;
  count: number;
}

/** What is kept of one session. */
export class KeptPackets {
  readonly head: NodeList = { first: 0, last: 0, count: 0 };
  readonly tail: NodeList = { first: 0, last: 0, count: 0 };

  get count(): number {
    return this.head.count + this.tail.count;
  }
}

export class PacketStore {
  words = new Int32Array(NODES_FIRST * NODE_WORDS);
  f64 = new Float64Array(this.words.buffer);
  /** Packets that are not kept because their session has enough. */
  leftOut = 0;
  /** Packets that are not kept because the pool is full. */
  notHeld = 0;

  private readonly headMax: number;
  private readonly tailMax: number;
  private readonly heldMax: number;
  private issued = 1;
  private free = 0;

  /** @param perSession packets that are kept of a session, half of them its first */
  constructor(perSession: number, heldMax: number = PACKETS_HELD_MAX) {
    this.headMax = Math.ceil(perSession / 2);
    this.tailMax = Math.floor(perSession / 2);
    this.heldMax = heldMax;
  }

  /** A node for one more packet of the session, or 0: then the packet is not kept. */
  add(kept: KeptPackets): number {
    const { head, tail } = kept;
    const isHead = head.count < this.headMax;
    if (!isHead && tail.count === this.tailMax) {
      this.leftOut++;
      return tail.count === 0 ? 0 : this.recycle(tail);
    }
    const node = this.allocate();
    if (node !== 0) {
      this.append(isHead ? head : tail, node);
      return node;
    }
    this.notHeld++;
    return tail.count === 0 ? 0 : this.recycle(tail);
  }

  /** Visits a session's nodes in the order of coming. */
  visit({ head, tail }: KeptPackets, visitor: (node: number) => void): void {
    for (const list of [head, tail]) {
      for (let node = list.first; node !== 0; node = this.words[node * NODE_WORDS + NEXT]!) {
        visitor(node);
      }
    }
  }

  /** Gives a session's nodes back. */
  release({ head, tail }: KeptPackets): void {
    for (const list of [head, tail]) {
      if (list.last === 0) continue;
      this.words[list.last * NODE_WORDS + NEXT] = this.free;
      this.free = list.first;
    }
  }

  /** The oldest of the last packets makes room for the newest. */
  private recycle(tail: NodeList): number {
    const node = tail.first;
    tail.first = this.words[node * NODE_WORDS + NEXT]!;
    tail.count--;
    if (tail.count === 0) tail.last = 0;
    this.append(tail, node);
    return node;
  }

  private append(list: NodeList, node: number): void {
    this.words[node * NODE_WORDS + NEXT] = 0;
    if (list.last === 0) list.first = node;
    else this.words[list.last * NODE_WORDS + NEXT] = node;
    list.last = node;
    list.count++;
  }

  private allocate(): number {
    const node = this.free;
    if (node !== 0) {
      this.free = this.words[node * NODE_WORDS + NEXT]!;
      return node;
    }
    if (this.issued > this.heldMax) return 0;
    if (this.issued * NODE_WORDS === this.words.length) this.grow();
    return this.issued++;
  }

  private grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.f64 = new Float64Array(words.buffer);
  }
}
