/**
 * This file tests the ALG of SIP on calls: what each message announces and withdraws. Addresses are
 * RFC 5737's; the expected lines follow RFC 3261, RFC 3264 and panos.md §6.2 by hand.
 */

import { describe, expect, it } from 'vitest';
import { type SipText, sdp, sip, sipLog, withoutGroups } from '../support/sip-text.ts';

const ALICE = sdp('c=IN IP4 192.0.2.101', 't=0 0', 'm=audio 49172 RTP/AVP 0');
const BOB = sdp('c=IN IP4 198.51.100.201', 't=0 0', 'm=audio 3456 RTP/AVP 0');
const TAGGED: SipText = { toTag: '314159' };

/** What is said of a call's messages, a list a message. */
function play(messages: readonly (readonly [side: 0 | 1, text: string])[], log = sipLog()) {
  return messages.map(([side, text]) => {
    const before = log.said.length;
    log.read(side, text);
    return withoutGroups(log.said.slice(before));
  });
}

/** A pair of RTP and RTCP that one side announces. */
function pair(announcer: 'client' | 'server', address: string, port: number, cause: string) {
  const from = announcer === 'client' ? 'server any *' : 'client any *';
  return [
    `rtp-base/17 ${from} -> ${announcer} ${address}:${port} by ${announcer}'s ${cause}`,
    `rtcp/17 ${from} -> ${announcer} ${address}:${port + 1} by ${announcer}'s ${cause}`,
  ];
}

function withdrawn(address: string, port: number, cause: string) {
  return [`${address}:${port}/17`, `${address}:${port + 1}/17`].map(
    (end) => `${end} withdrawn by ${cause}`,
  );
}

const alice = (cause: string) => pair('client', '192.0.2.101', 49172, cause);
const bob = (cause: string) => pair('server', '198.51.100.201', 3456, cause);
const noAlice = (cause: string) => withdrawn('192.0.2.101', 49172, cause);
const noBob = (cause: string) => withdrawn('198.51.100.201', 3456, cause);

