/** This file lists the ALGs. */

import type { AlgKind } from './alg.ts';

export const ALGS: readonly AlgKind[] = [];
