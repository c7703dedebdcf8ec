/** This file gives operational commands in the middle of a capture (`commands:`), at their times. */

import type { TimedCommand } from '../config/offload-config.ts';
import { EVENT_COMMAND } from '../events/event-kinds.ts';
import { FLAG_OFFLOAD_READY, HOT_WORDS, STATE } from '../session/layout.ts';
import { slotsBySerial } from '../session/live-slots.ts';
import type { EngineParts } from './parts.ts';

/** Schedules the commands; of one time they come after a commit. */
export function scheduleCommands(parts: EngineParts): void {
  parts.config.commands.forEach((timed, index) => {
    parts.schedule.add(timed.at, () => give(parts, timed, index));
  });
}

/**
 * `set session offload no` brings every session back at once, `yes` hands those that are there over
 * again by their next packet.
 *
 * @source session-lesson: "every existing offloaded session is pulled back to Dataplane immediately, plus
 *   all future sessions stay there"
 * @confidence documented there; that sessions go back to hardware is inferred
 */
function give(
  { table, log, position, offloads }: EngineParts,
  { command }: TimedCommand,
  i: number,
) {
  log.append(EVENT_COMMAND, position, 0, i, 0);
  if (offloads === null) return;
  offloads.toggle.command(command);
  for (const slot of slotsBySerial(table)) {
    const isReady = (table.hot[slot * HOT_WORDS + STATE]! & FLAG_OFFLOAD_READY) !== 0;
    if (isReady) offloads.reconsider(slot, false);
  }
}
