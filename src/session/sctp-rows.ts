/**
 * This file holds the life of an SCTP session as rows: facts only, no conditions.
 *
 * `sctpInput` (sctp-inputs.ts) says which input a packet is. What panos.md §2.1 gives is the names of
 * the timers and their lengths; which chunk starts which is by RFC 9260 §4, in the way that TCP's are
 * started. An established session is `active`, whose `idle` timer is SCTP's own.
 */

import type { Row } from './phases.ts';

// biome-ignore format: a table
export const SCTP_ROWS: readonly Row[] = [
  // phase           on                  to               timer            end reason  source
  ['init',           'sctp:init',        'sctp-init',     'sctp-init',     '-',        'panos §2.1 SCTP init'],
  ['init',           'sctp:init-ack',    'sctp-cookie',   'sctp-cookie',   '-',        'RFC 9260 §5.1: the INIT was not captured'],
  ['init',           'sctp:cookie-echo', 'sctp-cookie',   'sctp-cookie',   '-',        'RFC 9260 §5.1: the INIT was not captured'],
  ['init',           'sctp:cookie-ack',  'active',        'idle',          '-',        'RFC 9260 §5.1: the INIT was not captured'],
  ['init',           'sctp:shutdown',    'sctp-shutdown', 'sctp-shutdown', '-',        'RFC 9260 §9.2: the association was not captured'],
  ['init',           'sctp:abort',       'sctp-shutdown', 'sctp-shutdown', '-',        'RFC 9260 §9.1: the association was not captured'],

  ['sctp-init',      'sctp:init',        'sctp-init',     'sctp-init',     '-',        'panos §1.4 as SYNs sent again refresh'],
  ['sctp-init',      'sctp:init-ack',    'sctp-cookie',   'sctp-cookie',   '-',        'panos §2.1 SCTP cookie'],
  ['sctp-init',      'sctp:cookie-echo', 'sctp-cookie',   'sctp-cookie',   '-',        'panos §2.1 SCTP cookie'],
  ['sctp-init',      'sctp:cookie-ack',  'active',        'idle',          '-',        'panos §2.1 SCTP'],
  ['sctp-init',      'packet',           'active',        'idle',          '-',        'RFC 9260 §6: user data only once established'],
  ['sctp-cookie',    'sctp:init-ack',    'sctp-cookie',   'sctp-cookie',   '-',        'panos §2.1 SCTP cookie'],
  ['sctp-cookie',    'sctp:cookie-echo', 'sctp-cookie',   'sctp-cookie',   '-',        'panos §2.1 SCTP cookie'],
  ['sctp-cookie',    'sctp:cookie-ack',  'active',        'idle',          '-',        'panos §2.1 SCTP'],
  ['sctp-cookie',    'packet',           'active',        'idle',          '-',        'RFC 9260 §6: user data only once established'],

  // A restarted end sends INIT on an established association (RFC 9260 §5.2.2).
  ['active',         'sctp:init',        'active',        'idle',          '-',        'panos §2.1 SCTP'],
  ['active',         'sctp:init-ack',    'active',        'idle',          '-',        'panos §2.1 SCTP'],
  ['active',         'sctp:cookie-echo', 'active',        'idle',          '-',        'panos §2.1 SCTP'],
  ['active',         'sctp:cookie-ack',  'active',        'idle',          '-',        'panos §2.1 SCTP'],

  ['active',         'sctp:shutdown',    'sctp-shutdown', 'sctp-shutdown', '-',        'panos §2.1 SCTP shutdown'],
  ['active',         'sctp:abort',       'sctp-shutdown', 'sctp-shutdown', '-',        'panos §2.1 SCTP shutdown'],
  ['sctp-init',      'sctp:shutdown',    'sctp-shutdown', 'sctp-shutdown', '-',        'panos §2.1 SCTP shutdown'],
  ['sctp-cookie',    'sctp:shutdown',    'sctp-shutdown', 'sctp-shutdown', '-',        'panos §2.1 SCTP shutdown'],
  ['sctp-init',      'sctp:abort',       'sctp-shutdown', 'keep',          '-',        'panos §1.4 as a RST in the handshake keeps the timer'],
  ['sctp-cookie',    'sctp:abort',       'sctp-shutdown', 'keep',          '-',        'panos §1.4 as a RST in the handshake keeps the timer'],

  // Nothing refreshes what is over; the next association of the same ports is another session.
  ['sctp-shutdown',  'sctp:new-init',    'closed',        'none',          'unknown',  'panos §3.1 unknown: what no other reason covers'],
];
