/**
 * This file holds the table of counters: PAN-OS names and texts where it has one (panos.md §4.4),
 * and our own for what only a replay can see (prefix `replay_`). Three of the family `flow_ipfrag_`
 * are ours, too: overlap, duplicate, timeout.
 */

import type { Severity } from './event-kinds.ts';

export interface CounterDefinition {
  readonly name: string;
  readonly severity: Severity;
  readonly category: string;
  readonly aspect: string;
  readonly description: string;
}

const row = (
  name: string,
  severity: Severity,
  category: string,
  aspect: string,
  description: string,
): CounterDefinition => ({ name, severity, category, aspect, description });

/** In the order of their numbers. */
// biome-ignore format: a table
export const COUNTERS = [
  row('pkt_recv',             'info', 'packet',  'pktproc',  'Packets received'),
  row('session_allocated',    'info', 'session', 'resource', 'Sessions allocated'),
  row('session_installed',    'info', 'session', 'resource', 'Sessions installed'),
  row('session_freed',        'info', 'session', 'resource', 'Sessions freed'),
  row('flow_policy_nofwd',    'drop', 'flow',    'session',  'Session setup: no destination zone from forwarding'),
  row('flow_tcp_non_syn',     'info', 'flow',    'session',  'Non-SYN TCP packets without session match'),
  row('flow_tcp_non_syn_drop','drop', 'flow',    'session',  'Packets dropped: non-SYN TCP without session match'),
  row('flow_fwd_zonechange',  'drop', 'flow',    'forward',  'Packets dropped: forwarded to different zone'),
  row('tcp_drop_out_of_wnd',  'warn', 'tcp',     'resource', 'out-of-window packets dropped'),
  row('replay_syn_diff_drop', 'drop', 'tcp',     'pktproc',  'SYN with another sequence number on a live session'),
  row('replay_icmp_no_request','drop','flow',    'session',  'ICMP replies without the request that they answer'),
  row('replay_icmp_error_no_session','drop','flow','session','ICMP errors that quote no session'),
  row('flow_ipfrag_recv',     'info', 'flow',    'ipfrag',   'IP fragments received'),
  row('replay_neighbour_discovery','info','flow','parse',    'Neighbour discovery: no session'),
  row('replay_malformed',     'drop', 'flow',    'parse',    'Packets whose headers are malformed'),
  row('replay_truncated',     'info', 'flow',    'parse',    'Packets whose headers the capture cut off'),
  row('replay_not_ip',        'info', 'flow',    'parse',    'Frames without IP'),
  row('replay_link_type',     'warn', 'flow',    'parse',    'Frames of a link type that this version does not decode'),
  row('flow_policy_deny',     'drop', 'flow',    'session',  'Session setup: denied by policy'),
  row('session_alloc_failure','drop', 'session', 'resource', 'Session setup: no free session'),
  row('replay_discard_drop',  'drop', 'flow',    'session',  'Packets dropped: their session is in state DISCARD'),
  row('replay_aged_accelerated','info','session','resource', 'Sessions that aged out early: the table was nearly full'),
  row('replay_icmp_error',    'info', 'flow',    'session',  'ICMP errors: events of the sessions that they quote'),
  row('replay_tcp_zero_flag', 'drop', 'tcp',     'pktproc',  'TCP segments of a session without any flag'),
  row('replay_egress_copy',   'info', 'packet',  'pktproc',  'Egress copies of received packets, not judged again'),
  row('session_discard',      'info', 'session', 'resource', 'Session set to discard by security policy check'),
  row('flow_ipfrag_frag_err', 'drop', 'flow',    'ipfrag',   'Packet dropped: IP fragmentation error'),
  row('flow_ipfrag_overlap',  'warn', 'flow',    'ipfrag',   'IP fragments that lie over others of their datagram'),
  row('flow_ipfrag_duplicate','info', 'flow',    'ipfrag',   'IP fragments received again'),
  row('flow_ipfrag_timeout',  'info', 'flow',    'ipfrag',   'IP datagrams that were not whole within 60 s'),
  row('replay_ipfrag_no_session','drop','flow',  'ipfrag',   'IP fragments whose first never came or met no session'),
  row('replay_ipfrag_given_up','warn','flow',    'ipfrag',   'IP datagrams given up, too many were incomplete at once'),
  row('replay_inner',         'info', 'flow',    'tunnel',   'Packets inside tunnels'),
  row('replay_inner_in_session','info','flow',   'tunnel',   'Packets inside tunnels that are packets of sessions'),
  row('replay_inner_undecoded','info','flow',    'tunnel',   'Packets inside tunnels without IP, cut or malformed'),
  row('replay_tunnel_depth',  'warn', 'flow',    'tunnel',   'Tunnels not looked into: too deep in others'),
  row('replay_drop_stage',    'drop', 'flow',    'pktproc',  'Packets dropped, as a drop-stage capture shows: the model would have passed them'),
  row('replay_drop_unmatched','info', 'packet',  'pktproc',  'Drop-stage frames without the received packet that they are copies of'),
  row('flow_policy_nat',      'drop', 'flow',    'session',  'Session setup: source NAT IP/port allocation error'),
  row('flow_fwd_l3_noroute',  'drop', 'flow',    'forward',  'Packets dropped: no route'),
  row('flow_fwd_l3_ttl_zero', 'drop', 'flow',    'forward',  'Packets dropped: IP TTL reaches zero'),
  row('replay_pbf_discard',   'drop', 'flow',    'session',  'Session setup: discarded by a policy-based forwarding rule'),
  row('replay_egress_unmatched','info','packet', 'pktproc',  'Egress copies without the received packet that they are copies of'),
  row('flow_action_close',    'drop', 'flow',    'pktproc',  'TCP sessions closed via injecting RST'),
  row('flow_action_reset',    'drop', 'flow',    'pktproc',  'TCP clients reset via responding RST'),
  row('tcp_exceed_flow_seg_limit','warn','tcp',  'resource', 'packets dropped due to the limitation on tcp out-of-order packets of a session'),
  row('tcp_exceed_seg_limit', 'warn', 'tcp',     'resource', 'packets dropped due to the limitation on global tcp out-of-order packets'),
  row('ctd_exceed_queue_limit','info','ctd',     'resource', 'Content queue exceeded: packets forwarded without inspection'),
  row('ctd_exceed_queue_limit_drop','drop','ctd','resource', 'Content queue exceeded: packets dropped'),
  row('replay_predict_installed','info','session','resource', 'Predict sessions installed'),
  row('replay_predict_converted','info','session','resource', 'Sessions set up from a predict'),
  row('replay_predict_unused', 'info', 'session', 'resource', 'Predict sessions removed that no packet matched'),
  row('replay_predict_refused','warn', 'session', 'resource', 'Predict sessions not installed: an option refuses them'),
  row('replay_predict_limit',  'warn', 'session', 'resource', 'Predict sessions not installed: too many, or no free session or port'),
  row('replay_alg_sessions_limit','warn','session','resource','Control sessions that no ALG reads: too many at once'),
  row('replay_alg_gap',        'warn', 'session', 'pktproc',  'Parts of control channels that an ALG could not read'),
  row('replay_alg_line',       'warn', 'session', 'pktproc',  'Lines of control channels that were longer than an ALG reads'),
  row('replay_alg_headers',    'warn', 'session', 'pktproc',  'Messages with more headers than an ALG reads'),
  row('replay_alg_media_lines','warn', 'session', 'pktproc',  'Messages with more media lines than an ALG reads'),
  row('replay_alg_message',    'warn', 'session', 'pktproc',  'Messages longer than an ALG reads'),
  row('replay_alg_predicts',   'warn', 'session', 'pktproc',  'Messages that announce more than an ALG takes'),
  row('replay_alg_calls',      'warn', 'session', 'pktproc',  'Calls of one control session beyond those that an ALG keeps'),
  row('replay_alg_kept',       'warn', 'session', 'resource', 'Calls, streams and announcements that ALGs do not remember: too many in all'),
] as const;

