/** This file lists the ALGs. */

import type { AlgKind } from './alg.ts';
import { FTP } from './ftp.ts';
import { TFTP } from './tftp.ts';

export const ALGS: readonly AlgKind[] = [FTP, TFTP];
