/**
 * This file drives several firewalls side by side with one reading and one decoding of the frames.
 *
 * The firewalls share one view. A frame is attached once, and each firewall takes it in turn; what one of
 * them attaches besides (an assembled fragment, the inside of a tunnel) is undone before the next. Each
 * keeps its own clock, so what is due in one fires just as it would if it were alone.
 */

import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { attachFrame } from './attach-frame.ts';
import type { Firewall } from './firewall.ts';

export class SideBySide {
  private readonly firewalls: readonly Firewall[];
  private readonly interfaces: readonly CaptureInterface[];
  private readonly view: PacketView;

  /**
   * @param firewalls made with `view`, and with the same interfaces
   * @param interfaces the replay's capture interfaces; may grow while it runs
   */
  constructor(
    firewalls: readonly Firewall[],
    interfaces: readonly CaptureInterface[],
    view: PacketView,
  ) {
    this.firewalls = firewalls;
    this.interfaces = interfaces;
    this.view = view;
  }

  /** Replays frames `from` to `to` (exclusive) of a batch whose times are filled. */
  replay(batch: FrameBatch, from: number, to: number): void {
    const { firewalls, view } = this;
    for (const firewall of firewalls) firewall.beginRange(batch, from, to);
    const count = firewalls.length;
    const { time, twin: twins } = batch;
    for (let i = from; i < to; i++) {
      const now = time[i]!;
      const twin = twins === null ? 0 : twins[i]!;
      view.twin = twin;
      const status = this.attach(batch, i);
      let attached = view.attachments;
      for (let k = 0; k < count; k++) {
        const firewall = firewalls[k]!;
        // At this firewall clients have no such twin.
        if (twin >= firewall.scale) continue;
        firewall.fireDue(now);
        if (view.attachments !== attached) {
          this.attach(batch, i);
          attached = view.attachments;
        }
        firewall.takeAttached(batch, i, status);
      }
    }
  }

  private attach(batch: FrameBatch, i: number): number {
    const { linkType } = this.interfaces[batch.interfaceIndex[i]!]!;
    return attachFrame(this.view, batch, i, linkType);
  }
}
