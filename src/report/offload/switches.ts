/** This file tells when offload was switched by operational commands: `commands:` of the configuration. */

import type { GivenCommand } from '../../engine/commands.ts';
import { formatTime } from '../../net/time.ts';
import type { TimePoint } from '../../net/time-span.ts';

/** Commands of so many are told. */
const SWITCHES_MAX = 100;

/** Those that were given, the first ones. */
export function offloadSwitches(given: readonly GivenCommand[], first: TimePoint | null) {
  if (first === null) return [];
  return given.slice(0, SWITCHES_MAX).map(({ second, nanosecond, command }) => ({
    time: formatTime(second, nanosecond),
    /** After the first packet. */
    seconds: second - first.second + (nanosecond - first.nanosecond) / 1e9,
    command,
  }));
}
