/** This file makes an application's own timers of what the file says, and of the content's. */

import type { TimerOverrides } from './firewall-config.ts';
import type { FirewallFile } from './schema.ts';

type Written = NonNullable<FirewallFile['applications']>[string];

/** Timers of App-ID content in seconds; `timeout` is for every protocol without its own. */
export interface ContentTimers {
  readonly timeout?: number;
  readonly tcp?: number;
  readonly udp?: number;
  readonly halfClosed?: number;
  readonly timeWait?: number;
}

/** `tcp-timeout` and `udp-timeout` beat `timeout`; all that the file says beats the content. */
export function timersOf(
  written: Written | undefined,
  content: ContentTimers,
): TimerOverrides | null {
  return orNull({
    tcp: written?.['tcp-timeout'] ?? written?.timeout ?? content.tcp ?? content.timeout ?? null,
    udp: written?.['udp-timeout'] ?? written?.timeout ?? content.udp ?? content.timeout ?? null,
    default: written?.timeout ?? content.timeout ?? null,
    tcpHalfClosed: written?.['tcp-half-closed-timeout'] ?? content.halfClosed ?? null,
    tcpTimeWait: written?.['tcp-time-wait-timeout'] ?? content.timeWait ?? null,
  });
}

/** Overrides, or null where they override nothing. */
export function orNull(overrides: TimerOverrides): TimerOverrides | null {
  return Object.values(overrides).every((value) => value === null) ? null : overrides;
}