describe('a call', () => {
  it('with early media, acknowledged and ended (RFC 3665 §3.1)', () => {
    const said = play([
      [0, sip('INVITE', 1, { body: ALICE })],
      [1, sip('100 INVITE', 1)],
      [1, sip('183 INVITE', 1, { ...TAGGED, body: BOB })],
      [1, sip('200 INVITE', 1, { ...TAGGED, body: BOB })],
      [0, sip('ACK', 1, TAGGED)],
      [0, sip('BYE', 2, TAGGED)],
      [1, sip('200 BYE', 2, TAGGED)],
    ]);
    const ended = [...noAlice('BYE'), ...noBob('BYE')];
    expect(said).toEqual([
      alice('INVITE'),
      [],
      bob('183 INVITE'),
      bob('200 INVITE'),
      [],
      ended,
      [],
    ]);
  });

  it('has groups of its own', () => {
    const log = sipLog();
    log.read(0, sip('INVITE', 1, { callId: 'x@y', body: ALICE }));
    log.read(0, sip('CANCEL', 1, { callId: 'x@y' }));
    expect(log.said.map((line) => line.slice(0, 37))).toEqual([
      'x@y 192.0.2.101:49172/17: rtp-base/17',
      'x@y 192.0.2.101:49173/17: rtcp/17 ser',
      'x@y 192.0.2.101:49172/17 withdrawn by',
      'x@y 192.0.2.101:49173/17 withdrawn by',
    ]);
  });

  it('with a late offer is answered in ACK (RFC 3261 §13.2.1)', () => {
    const said = play([
      [0, sip('INVITE', 1)],
      [1, sip('200 INVITE', 1, { ...TAGGED, body: BOB })],
      [0, sip('ACK', 1, { ...TAGGED, body: ALICE })],
      [1, sip('BYE', 1, { fromTag: '314159', toTag: '1928301774' })],
    ]);
    const ended = [...noBob('BYE'), ...noAlice('BYE')];
    expect(said).toEqual([[], bob('200 INVITE'), alice('ACK'), ended]);
  });

  it('describes itself in PRACK and UPDATE and their answers (RFC 3262, RFC 3311)', () => {
    const said = play([
      [0, sip('INVITE', 1, { body: ALICE })],
      [0, sip('PRACK', 2, { ...TAGGED, headers: ['RAck: 1 1 INVITE'], body: ALICE })],
      [1, sip('200 PRACK', 2, { ...TAGGED, body: BOB })],
      [0, sip('UPDATE', 3, { ...TAGGED, body: ALICE })],
      [1, sip('200 UPDATE', 3, { ...TAGGED, body: BOB })],
      [0, sip('CANCEL', 1)],
    ]);
    const all = [...noAlice('CANCEL'), ...noBob('CANCEL')];
    const [i, p, u] = [alice('INVITE'), alice('PRACK'), alice('UPDATE')];
    expect(said).toEqual([i, p, bob('200 PRACK'), u, bob('200 UPDATE'), all]);
  });

  it.each(['OPTIONS', 'MESSAGE', 'INFO', 'REGISTER', 'SUBSCRIBE', 'NOTIFY'])(
    'is described by no %s and no answer to it',
    (method) => {
      const described = { ...TAGGED, body: ALICE };
      const said = play([
        [0, sip(method, 1, described)],
        [1, sip(`200 ${method}`, 1, described)],
      ]);
      expect(said).toEqual([[], []]);
    },
  );

  it('is described by no answer that is an error (RFC 3261 §21.4.26)', () => {
    const said = play([[1, sip('488 INVITE', 1, { ...TAGGED, body: BOB })]]);
    expect(said).toEqual([[]]);
  });

  it.each(['486 INVITE', '401 INVITE', '407 INVITE', '302 INVITE', '603 INVITE', '503 INVITE'])(
    'that ends with %s withdraws all; the next one may use the same ports',
    (answer) => {
      const said = play([
        [0, sip('INVITE', 1, { body: ALICE })],
        [1, sip('183 INVITE', 1, { ...TAGGED, body: BOB })],
        [1, sip(answer, 1, TAGGED)],
        [0, sip('ACK', 1, TAGGED)],
        [0, sip('INVITE', 2, { body: ALICE })],
        [0, sip('INVITE', 1, { callId: 'another', body: ALICE })],
      ]);
      const failed = [...noAlice(answer), ...noBob(answer)];
      const [first, again] = [alice('INVITE'), alice('INVITE')];
      expect(said).toEqual([first, bob('183 INVITE'), failed, [], again, alice('INVITE')]);
    },
  );

  it('that was answered is no more cancelled (RFC 3261 §9.1)', () => {
    const said = play([
      [0, sip('INVITE', 1, { body: ALICE })],
      [1, sip('200 INVITE', 1, { ...TAGGED, body: BOB })],
      [0, sip('CANCEL', 1)],
      [1, sip('481 CANCEL', 1, TAGGED)],
      [0, sip('BYE', 2, TAGGED)],
    ]);
    expect(said.slice(2)).toEqual([[], [], [...noAlice('BYE'), ...noBob('BYE')]]);
  });

  it('that was answered in a reliable 183 is answered by a 200 without description', () => {
    const said = play([
      [0, sip('INVITE', 1, { body: ALICE })],
      [1, sip('183 INVITE', 1, { ...TAGGED, body: BOB })],
      [1, sip('200 INVITE', 1, TAGGED)],
      [0, sip('CANCEL', 1)],
      [0, sip('BYE', 2, TAGGED)],
    ]);
    expect(said.slice(2)).toEqual([[], [], [...noAlice('BYE'), ...noBob('BYE')]]);
  });

  it('is not ended by another', () => {
    const said = play([
      [0, sip('INVITE', 1, { callId: 'one', body: ALICE })],
      [0, sip('BYE', 2, { callId: 'two', ...TAGGED })],
      [0, sip('CANCEL', 1, { callId: 'two' })],
    ]);
    expect(said.slice(1)).toEqual([[], []]);
  });
});

