/**
 * This file gives fragments their verdict in the packet log: dropped until their datagram is whole,
 * passed on from then.
 */

import type { Waiting } from './datagram-owners.ts';
import type { FragmentListener } from './fragments.ts';
import type { PacketLog } from './packet-log.ts';

/** Where a packet was logged, and its number: the place may be another packet's by then. */
interface Logged {
  readonly node: number;
  readonly packet: number;
}

export class FragmentVerdicts implements FragmentListener {
  private readonly log: PacketLog;
  private readonly pending = new Map<Waiting, Logged[]>();

  constructor(log: PacketLog) {
    this.log = log;
  }

  firstCame(datagram: Waiting): void {
    this.wait(datagram);
  }

  laterCame(datagram: Waiting, flow: number): void {
    this.log.logFragment(flow);
    // Of a packet that was dropped for what it is; or one more copy of what is whole.
    if (datagram.owner?.isRefused === true)
      this.log.setVerdict(this.log.lastNode, this.log.packet, 'refused');
    else if (!datagram.isWhole || datagram.isBroken) this.wait(datagram);
  }

  becameWhole(datagram: Waiting): void {
    for (const { node, packet } of this.pending.get(datagram) ?? []) {
      this.log.setVerdict(node, packet, 'passed');
    }
    this.pending.delete(datagram);
  }

  forgot(datagram: Waiting): void {
    this.pending.delete(datagram);
  }

  private wait(datagram: Waiting): void {
    const { log } = this;
    const { lastNode: node, packet } = log;
    if (node === 0) return;
    log.setVerdict(node, packet, 'waiting');
    const pending = this.pending.get(datagram);
    if (pending === undefined) this.pending.set(datagram, [{ node, packet }]);
    else pending.push({ node, packet });
  }
}
