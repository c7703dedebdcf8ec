/**
 * This file compares sessions with what Suricata's own tests say of flows and packets: how many flows,
 * how many dropped packets, whether a stream is followed. Most of their checks are about content; it
 * says how many it compares.
 */

import { afterAll, describe, expect, test } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { communityId } from '../../src/report/community-id.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { oneZone } from '../support/one-zone.ts';
import { type Replayed, replayFiles } from '../support/replay-file.ts';
import { type SuricataMatch, suricataChecks, suricataCount } from '../support/suricata-truth.ts';
import { HAS_CAPTURES, noteSkipped, publicPath } from '../support/truth-files.ts';

const TEST_FILE = 'suricata-flows.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const FLOOD = 'surv__firewall__tcp-session-syn-flood-drop-precedence.pcap';
const RFB = 'surv__rfb-protocol-3.3__06-vnc-Password-3.3.pcap';
const DHCP = 'surv__dhcp-request-flood__test.pcap';
const SPLIT = 'surv__tcp-split-handshake-01-4whs__split-handshake-4whs.pcap';
const MIDSTREAM = 'surv__alert-testmyids-midstream.pcap';
const ONE_SIDED = 'surv__bug-2491-01__simple_http_download.onesided.pcap';
const HTTP2 = 'surv__http2-range__http2-range.pcap';
const DOWNLOAD = 'surv__ftp__ftp-download-active.pcap';
const UPLOAD = 'surv__ftp__ftp-upload-active.pcap';
const FILES = [FLOOD, RFB, DHCP, SPLIT, MIDSTREAM, ONE_SIDED, HTTP2, DOWNLOAD, UPLOAD];

/** Checks of flows and drops that have no counterpart here, with the reason. */
// biome-ignore format: a table
const NOT_COMPARED: readonly { file: string; test: string; match: SuricataMatch; reason: string }[] = [
  { file: FLOOD, test: 'syn-flood', match: { event_type: 'drop', 'alert.signature_id': 1002, 'drop.reason': 'firewall rules' }, reason: 'a rule that drops from the 101st SYN a second on: flood protection is not modelled' },
  { file: DOWNLOAD, test: 'drop-by-dynamic-port', match: { event_type: 'drop' }, reason: 'a rule that drops by what the FTP reply says: waits for the FTP gateway' },
];

const DENY_ALL = `zones: {all: {networks: [0.0.0.0/0]}}
rules: [{name: deny-all, action: drop}]
`;
let compared = 0;

/** Number that Suricata's test expects. */
function count(file: string, testName: string, match: SuricataMatch): number {
  compared++;
  return suricataCount(file, testName, match);
}

function replay(file: string, session = ''): Promise<Replayed> {
  return replayFiles([publicPath(file)], { config: oneZone(session), drain: true });
}

function packetsOf(rows: readonly SessionRow[]): number {
  return rows.reduce((sum, row) => sum + row.c2s.packets + row.s2c.packets, 0);
}

/** Packets that the firewall did not pass on. */
function droppedOf({ sessions, counter }: Replayed): number {
  const inSessions = sessions.reduce((sum, row) => sum + row.c2s.dropped + row.s2c.dropped, 0);
  return inSessions + counter('flow_tcp_non_syn_drop') + counter('flow_policy_nofwd');
}

function wasActive(row: SessionRow): boolean {
  return row.transitions.some((transition) => transition.to === 'ACTIVE');
}

