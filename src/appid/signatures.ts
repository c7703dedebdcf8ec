/** This file joins the tables of signatures, and says what an application may turn out to be later. */

import { TCP_SIGNATURES } from './rows-tcp.ts';
import { UDP_SIGNATURES } from './rows-udp.ts';
import type { Signature } from './signature.ts';

/** Every signature, in the order of precedence. */
export const SIGNATURES: readonly Signature[] = [...TCP_SIGNATURES, ...UDP_SIGNATURES];

/**
 * Applications that others begin as: what they may shift to within the budget (panos.md §9, shift). A
 * request that changes to websocket is web-browsing until its headers are whole; SMB over NetBIOS
 * begins with a session request.
 */
export const SHIFTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['web-browsing', ['websocket']],
  ['netbios-ss', ['ms-ds-smb']],
]);
