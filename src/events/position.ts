/**
 * This file holds where a replay stands: the time, and the packet in hand.
 *
 * The time lives in a typed array because a double that is handed from function to function would
 * be a new heap number each time.
 */

/** Shared by everything that notes when and at which packet something happened. */
export class Position {
  /** `clock[0]`: nanoseconds since `epochSeconds`. */
  readonly clock = new Float64Array(1);
  /** Seconds since 1970 that the clock counts from. */
  epochSeconds = 0;
  /** Number of the packet in hand, from 1; 0 between packets, when timers fire. */
  packet = 0;
  /** Index of the packet's input file. */
  file = 0;
  /** The packet's frame number in that file. */
  frame = 0;

  /** Between packets: what happens now has no frame. */
  clearPacket(): void {
    this.packet = 0;
    this.file = 0;
    this.frame = 0;
  }
}