describe('a re-INVITE', () => {
  const moved = sdp('c=IN IP4 192.0.2.101', 'm=audio 49172 RTP/AVP 0', 'm=video 50000 RTP/AVP 31');
  const begun: [0 | 1, string][] = [
    [0, sip('INVITE', 1, { body: ALICE })],
    [1, sip('200 INVITE', 1, { ...TAGGED, body: BOB })],
    [0, sip('ACK', 1, TAGGED)],
  ];
  const more = (cause: string) => [...alice(cause), ...pair('client', '192.0.2.101', 50000, cause)];

  it('that fails withdraws what it announced first (RFC 3261 §14.1)', () => {
    const said = play([
      ...begun,
      [0, sip('INVITE', 2, { ...TAGGED, body: moved })],
      [1, sip('488 INVITE', 2, TAGGED)],
      [0, sip('BYE', 3, TAGGED)],
    ]);
    const failed = withdrawn('192.0.2.101', 50000, '488 INVITE');
    expect(said.slice(3)).toEqual([more('INVITE'), failed, [...noAlice('BYE'), ...noBob('BYE')]]);
  });

  it('of the other party has sequence numbers of its own', () => {
    const other = { fromTag: '314159', toTag: '1928301774' };
    const said = play([
      ...begun,
      [
        1,
        sip('INVITE', 1, {
          ...other,
          body: sdp('c=IN IP4 198.51.100.201', 'm=audio 4000 RTP/AVP 0'),
        }),
      ],
      [0, sip('491 INVITE', 1, other)],
    ]);
    const announced = pair('server', '198.51.100.201', 4000, 'INVITE');
    expect(said.slice(3)).toEqual([announced, withdrawn('198.51.100.201', 4000, '491 INVITE')]);
  });

  it.each([
    ['c=0.0.0.0', sdp('c=IN IP4 0.0.0.0', 'm=audio 49172 RTP/AVP 0'), []],
    ['port 0', sdp('c=IN IP4 192.0.2.101', 'm=audio 0 RTP/AVP 0'), []],
    [
      'a=inactive',
      sdp('c=IN IP4 192.0.2.101', 'm=audio 49172 RTP/AVP 0', 'a=inactive'),
      alice('INVITE').slice(1),
    ],
  ])('with %s is a hold and withdraws nothing', (_, body, announced) => {
    const said = play([...begun, [0, sip('INVITE', 2, { ...TAGGED, body })]]);
    expect(said.slice(3)).toEqual([announced]);
  });
});

describe('a forked INVITE', () => {
  const carol = sdp('c=IN IP4 198.51.100.202', 'm=audio 4000 RTP/AVP 0');
  const begun: [0 | 1, string][] = [
    [0, sip('INVITE', 1, { body: ALICE })],
    [1, sip('183 INVITE', 1, { toTag: 'bob', body: BOB })],
    [1, sip('183 INVITE', 1, { toTag: 'carol', body: carol })],
  ];
  const carols = (cause: string) => withdrawn('198.51.100.202', 4000, cause);

  it('opens the ends of each branch; one answers, and its BYE ends all', () => {
    const said = play([
      ...begun,
      [1, sip('200 INVITE', 1, { toTag: 'carol', body: carol })],
      [0, sip('BYE', 2, { toTag: 'carol' })],
    ]);
    const branches = [bob('183 INVITE'), pair('server', '198.51.100.202', 4000, '183 INVITE')];
    expect(said.slice(1, 3)).toEqual(branches);
    expect(said[4]).toEqual([...noAlice('BYE'), ...noBob('BYE'), ...carols('BYE')]);
  });

  it('that two answer is ended branch by branch (RFC 3261 §13.2.2.4)', () => {
    const said = play([
      ...begun,
      [1, sip('200 INVITE', 1, { toTag: 'carol', body: carol })],
      [1, sip('200 INVITE', 1, { toTag: 'bob', body: BOB })],
      [0, sip('BYE', 2, { toTag: 'carol' })],
      [1, sip('BYE', 1, { fromTag: 'bob', toTag: '1928301774' })],
    ]);
    expect(said.slice(5)).toEqual([carols('BYE'), [...noAlice('BYE'), ...noBob('BYE')]]);
  });

  it('that fails in one branch and in the end withdraws all', () => {
    const said = play([...begun, [1, sip('486 INVITE', 1, { toTag: 'proxy' })]]);
    const all = [...noAlice('486 INVITE'), ...noBob('486 INVITE'), ...carols('486 INVITE')];
    expect(said[3]).toEqual(all);
  });
});