describe.skipIf(!HAS_CAPTURES)('sessions against Suricata’s tests', () => {
  test('a flood of SYNs: a session a SYN, and with a denying rule a DISCARD session', async () => {
    const test = 'syn-flood';
    const dropped = count(FLOOD, test, { event_type: 'flow', 'flow.action': 'drop' });
    const total = suricataChecks(FLOOD).find(({ match }) => 'stats.firewall.blocked' in match)!;
    const { 'stats.firewall.accepted': accepted, 'stats.firewall.blocked': blocked } = total.match;
    compared++;
    const { sessions } = await replay(FLOOD);
    expect(packetsOf(sessions)).toBe(Number(accepted) + Number(blocked));
    // Each blocked packet is a flow of its own, so each packet is.
    expect(dropped).toBe(blocked);
    expect(sessions).toHaveLength(packetsOf(sessions));
    const config = parseFirewallConfig(DENY_ALL, 'deny-all.yaml');
    const denied = await replayFiles([publicPath(FLOOD)], { config, drain: true });
    expect(denied.sessions.map((row) => row.endReason)).toEqual(sessions.map(() => 'policy-deny'));
    expect(droppedOf(denied)).toBe(packetsOf(sessions));
  });

  test('one flow of VNC with its Community ID', async () => {
    const flows = count(RFB, 'rfb-protocol-3.3', { event_type: 'flow', app_proto: 'rfb' });
    const { sessions } = await replay(RFB);
    expect(sessions).toHaveLength(flows);
    const id = communityId(sessions[0]!);
    expect(count(RFB, 'rfb-protocol-3.3', { event_type: 'rfb', community_id: id })).toBe(1);
  });

  test('a flood of DHCP requests is one session with a packet a message', async () => {
    const { sessions } = await replay(DHCP);
    expect(sessions).toHaveLength(1);
    expect(packetsOf(sessions)).toBe(count(DHCP, 'dhcp-request-flood', { event_type: 'dhcp' }));
  });

  test('a split handshake opens the session: content is found in its stream', async () => {
    const sent = { event_type: 'alert', 'alert.signature_id': 2 };
    const found = count(SPLIT, 'split-handshake', sent);
    const { sessions } = await replay(SPLIT);
    expect(sessions.map((row) => [wasActive(row), row.c2s.dropped + row.s2c.dropped])).toEqual([
      [true, 0],
    ]);
    expect(sessions[0]!.c2s.layer7Packets + sessions[0]!.s2c.layer7Packets).toBe(found);
  });

  test('midstream: followed with tcp-reject-non-syn: no, else all dropped', async () => {
    const answers = count(MIDSTREAM, 'midstream', { event_type: 'alert', src_port: 80 });
    const { sessions } = await replay(MIDSTREAM, 'tcp-reject-non-syn: no');
    expect(sessions.map((row) => [wasActive(row), row.endReason])).toEqual([[true, 'tcp-fin']]);
    // The alert is about one packet of the server, which is who is seen first.
    expect([sessions[0]!.sport, sessions[0]!.c2s.layer7Packets]).toEqual([80, answers]);
    expect((await replay(MIDSTREAM)).sessions).toEqual([]);
  });

  test('one side only: a suspect of asymmetric routing', async () => {
    // With async-oneside Suricata takes it for established; here it never opens (KNOWN_ENDINGS).
    const requests = count(ONE_SIDED, '2491', { event_type: 'alert', 'alert.signature_id': 1 });
    const { sessions } = await replay(ONE_SIDED);
    expect(sessions.map((row) => [row.isAsymmetricSuspect, wasActive(row)])).toEqual([
      [true, false],
    ]);
    expect(sessions[0]!.c2s.layer7Packets).toBeGreaterThanOrEqual(requests);
  });

  test('nothing wrong in five connections of HTTP', async () => {
    const anomalies = count(HTTP2, 'http2-range', { event_type: 'anomaly' });
    const replayed = await replay(HTTP2);
    expect(droppedOf(replayed)).toBe(anomalies);
    expect(replayed.counter('replay_malformed')).toBe(anomalies);
  });

  test.each([
    [DOWNLOAD, 'ruletype-firewall-115'],
    [DOWNLOAD, 'ruletype-firewall-111'],
    [UPLOAD, 'ruletype-firewall-113'],
  ])('%s, %s: nothing is dropped', async (file, testName) => {
    const replayed = await replay(file);
    expect(droppedOf(replayed)).toBe(count(file, testName, { event_type: 'drop' }));
    expect(replayed.sessions.every((row) => row.endReason === 'tcp-fin')).toBe(true);
  });

  test('what is not compared still is in the truth', () => {
    for (const { file, test, match } of NOT_COMPARED) {
      expect(suricataCount(file, test, match)).toBeGreaterThan(0);
    }
  });

  afterAll(() => {
    const all = FILES.reduce((sum, file) => sum + suricataChecks(file).length, 0);
    process.stderr.write(
      `${TEST_FILE}: ${FILES.length} files, ${compared} of ${all} checks compared; ` +
        `${NOT_COMPARED.length} of drops wait, the others are about content\n`,
    );
  });
});