export const COUNT_PKT_RECV = 0;
export const COUNT_SESSION_ALLOCATED = 1;
export const COUNT_SESSION_INSTALLED = 2;
export const COUNT_SESSION_FREED = 3;
export const COUNT_POLICY_NOFWD = 4;
export const COUNT_TCP_NON_SYN = 5;
export const COUNT_TCP_NON_SYN_DROP = 6;
export const COUNT_FWD_ZONECHANGE = 7;
export const COUNT_OUT_OF_WINDOW = 8;
export const COUNT_SYN_DIFF = 9;
export const COUNT_ICMP_NO_REQUEST = 10;
export const COUNT_ICMP_ERROR_NO_SESSION = 11;
export const COUNT_IPFRAG_RECV = 12;
export const COUNT_NEIGHBOUR = 13;
export const COUNT_MALFORMED = 14;
export const COUNT_TRUNCATED = 15;
export const COUNT_NOT_IP = 16;
export const COUNT_LINK_TYPE = 17;
export const COUNT_POLICY_DENY = 18;
export const COUNT_ALLOC_FAILURE = 19;
export const COUNT_DISCARD_DROP = 20;
export const COUNT_AGED_ACCELERATED = 21;
export const COUNT_ICMP_ERROR = 22;
export const COUNT_ZERO_FLAG = 23;
export const COUNT_EGRESS_COPY = 24;
export const COUNT_SESSION_DISCARD = 25;
export const COUNT_IPFRAG_ERROR = 26;
export const COUNT_IPFRAG_OVERLAP = 27;
export const COUNT_IPFRAG_DUPLICATE = 28;
export const COUNT_IPFRAG_TIMEOUT = 29;
export const COUNT_IPFRAG_NO_SESSION = 30;
export const COUNT_IPFRAG_GIVEN_UP = 31;
export const COUNT_INNER = 32;
export const COUNT_INNER_IN_SESSION = 33;
export const COUNT_INNER_UNDECODED = 34;
export const COUNT_TUNNEL_DEPTH = 35;
export const COUNT_DROP_STAGE = 36;
export const COUNT_DROP_UNMATCHED = 37;
export const COUNT_POLICY_NAT = 38;
export const COUNT_FWD_NOROUTE = 39;
export const COUNT_FWD_TTL_ZERO = 40;
export const COUNT_PBF_DISCARD = 41;
export const COUNT_EGRESS_UNMATCHED = 42;
export const COUNT_ACTION_CLOSE = 43;
export const COUNT_ACTION_RESET = 44;
export const COUNT_FLOW_SEGMENTS = 45;
export const COUNT_SEGMENTS = 46;
export const COUNT_CTD_QUEUE = 47;
export const COUNT_CTD_QUEUE_DROP = 48;
export const COUNT_PREDICT_INSTALLED = 49;
export const COUNT_PREDICT_CONVERTED = 50;
export const COUNT_PREDICT_UNUSED = 51;
export const COUNT_PREDICT_REFUSED = 52;
export const COUNT_PREDICT_LIMIT = 53;
export const COUNT_ALG_SESSIONS_LIMIT = 54;
export const COUNT_ALG_GAP = 55;
export const COUNT_ALG_LINE = 56;
export const COUNT_ALG_HEADERS = 57;
export const COUNT_ALG_MEDIA_LINES = 58;
export const COUNT_ALG_MESSAGE = 59;
export const COUNT_ALG_PREDICTS = 60;
export const COUNT_ALG_CALLS = 61;
export const COUNT_ALG_KEPT = 62;

/** A run's counters, one number each. */
export function newCounters(): Float64Array {
  return new Float64Array(COUNTERS.length);
}
