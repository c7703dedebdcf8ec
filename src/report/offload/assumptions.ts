/**
 * This file says in sentences what the estimate of hardware offload rests on: the platform, its refresh,
 * and what is inferred or not confirmed (panos.md §7).
 */

import type { FirewallConfig } from '../../config/firewall-config.ts';
import type { OffloadSettings, Refresh } from '../../config/offload-config.ts';

const REFRESHES: Readonly<Record<Refresh, string>> = {
  'every-packet': 'its packets refresh their session at once',
  'packets-16': 'it refreshes a session every 16 packets of a flow',
  'packets-64': 'it refreshes a session every 64 packets of a flow, or 8 s after one',
};

/** @source panos.md §7: the list of checks is marked as inferred, these parts as unconfirmed */
const INFERRED = 'inferred: when it takes a session over';
const BY_PORTS = 'app-id: ports: an application is identified with its first data';
const UNCONFIRMED =
  'unconfirmed: ICMP and QoS stay on the dataplane, fragments, IP options and TTL 1 come back';

/** Short: they stand on the first screen, one after the other. */
export function offloadAssumptions({
  offload,
  session,
}: Pick<FirewallConfig, 'offload' | 'session'>): string[] {
  const { hasHardware, refresh } = offload;
  if (!hasHardware) return [platformSentence(offload)];
  const list = [platformSentence(offload), REFRESHES[refresh], INFERRED, UNCONFIRMED];
  return session.identifiesByPayload ? list : [...list, BY_PORTS];
}

function platformSentence({ hasHardware, basis, platform }: OffloadSettings): string {
  switch (basis) {
    case 'assumed':
      return 'offload hardware (no platform is named)';
    case 'configured':
      return `${hasHardware ? '' : 'no '}offload hardware (${platform})`;
    case 'unconfirmed':
      return `${platform} has offload hardware (unconfirmed: documented is its network processor)`;
    case 'documented':
      return hasHardware
        ? `${platform} has offload hardware (documented)`
        : `${platform} has no offload hardware (inferred: it is not among the models that have it)`;
  }
}
