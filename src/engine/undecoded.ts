/** This file counts the frames that do not reach the session table, each under its reason. */

import {
  COUNT_LINK_TYPE,
  COUNT_MALFORMED,
  COUNT_NOT_IP,
  COUNT_TRUNCATED,
} from '../events/counters.ts';
import { DECODE_STATUSES, type DecodeStatus } from '../wire/decode-status.ts';
import type { Observations } from './parts.ts';

/** Every other status is a malformed packet. */
const COUNTERS: Readonly<Partial<Record<DecodeStatus, number>>> = {
  'not-ip': COUNT_NOT_IP,
  'several-in-one-frame': COUNT_NOT_IP,
  'link-type-unsupported': COUNT_LINK_TYPE,
  'truncated-by-snap-length': COUNT_TRUNCATED,
};

/** Counts a frame by what `PacketView.attach` said of it. */
export function countUndecoded(
  status: number,
  counters: Float64Array,
  observations: Observations,
): void {
  observations.undecoded[status]!++;
  counters[COUNTERS[DECODE_STATUSES[status]!] ?? COUNT_MALFORMED]!++;
}
