/** This file gives operational commands in the middle of a capture (`commands:`), at their times. */

import type { Command, TimedCommand } from '../config/offload-config.ts';
import { EVENT_COMMAND } from '../events/event-kinds.ts';
import { secondAndNanosecond } from '../net/time.ts';
import { FLAG_OFFLOAD_READY, HOT_WORDS, STATE } from '../session/layout.ts';
import { slotsBySerial } from '../session/live-slots.ts';
import type { EngineParts } from './parts.ts';

/** A command that was given. */
export interface GivenCommand {
  /** Seconds since 1970 and nanoseconds. */
  readonly second: number;
  readonly nanosecond: number;
  readonly command: Command;
}

/**
 * Schedules the commands; of one time they come after a commit.
 *
 * @returns those that were given so far, in order
 */
export function scheduleCommands(parts: EngineParts): readonly GivenCommand[] {
  const given: GivenCommand[] = [];
  parts.config.commands.forEach((timed, index) => {
    parts.schedule.add(timed.at, () => {
      const { position } = parts;
      const moment = secondAndNanosecond(position.epochSeconds, position.clock[0]!);
      given.push({ ...moment, command: timed.command });
      give(parts, timed, index);
    });
  });
  return given;
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