describe('one port for RTP and RTCP (RFC 5761 §5.1.1)', () => {
  const muxed = (body: string) => `${body}a=rtcp-mux\r\n`;
  const offer: [0 | 1, string] = [0, sip('INVITE', 1, { body: muxed(ALICE) })];
  const needless = (cause: string) => noAlice(cause).slice(1);

  it('is taken: the offer keeps its port of RTCP until the final answer', () => {
    const said = play([
      offer,
      [1, sip('183 INVITE', 1, { ...TAGGED, body: muxed(BOB) })],
      [1, sip('200 INVITE', 1, { ...TAGGED, body: muxed(BOB) })],
    ]);
    const early = bob('183 INVITE').slice(0, 1);
    const final = [...bob('200 INVITE').slice(0, 1), ...needless('200 INVITE')];
    expect(said).toEqual([alice('INVITE'), early, final]);
  });

  it('is refused', () => {
    const said = play([offer, [1, sip('200 INVITE', 1, { ...TAGGED, body: BOB })]]);
    expect(said).toEqual([alice('INVITE'), bob('200 INVITE')]);
  });

  it('is offered late and taken in ACK', () => {
    const said = play([
      [1, sip('200 INVITE', 1, { ...TAGGED, body: muxed(BOB) })],
      [0, sip('ACK', 1, { ...TAGGED, body: muxed(ALICE) })],
    ]);
    const taken = [...alice('ACK').slice(0, 1), ...noBob('ACK').slice(1)];
    expect(said).toEqual([bob('200 INVITE'), taken]);
  });

  it('is offered in a reliable 183 and taken in PRACK (RFC 3262 §5)', () => {
    const headers = ['RAck: 776656 1 INVITE'];
    const said = play([
      [1, sip('183 INVITE', 1, { ...TAGGED, body: muxed(BOB) })],
      [0, sip('PRACK', 2, { ...TAGGED, headers, body: muxed(ALICE) })],
    ]);
    const taken = [...alice('PRACK').slice(0, 1), ...noBob('PRACK').slice(1)];
    expect(said).toEqual([bob('183 INVITE'), taken]);
  });
});

