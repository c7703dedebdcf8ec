/**
 * This file compares what the ALGs of SIP and RTSP ask for with what others read in the same frames:
 * tshark's fields, the announced ends of the truth files, and the expectations of the Linux kernel's
 * SIP helper. Each announced end must be asked for at the very frame that announces it.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import {
  algSays,
  type ControlFrame,
  type FrameRequest,
  type FrameSays,
  tsharkControls,
} from '../support/alg-frames.ts';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { labScenarios } from '../support/lab.ts';
import {
  HAS_CAPTURES,
  labPath,
  noteSkipped,
  publicPath,
  readConversations,
} from '../support/truth-files.ts';
import { KNOWN_ANNOUNCED, KNOWN_TSHARK } from './known-alg-media.ts';

const CAN_RUN = HAS_CAPTURES && HAS_TSHARK;
if (!CAN_RUN) noteSkipped('alg-media.test.ts', 'no captures, or no tshark');

const PUBLIC = [
  'heplify__sip_ipv4_tcp.pcap',
  'heplify__sip_tcp_websocket.pcap',
  'pkts__cancel.pcap',
  'pkts__pkts-core__src__test__resources__io__pkts__sipp_sll.pcap',
  'pkts__pkts-sip__src__test__resources__io__pkts__fragmented_tcp_sip.pcap',
  'sngrep__aaa.pcap',
  'sngrep__ipv6frag.pcap',
  'surv__sip-sdp__sdp.pcap',
  'trex__cap2__rtsp_short.pcap',
];
const LAB = ['rtsp_udp_open', 'sip_call', 'sip_reinvite', 'sip_rejected'];
const FILES = [
  ...PUBLIC.map((file) => ({ file, path: publicPath(file) })),
  // What the firewall received.
  ...LAB.map((name) => ({ file: name, path: labPath(`${name}.rx.pcapng`) })),
];

const NOTHING: FrameSays = { time: 0, requests: [], withdrawn: [] };

/** The kernel makes its expectations after it received the packet, within so many seconds. */
const KERNEL_SECONDS_MAX = 0.05;

/** An expectation of the kernel, of `truth.json`. */
interface KernelPredict {
  readonly dst: string;
  readonly dport: number;
  readonly created: number;
  readonly fate: string;
}

const endText = (request: FrameRequest) => `${request.host}:${request.to.port}`;
const isMedia = (request: FrameRequest) => request.application !== 'sip';

/** What tshark's fields of a frame announce: RFC 8866 and RFC 3605 in the shortest way. */
function tsharkEnds({ sdpMedia, sdpAddresses, sdpAttributes, kind }: ControlFrame): string[] {
  if (kind === 'rtsp') return [];
  const ends: string[] = [];
  for (const media of sdpMedia) {
    const [, port = '', proto = ''] = media.split(' ');
    if (port === '0') continue;
    // These captures have one address a description, and one media line.
    expect([sdpAddresses.length, sdpMedia.length, proto.includes('RTP/')]).toEqual([1, 1, true]);
    const [address] = sdpAddresses;
    const rtcp = sdpAttributes
      .map((text) => /^rtcp:(\d+)(?: IN IP4 (\S+))?/.exec(text))
      .find(Boolean);
    ends.push(`${address}:${port}`);
    ends.push(`${rtcp?.[2] ?? address}:${rtcp?.[1] ?? Number(port) + 1}`);
  }
  return ends;
}

/** Ports of a Transport header on both sides. */
function transportPorts(transport: string): number[] {
  return [...transport.matchAll(/(?:client|server)_port=(\d+)-(\d+)/g)].flatMap(([, a, b]) => [
    Number(a),
    Number(b),
  ]);
}

function* differences(
  frame: number,
  wanted: readonly string[],
  found: readonly string[],
): Generator<Difference> {
  for (const end of wanted) {
    if (!found.includes(end)) yield { conversation: `${frame} ${end}`, what: 'not asked for' };
  }
  for (const end of found) {
    if (!wanted.includes(end)) yield { conversation: `${frame} ${end}`, what: 'asked for' };
  }
}

