/** This file lists the ALGs. */

import type { AlgKind } from './alg.ts';
import { RTSP } from './rtsp.ts';
import { SIP } from './sip.ts';

export const ALGS: readonly AlgKind[] = [RTSP, SIP];
