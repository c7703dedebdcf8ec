/**
 * This file has routes and PBF rules come and go at their times (`from-time`, `until-time`), and all
 * live sessions judged anew then: once for all that changes at one instant.
 */

import type { Lifespan } from '../config/network-config.ts';
import type { Forwarding } from './forwarding.ts';
import type { EngineParts } from './parts.ts';

/** Enters all changes into the schedule. */
export function scheduleRoutes(parts: EngineParts, forwarding: Forwarding): void {
  const { config, egress, schedule } = parts;
  const { fib, pbf } = egress;
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
    if (isElsewhere) forwarding.judgeAll();
  });
}
