/**
 * This file has routes and PBF rules come and go at their times (`from-time`, `until-time`), and all
 * live sessions judged anew then: once for all that changes at one instant.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type { Lifespan } from '../config/network-config.ts';
import type { Egress } from '../slowpath/egress.ts';
import type { Forwarding } from './forwarding.ts';
import type { EngineParts } from './parts.ts';

/** Enters the changes of every configuration into the schedule. */
export function scheduleRoutes(parts: EngineParts, forwarding: Forwarding): void {
  for (const [config, egress] of parts.egresses) scheduleOne(parts, forwarding, config, egress);
}

/** Those of one configuration, which need not be in force: then nothing is judged by it. */
function scheduleOne(
  parts: EngineParts,
  forwarding: Forwarding,
  config: FirewallConfig,
  { fib, pbf }: Egress,
): void {
  const { schedule } = parts;
  let isDirty = false;
  let isPbfDirty = false;
  const follow = ({ from, until }: Lifespan, setActive: (isActive: boolean) => void) => {
    let hasBegun = from === null;
    let hasEnded = false;
    // Whatever the order: what ends before it begins is never there.
    const tell = () => {
      isDirty = true;
      setActive(hasBegun && !hasEnded);
    };
    if (from !== null) {
      schedule.add(from, () => {
        hasBegun = true;
        tell();
      });
    }
    if (until !== null) {
      schedule.add(until, () => {
        hasEnded = true;
        tell();
      });
    }
  };
  config.routes?.forEach(({ lifespan }, i) => {
    follow(lifespan, (isActive) => fib.setActive(i, isActive));
  });
  config.pbf.forEach(({ lifespan }, i) => {
    follow(lifespan, (isActive) => {
      isPbfDirty = true;
      pbf?.setActive(i, isActive);
    });
  });
  schedule.addAfterwards(() => {
    if (!isDirty) return;
    const isElsewhere = fib.settle() || isPbfDirty;
    isDirty = false;
    isPbfDirty = false;
    if (isElsewhere && parts.config === config) forwarding.judgeAll();
  });
}
