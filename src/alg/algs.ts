/** This file lists the ALGs. */

import type { AlgKind } from './alg.ts';
import { FTP } from './ftp.ts';
import { H225, H245 } from './h323.ts';
import { PORTMAPPER } from './portmapper.ts';
import { PPTP } from './pptp.ts';
import { RTSP } from './rtsp.ts';
import { SIP } from './sip.ts';
import { TFTP } from './tftp.ts';

export const ALGS: readonly AlgKind[] = [FTP, H225, H245, PORTMAPPER, PPTP, RTSP, SIP, TFTP];
