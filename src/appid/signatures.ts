/** This file joins the tables of signatures, and says what an application may turn out to be later. */

import { TCP_SIGNATURES } from './rows-tcp.ts';
import { UDP_SIGNATURES } from './rows-udp.ts';
import type { Signature } from './signature.ts';

/** Every signature, in the order of precedence. */
export const SIGNATURES: readonly Signature[] = [...TCP_SIGNATURES, ...UDP_SIGNATURES];

/**
 * Applications that others begin as: what they may shift to within the budget (panos.md §9, shift). A
 * request that changes to websocket is web-browsing until its headers are whole, one that changes to
 * HTTP/2 until the server agrees; SMB over NetBIOS begins with a session request.
 */
export const SHIFTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['web-browsing', ['websocket', 'http2']],
  ['netbios-ss', ['ms-ds-smb']],
]);

/**
 * Those of them that implicitly use what they begin as (`implicit-use-applications` of App-ID content
 * 517-2824): a rule for them lets it match for the time being. That content has no http2.
 */
export const IMPLICIT: ReadonlyMap<string, readonly string[]> = new Map([
  ['web-browsing', ['websocket']],
  ['netbios-ss', ['ms-ds-smb']],
]);

/**
 * What an application of one's own uses implicitly where it is its parent: the vendor's guide has it for
 * those based on HTTP, SSL, MS-RPC or RTSP.
 */
export const IMPLICIT_PARENTS_OF_CUSTOM: ReadonlySet<string> = new Set([
  'web-browsing',
  'ssl',
  'msrpc',
  'rtsp',
]);
