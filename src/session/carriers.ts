/**
 * This file remembers which session carried another one's first packet in a tunnel. Beside the records:
 * few replays look into tunnels.
 */

export class Carriers {
  /** Serial of the session whose packet carries the one in hand; 0 outside tunnels. */
  current = 0;
  private readonly bySlot = new Map<number, number>();

  /** Notes that the session in `slot` begins with the packet in hand. */
  note(slot: number): void {
    if (this.current !== 0) this.bySlot.set(slot, this.current);
  }

  /** Serial of the session that carried its first packet, or null. */
  of(slot: number): number | null {
    return this.bySlot.size === 0 ? null : (this.bySlot.get(slot) ?? null);
  }

  /** The session in `slot` is over. */
  forget(slot: number): void {
    if (this.bySlot.size > 0) this.bySlot.delete(slot);
  }
}