describe('signalling elsewhere', () => {
  /** What a request or an answer with headers opens. */
  const opened = (
    start: string,
    headers: string[],
    { protocol = 17, sport = 5060, side = 0 } = {},
  ) => play([[side as 0 | 1, sip(start, 1, { headers })]], sipLog(protocol, sport)).flat();
  const at = (where: string, cause: string, protocol = 17) =>
    `sip/${protocol} server any * -> client${where} by client's ${cause}`;

  it.each<[string, string[], string[]]>([
    ['is where the session goes', ['Contact: <sip:alice@192.0.2.1>'], []],
    ['is where the session goes, with its port', ['m: sip:192.0.2.1:5060;expires=60'], []],
    ['is another port', ['Contact: <sip:alice@192.0.2.1:5070>'], [at(' 192.0.2.1:5070', 'INVITE')]],
    ['is another host', ['Contact: <sip:alice@192.0.2.9>'], [at(' 192.0.2.9:5060', 'INVITE')]],
    [
      'is another transport',
      ['Contact: <sip:192.0.2.1;transport=TCP>'],
      [at(' 192.0.2.1:5060', 'INVITE', 6)],
    ],
    ['is of IPv6', ['Contact: <sip:a@[2001:db8::1]:5061>'], [at(' 2001:db8::1:5061', 'INVITE')]],
    [
      'is several',
      [
        'Contact: "A, \\"<B>" <sip:a;x=1@192.0.2.8:5070>;q=1, <sip:192.0.2.9:5070>',
        'm: sip:c@192.0.2.7:6',
      ],
      [' 192.0.2.8:5070', ' 192.0.2.9:5070', ' 192.0.2.7:6'].map((where) => at(where, 'INVITE')),
    ],
    [
      'has a comma in its user part',
      ['Contact: <sip:a,b@192.0.2.8>'],
      [at(' 192.0.2.8:5060', 'INVITE')],
    ],
    ['has a name', ['Contact: <sip:alice@pc33.example.com:5070>'], []],
    ['is encrypted', ['Contact: <sips:alice@192.0.2.9>, <sip:192.0.2.9;transport=tls>'], []],
    ['is everything', ['Contact: *'], []],
    ['is nowhere', ['Contact: <sip:alice@0.0.0.0:5070>, <sip:alice@192.0.2.1:0>, <sip:[::1>'], []],
    [
      'is for answers, at another port',
      ['Via: SIP/2.0/UDP 192.0.2.1:5080;branch=z9hG4bK1'],
      [at(':5080', 'INVITE')],
    ],
    [
      'is for answers, behind another address',
      ['v: SIP / 2.0 / UDP [2001:db8::9]:5080 ;branch=z'],
      [at(':5080', 'INVITE')],
    ],
    [
      'is for answers, where the request came from',
      ['Via: SIP/2.0/UDP 10.0.0.1:5080;rport;branch=z'],
      [],
    ],
    [
      'is for answers, at the port that needs no name',
      ['Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1'],
      [],
    ],
    [
      'is for answers, as the topmost Via says',
      ['Via: SIP/2.0/UDP a:5060, SIP/2.0/UDP b:99', 'v: SIP/2.0/UDP c:98'],
      [],
    ],
    ['is for answers to a group', ['Via: SIP/2.0/UDP a:5080;maddr=224.2.0.1;branch=z'], []],
  ])('%s', (_, headers, wanted) => {
    expect(opened('INVITE', headers)).toEqual(wanted);
  });

  it('is for answers of a client with another port', () => {
    const via = ['Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1'];
    expect(opened('OPTIONS', via, { sport: 40000 })).toEqual([at(':5060', 'OPTIONS')]);
    expect(opened('OPTIONS', via, { sport: 40000, protocol: 6 })).toEqual([]);
    expect(opened('200 OPTIONS', via, { sport: 40000, side: 1 })).toEqual([]);
  });

  it('is the listening port of a client that connects', () => {
    const contact = ['Contact: <sip:101@192.0.2.1:5060;transport=tcp>'];
    expect(opened('REGISTER', contact, { sport: 40000, protocol: 6 })).toEqual([
      at(' 192.0.2.1:5060', 'REGISTER', 6),
    ]);
  });

  it('is of a binding that is removed (RFC 3261 §10.2.2)', () => {
    const contact = 'Contact: <sip:192.0.2.9>';
    expect(opened('REGISTER', [`${contact};expires=0`])).toEqual([]);
    expect(opened('REGISTER', [contact, 'Expires: 0'])).toEqual([]);
    expect(opened('REGISTER', [`${contact};expires=9`, 'Expires: 0'])).toHaveLength(1);
  });

  it('is told by requests that make dialogs and their answers', () => {
    const contact = ['Contact: <sip:192.0.2.9>'];
    expect(opened('OPTIONS', contact)).toEqual([]);
    expect(opened('200 REGISTER', contact, { side: 1 })).toEqual([]);
    expect(opened('302 INVITE', contact, { side: 1 })).toEqual([]);
    expect(opened('100 INVITE', contact, { side: 1 })).toEqual([]);
    expect(opened('180 INVITE', contact, { side: 1 })).toEqual([
      "sip/17 client any * -> server 192.0.2.9:5060 by server's 180 INVITE",
    ]);
  });

  it('ends with its call', () => {
    const headers = ['Contact: <sip:192.0.2.9>', 'Via: SIP/2.0/UDP 192.0.2.1:5080'];
    const said = play([
      [0, sip('INVITE', 1, { headers })],
      [1, sip('404 INVITE', 1, TAGGED)],
    ]);
    expect(said[1]).toEqual(
      ['192.0.2.9:5060/17', '192.0.2.1:5080/17'].map((end) => `${end} withdrawn by 404 INVITE`),
    );
  });
});
