/** This file tests how session descriptions are read, and which ports their media lines open. */

import { describe, expect, it } from 'vitest';
import { writeIp } from '../../src/alg/ip-text.ts';
import { mediaEnds } from '../../src/alg/media-ends.ts';
import { MEDIA_LINES_MAX, parseSdp } from '../../src/alg/sdp.ts';

/** The ends that a description opens: `rtp 17 192.0.2.1:49170`. */
function ends(lines: readonly string[], isAnswer = false) {
  const exceeded: string[] = [];
  const output = { exceeded: (limit: string) => void exceeded.push(limit) };
  const media = parseSdp(lines.join('\r\n'), output);
  const opened = media.flatMap((line) => mediaEnds(line, isAnswer, output));
  return [
    ...opened.map((e) => `${e.kind} ${e.protocol} ${writeIp(e.address)}:${e.port}`),
    ...exceeded.map((limit) => `exceeded ${limit}`),
  ];
}

const C = 'c=IN IP4 192.0.2.1';

describe('a description', () => {
  it.each<[string, string[], string[]]>([
    [
      'opens RTP and RTCP (RFC 3665 §3.1)',
      [C, 't=0 0', 'm=audio 49172 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000'],
      ['rtp 17 192.0.2.1:49172', 'rtcp 17 192.0.2.1:49173'],
    ],
    [
      'opens each media line; one has an address of its own',
      [C, 'm=audio 49170 RTP/AVP 0', 'm=video 51372 RTP/SAVP 99', 'c=IN IP4 198.51.100.7'],
      [
        'rtp 17 192.0.2.1:49170',
        'rtcp 17 192.0.2.1:49171',
        'rtp 17 198.51.100.7:51372',
        'rtcp 17 198.51.100.7:51373',
      ],
    ],
    [
      'has the first of several addresses below a media line',
      [C, 'm=image 4000 udptl t38', 'c=IN IP4 192.0.2.7', 'c=IN IP4 192.0.2.8'],
      ['other 17 192.0.2.7:4000'],
    ],
    [
      'gives the address of one media line to no other',
      ['m=audio 49170 RTP/AVP 0', 'c=IN IP4 198.51.100.7', 'm=video 51372 RTP/AVP 99'],
      ['rtp 17 198.51.100.7:49170', 'rtcp 17 198.51.100.7:49171'],
    ],
    [
      'names the port of RTCP (RFC 3605 §2.1)',
      [C, 'm=audio 49170 RTP/AVP 0', 'a=rtcp:53020'],
      ['rtp 17 192.0.2.1:49170', 'rtcp 17 192.0.2.1:53020'],
    ],
    [
      'names port and address of RTCP (RFC 3605 §2.1)',
      [C, 'm=audio 49170 RTP/AVP 0', 'a=rtcp:53020 IN IP4 126.16.64.4'],
      ['rtp 17 192.0.2.1:49170', 'rtcp 17 126.16.64.4:53020'],
    ],
    [
      'names port and IPv6 address of RTCP (RFC 3605 §2.1)',
      [C, 'm=audio 49170 RTP/AVP 0', 'a=rtcp:53020 IN IP6 2001:2345:6789:ABCD:EF01:2345:6789:ABCD'],
      ['rtp 17 192.0.2.1:49170', 'rtcp 17 2001:2345:6789:abcd:ef01:2345:6789:abcd:53020'],
    ],
    [
      'knows no port of RTCP yet (RFC 8840 §4.1.1)',
      [C, 'm=audio 49170 UDP/TLS/RTP/SAVPF 111', 'a=rtcp:9 IN IP4 0.0.0.0', 'a=rtcp-mux'],
      ['rtp 17 192.0.2.1:49170'],
    ],
    [
      'names for RTCP the port of RTP',
      [C, 'm=audio 49170 RTP/AVP 0', 'a=rtcp:49170'],
      ['rtp 17 192.0.2.1:49170'],
    ],
    [
      'is of IPv6',
      ['c=IN IP6 2001:db8::1', 'm=audio 49170 RTP/AVP 0'],
      ['rtp 17 2001:db8::1:49170', 'rtcp 17 2001:db8::1:49171'],
    ],
    [
      'has several pairs (RFC 8866 §5.14: 49170 and 49171, 49172 and 49173)',
      [C, 'm=video 49170/2 RTP/AVP 31'],
      [
        'rtp 17 192.0.2.1:49170',
        'rtcp 17 192.0.2.1:49171',
        'rtp 17 192.0.2.1:49172',
        'rtcp 17 192.0.2.1:49173',
      ],
    ],
    ['refuses a stream', [C, 'm=audio 0 RTP/AVP 0'], []],
    [
      'holds a stream the old way (RFC 3264 §8.4)',
      ['c=IN IP4 0.0.0.0', 'm=audio 49170 RTP/AVP 0'],
      [],
    ],
    ['holds a stream of IPv6', ['c=IN IP6 ::', 'm=audio 49170 RTP/AVP 0'], []],
    [
      'only sends: RTCP comes all the same (RFC 3264 §5.1)',
      [C, 'm=audio 49170 RTP/AVP 0', 'a=sendonly'],
      ['rtcp 17 192.0.2.1:49171'],
    ],
    [
      'is inactive but for one stream',
      [C, 'a=inactive', 'm=audio 49170 RTP/AVP 0', 'm=video 49180 RTP/AVP 31', 'a=recvonly'],
      ['rtcp 17 192.0.2.1:49171', 'rtp 17 192.0.2.1:49180', 'rtcp 17 192.0.2.1:49181'],
    ],
    ['is on hold with a fax', [C, 'm=image 49170 udptl t38', 'a=inactive'], []],
    ['sends a fax (T.38)', [C, 'm=image 49170 udptl t38'], ['other 17 192.0.2.1:49170']],
    ['sends a fax over TCP', [C, 'm=image 49170 tcp t38'], ['other 6 192.0.2.1:49170']],
    [
      'is of RTP over TCP (RFC 4571)',
      [
        C,
        'm=audio 9 TCP/RTP/AVP 0',
        'a=setup:active',
        'm=video 50000 TCP/RTP/AVP 31',
        'a=setup:passive',
      ],
      ['rtp 6 192.0.2.1:50000', 'rtcp 6 192.0.2.1:50001'],
    ],
    ['opens the connection itself', [C, 'm=message 2855 TCP/MSRP *', 'a=setup:active'], []],
    ['waits for a connection', [C, 'm=message 2855 TCP/MSRP *'], ['other 6 192.0.2.1:2855']],
    ['knows no port yet (RFC 8840 §4.1.1)', [C, 'm=audio 9 UDP/TLS/RTP/SAVPF 1', 'a=rtcp:9'], []],
    ['is to the first group', ['c=IN IP4 224.0.0.0', 'm=video 49170 RTP/AVP 31'], []],
    ['is to a group', ['c=IN IP4 224.2.1.1/127/3', 'm=video 49170 RTP/AVP 31'], []],
    ['names a host', ['c=IN IP4 host.example.com', 'm=video 49170 RTP/AVP 31'], []],
    ['is of another network', ['c=ATM NSAP x', 'm=video 49170 RTP/AVP 31'], []],
    ['is of another transport', [C, 'm=audio 49170 DCCP/RTP/AVP 0'], []],
    ['has a port that is none', [C, 'm=audio 70000 RTP/AVP 0', 'm=audio -1 RTP/AVP 0', 'm='], []],
    ['has a port without a next', [C, 'm=audio 65535 RTP/AVP 0'], ['rtp 17 192.0.2.1:65535']],
    [
      'offers one port for both: the answer may refuse (RFC 5761 §5.1.1)',
      [C, 'm=audio 49170 RTP/AVP 0', 'a=rtcp-mux'],
      ['rtp 17 192.0.2.1:49170', 'rtcp 17 192.0.2.1:49171'],
    ],
    [
      'offers nothing but one port for both (RFC 8858 §3)',
      [C, 'm=audio 49170 RTP/AVP 0', 'a=rtcp-mux', 'a=rtcp-mux-only'],
      ['rtp 17 192.0.2.1:49170'],
    ],
    [
      'has more pairs than may be',
      [C, 'm=audio 49170/17 udp 0'],
      [
        ...Array.from({ length: 16 }, (_, i) => `other 17 192.0.2.1:${49170 + i}`),
        'exceeded predicts',
      ],
    ],
    [
      'has more media lines than may be',
      [
        C,
        ...Array.from({ length: MEDIA_LINES_MAX }, () => 'm=audio 0 RTP/AVP 0'),
        'm=audio 4 udp 0',
      ],
      ['exceeded media-lines'],
    ],
  ])('%s', (_, lines, wanted) => {
    expect(ends(lines)).toEqual(wanted);
  });

  it('that answers with one port for both opens one', () => {
    const lines = [C, 'm=audio 49170 RTP/AVP 0', 'a=rtcp-mux'];
    expect(ends(lines, true)).toEqual(['rtp 17 192.0.2.1:49170']);
    expect(ends([...lines, 'a=sendonly'], true)).toEqual(['rtp 17 192.0.2.1:49170']);
  });

  it('may end its lines with a line feed alone', () => {
    expect(ends([`${C}\nm=audio 49170 udp 0\n`])).toEqual(['other 17 192.0.2.1:49170']);
  });
});
