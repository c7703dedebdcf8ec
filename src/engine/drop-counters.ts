/** This file lists the counters of what may drop a packet of a session. */

import {
  COUNT_CTD_QUEUE_DROP,
  COUNT_DISCARD_DROP,
  COUNT_FLOW_SEGMENTS,
  COUNT_FWD_NOROUTE,
  COUNT_FWD_TTL_ZERO,
  COUNT_FWD_ZONECHANGE,
  COUNT_OUT_OF_WINDOW,
  COUNT_POLICY_DENY,
  COUNT_SEGMENTS,
  COUNT_SYN_DIFF,
  COUNT_ZERO_FLAG,
} from '../events/counters.ts';

/** What may drop a packet of a session; where two did, the first is the reason. */
export const DROP_COUNTERS = [
  COUNT_POLICY_DENY,
  COUNT_DISCARD_DROP,
  COUNT_ZERO_FLAG,
  COUNT_SYN_DIFF,
  COUNT_OUT_OF_WINDOW,
  COUNT_FWD_ZONECHANGE,
  COUNT_FWD_NOROUTE,
  COUNT_FWD_TTL_ZERO,
  COUNT_FLOW_SEGMENTS,
  COUNT_SEGMENTS,
  COUNT_CTD_QUEUE_DROP,
] as const;
