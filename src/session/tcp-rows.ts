/**
 * This file holds the life of a TCP session as rows: facts only, no conditions.
 *
 * `classifyTcp` (tcp-tracker.ts) says which input a segment is. A cell without a row keeps phase and
 * timer. In time-wait and after a RST nothing refreshes (CONTRACT: How a packet is judged, TCP).
 */

import type { Row } from './phases.ts';

// biome-ignore format: a table
export const TCP_ROWS: readonly Row[] = [
  // phase          on                 to               timer                 end reason             source
  ['init',          'c2s:syn',         'syn-sent',      'tcp-init',           '-',                   'panos §1.4, §2.1'],
  ['init',          'non-syn',         'established',   'tcp',                '-',                   'panos §1.4 tcp-reject-non-syn'],

  ['syn-sent',      'syn:again',       'syn-sent',      'tcp-init',           '-',                   'panos §1.4 retransmitted SYNs refresh'],
  ['syn-sent',      'syn:peer',        'syn-sent',      'tcp-init',           '-',                   'panos §1.4 simultaneous open'],
  ['syn-sent',      'syn:acked',       'handshake',     'tcp-handshake',      '-',                   'panos §2.1'],
  ['handshake',     'syn:again',       'handshake',     'tcp-handshake',      '-',                   'panos §1.4 retransmitted SYNs refresh'],
  ['handshake',     'syn:peer',        'handshake',     'tcp-handshake',      '-',                   'panos §1.4 split handshake'],
  ['handshake',     'open',            'established',   'tcp',                '-',                   'panos §1.4'],

  ['established',   'packet',          'established',   'tcp',                '-',                   'panos §2.1'],
  ['established',   'syn:acked',       'established',   'tcp',                '-',                   'panos §2.1 after a non-SYN start'],
  ['established',   'open',            'established',   'tcp',                '-',                   'panos §2.1 after a non-SYN start'],
  ['established',   'syn:again',       'established',   'tcp',                '-',                   'CONTRACT TCP: the same SYN belongs to the session'],
  ['half-closed',   'packet',          'half-closed',   'tcp-half-closed',    '-',                   'CONTRACT TCP: half-closed ones refresh'],
  ['half-closed',   'syn:again',       'half-closed',   'tcp-half-closed',    '-',                   'CONTRACT TCP: the same SYN belongs to the session'],

  ['half-closed',   'syn:acked',       'half-closed',   'tcp-half-closed',    '-',                   'CONTRACT TCP: half-closed ones refresh'],
  ['half-closed',   'open',            'half-closed',   'tcp-half-closed',    '-',                   'CONTRACT TCP: half-closed ones refresh'],

  ['syn-sent',      'fin:first',       'half-closed',   'tcp-half-closed',    'tcp-fin',             'panos §3.1 one or both hosts sent FIN'],
  ['handshake',     'fin:first',       'half-closed',   'tcp-half-closed',    'tcp-fin',             'panos §3.1 one or both hosts sent FIN'],
  ['established',   'fin:first',       'half-closed',   'tcp-half-closed',    'tcp-fin',             'panos §1.4'],
  ['half-closed',   'fin:second',      'time-wait',     'tcp-time-wait',      'tcp-fin',             'panos §1.4'],

  ['syn-sent',      'c2s:rst',         'reset-opening', 'keep',               'tcp-rst-from-client', 'CONTRACT TCP: RST in the handshake keeps the timer'],
  ['syn-sent',      's2c:rst',         'reset-opening', 'keep',               'tcp-rst-from-server', 'CONTRACT TCP: RST in the handshake keeps the timer'],
  ['syn-sent',      'c2s:rst-inexact', 'reset-opening', 'keep',               'tcp-rst-from-client', 'CONTRACT TCP: RST in the handshake keeps the timer'],
  ['syn-sent',      's2c:rst-inexact', 'reset-opening', 'keep',               'tcp-rst-from-server', 'CONTRACT TCP: RST in the handshake keeps the timer'],
  ['handshake',     'c2s:rst',         'reset-opening', 'keep',               'tcp-rst-from-client', 'CONTRACT TCP: RST in the handshake keeps the timer'],
  ['handshake',     's2c:rst',         'reset-opening', 'keep',               'tcp-rst-from-server', 'CONTRACT TCP: RST in the handshake keeps the timer'],
  ['handshake',     'c2s:rst-inexact', 'reset-opening', 'keep',               'tcp-rst-from-client', 'CONTRACT TCP: RST in the handshake keeps the timer'],
  ['handshake',     's2c:rst-inexact', 'reset-opening', 'keep',               'tcp-rst-from-server', 'CONTRACT TCP: RST in the handshake keeps the timer'],
  ['reset-opening', 'c2s:rst',         'reset-opening', 'keep',               'tcp-rst-from-client', 'panos §3.1 highest reason'],
  ['reset-opening', 'c2s:rst-inexact', 'reset-opening', 'keep',               'tcp-rst-from-client', 'panos §3.1 highest reason'],

  ['established',   'c2s:rst',         'time-wait',     'tcp-time-wait',      'tcp-rst-from-client', 'panos §1.4'],
  ['established',   's2c:rst',         'time-wait',     'tcp-time-wait',      'tcp-rst-from-server', 'panos §1.4'],
  ['established',   'c2s:rst-inexact', 'rst-wait',      'tcp-unverified-rst', 'tcp-rst-from-client', 'panos §1.4'],
  ['established',   's2c:rst-inexact', 'rst-wait',      'tcp-unverified-rst', 'tcp-rst-from-server', 'panos §1.4'],
  ['half-closed',   'c2s:rst',         'time-wait',     'tcp-time-wait',      'tcp-rst-from-client', 'panos §1.4'],
  ['half-closed',   's2c:rst',         'time-wait',     'tcp-time-wait',      'tcp-rst-from-server', 'panos §1.4'],
  ['half-closed',   'c2s:rst-inexact', 'rst-wait',      'tcp-unverified-rst', 'tcp-rst-from-client', 'panos §1.4'],
  ['half-closed',   's2c:rst-inexact', 'rst-wait',      'tcp-unverified-rst', 'tcp-rst-from-server', 'panos §1.4'],
  ['rst-wait',      'c2s:rst',         'time-wait',     'tcp-time-wait',      'tcp-rst-from-client', 'panos §1.4 a verified RST follows'],
  ['rst-wait',      's2c:rst',         'time-wait',     'tcp-time-wait',      'tcp-rst-from-server', 'panos §1.4 a verified RST follows'],
  ['rst-wait',      'c2s:rst-inexact', 'rst-wait',      'keep',               'tcp-rst-from-client', 'panos §3.1 highest reason'],
  ['time-wait',     'c2s:rst',         'time-wait',     'keep',               'tcp-rst-from-client', 'panos §3.1 a FIN followed by a RST logs the RST'],
  ['time-wait',     's2c:rst',         'time-wait',     'keep',               'tcp-rst-from-server', 'panos §3.1 a FIN followed by a RST logs the RST'],
  ['time-wait',     'c2s:rst-inexact', 'time-wait',     'keep',               'tcp-rst-from-client', 'panos §3.1 a FIN followed by a RST logs the RST'],
  ['time-wait',     's2c:rst-inexact', 'time-wait',     'keep',               'tcp-rst-from-server', 'panos §3.1 a FIN followed by a RST logs the RST'],

  ['time-wait',     'syn:new-isn',     'closed',        'none',               'tcp-reuse',           'CONTRACT TCP: reuse'],
  ['rst-wait',      'syn:new-isn',     'closed',        'none',               'tcp-reuse',           'CONTRACT TCP: reuse'],
  ['reset-opening', 'syn:new-isn',     'closed',        'none',               'tcp-reuse',           'CONTRACT TCP: reuse'],
];
