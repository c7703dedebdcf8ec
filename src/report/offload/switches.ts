/** This file tells when offload was switched by operational commands: `commands:` of the configuration. */

import type { TimedCommand } from '../../config/offload-config.ts';
import { formatTime } from '../../net/time.ts';
import { compareTimes, type TimePoint, timeOf } from '../../net/time-span.ts';

/** Commands of so many are told. */
const SWITCHES_MAX = 100;

/** In order of time; those before the first packet have been given by then. */
export function offloadSwitches(commands: readonly TimedCommand[], first: TimePoint | null) {
  if (first === null) return [];
  return commands
    .map(({ at, command }) => ({ at: timeOf(at, first), command }))
    .map(({ at, command }) => ({ at: compareTimes(at, first) < 0 ? first : at, command }))
    .sort((a, b) => compareTimes(a.at, b.at))
    .slice(0, SWITCHES_MAX)
    .map(({ at, command }) => ({
      time: formatTime(at.second, at.nanosecond),
      /** After the first packet. */
      seconds: at.second - first.second + (at.nanosecond - first.nanosecond) / 1e9,
      command,
    }));
}