const tally = { ends: 0, announced: 0, kernel: 0, contacts: 0, streams: 0 };

describe.skipIf(!CAN_RUN).each(FILES)('$file', ({ file, path }) => {
  let controls: ControlFrame[];
  let says: Map<number, FrameSays>;
  beforeAll(async () => {
    controls = tsharkControls(path);
    says = await algSays(path, controls);
  });
  const at = (frame: number) => says.get(frame) ?? NOTHING;

  test('opens the media that tshark reads in each frame, and no other', () => {
    const found: Difference[] = [];
    for (const control of controls.filter(({ kind }) => kind === 'sip')) {
      const ends = tsharkEnds(control);
      tally.ends += ends.length;
      const asked = at(control.frame).requests.filter(isMedia).map(endText);
      found.push(...differences(control.frame, [...new Set(ends)], [...new Set(asked)]));
    }
    expectKnown(file, found, KNOWN_TSHARK);
  });

  test('opens the ports of a Transport header where a reply has it', () => {
    for (const { frame, transport } of controls.filter(({ kind }) => kind === 'rtsp')) {
      const isReply = transport.includes('server_port');
      const ports = isReply ? transportPorts(transport) : [];
      tally.streams += ports.length;
      const asked = at(frame).requests.map(({ to }) => to.port);
      expect([...asked].sort(), `frame ${frame}`).toEqual([...ports].sort());
      for (const { from, to } of at(frame).requests)
        expect(ports).toEqual(expect.arrayContaining([from.port, to.port]));
    }
  });

  test('says something at frames of SIP and RTSP only, and opens signalling to contacts only', () => {
    const known = new Map(controls.map((control) => [control.frame, control]));
    for (const [frame, { requests }] of says) {
      expect(known.has(frame)).toBe(true);
      for (const request of requests.filter((r) => r.application === 'sip')) {
        tally.contacts++;
        expect(known.get(frame)?.contacts.map(plainHost), `frame ${frame}`).toContain(request.host);
      }
    }
  });

  test.skipIf(!PUBLIC.includes(file))('explains each announced end at its frame', () => {
    const found: Difference[] = [];
    for (const { frame, endpoints } of readConversations(file).announcements) {
      const asked = at(frame).requests.map(endText);
      const ends = endpoints.filter(({ kind }) => /^(?:SDP|RTSP)/.test(kind));
      tally.announced += ends.length;
      const wanted = ends.map(({ ip, port }) => `${ip}:${port}`);
      found.push(
        ...differences(
          frame,
          wanted,
          wanted.filter((end) => asked.includes(end)),
        ),
      );
    }
    expectKnown(file, found, KNOWN_ANNOUNCED);
  });

  test.skipIf(!file.startsWith('sip_'))(
    'asks for what the kernel expects, at the same packet',
    () => {
      const kernel = labScenarios()[file]!.predicts as readonly KernelPredict[];
      const asked = [...says.values()].flatMap(({ time, requests }) =>
        requests.map((request) => ({ time, end: endText(request), group: request.group })),
      );
      const withdrawn = [...says.values()].flatMap((said) => said.withdrawn);
      expect(asked.map(({ end }) => end)).toEqual(
        kernel.map(({ dst, dport }) => `${dst}:${dport}`),
      );
      kernel.forEach(({ created, fate }, i) => {
        const { time, group } = asked[i]!;
        expect(created - time).toBeGreaterThan(0);
        expect(created - time).toBeLessThan(KERNEL_SECONDS_MAX);
        if (fate.startsWith('removed by the helper')) expect(withdrawn).toContain(group);
        tally.kernel++;
      });
    },
  );
});

/** tshark leaves the brackets of IPv6. */
function plainHost(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

describe.skipIf(!CAN_RUN)('all captures', () => {
  test('have every difference that is listed', () => {
    expectCompared(
      [...KNOWN_TSHARK, ...KNOWN_ANNOUNCED],
      FILES.map(({ file }) => file),
    );
  });

  test('were compared', () => {
    expect(tally).toEqual({ ends: 130, announced: 128, kernel: 14, contacts: 33, streams: 12 });
  });
});
