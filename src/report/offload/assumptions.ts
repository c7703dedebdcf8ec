/**
 * This file says in sentences what the estimate of hardware offload rests on: the platform, its refresh,
 * and what is inferred or not confirmed (panos.md §7).
 */

import type { FirewallConfig } from '../../config/firewall-config.ts';
import type { OffloadSettings, Refresh } from '../../config/offload-config.ts';

const REFRESHES: Readonly<Record<Refresh, string>> = {
  'every-packet': 'Every packet in hardware refreshes its session at once.',
  'packets-16': 'Hardware refreshes a session every 16 packets of a flow.',
  'packets-64': 'Hardware refreshes a session every 64 packets of a flow, or 8 s after one.',
};

/** @source panos.md §7: the list of checks is marked as inferred, these parts as unconfirmed */
const INFERRED = 'When hardware takes a session over is inferred: documented is what it may take.';
const UNCONFIRMED =
  'Not confirmed: ICMP and QoS stay on the dataplane; fragments, IP options and a last TTL come back to it.';

/** Short sentences: they stand on the first screen. */
export function offloadAssumptions({ offload }: Pick<FirewallConfig, 'offload'>): string[] {
  const { hasHardware, refresh } = offload;
  if (!hasHardware) return [platformSentence(offload)];
  return [platformSentence(offload), REFRESHES[refresh], INFERRED, UNCONFIRMED];
}

function platformSentence({ hasHardware, basis, platform }: OffloadSettings): string {
  switch (basis) {
    case 'assumed':
      return 'No platform is named: it has offload hardware.';
    case 'configured':
      return `${platform}: it has ${hasHardware ? '' : 'no '}offload hardware.`;
    case 'unconfirmed':
      return `${platform} has offload hardware: a network processor is documented, session offload is not.`;
    case 'documented':
      return hasHardware
        ? `${platform} has offload hardware (documented).`
        : `${platform} has no offload hardware: it is not among the models that are documented to have it.`;
  }
}
