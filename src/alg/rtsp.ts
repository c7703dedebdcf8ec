/**
 * This file is the ALG of RTSP (RFC 2326, RFC 7826): it predicts the streams whose ports the reply to a
 * SETUP names (panos.md §6.2). The request lists what the client can do; the reply decides.
 *
 * Nothing is predicted for streams within the control connection (`interleaved`, TCP), whose frames are
 * passed over, and for multicast: who joins a group asks with IGMP, and no address of the session is
 * met.
 */

import type { AlgEnd, AlgKind, AlgOutput, AlgSide } from './alg.ts';
import { isUnicast } from './ip-text.ts';
import { type MessageTaker, messageAlg } from './message-alg.ts';
import { type RtspEnd, type RtspTransport, readTransport } from './rtsp-transport.ts';
import type { MessageForm, TextMessage } from './text-message.ts';

/** Requests of a side that wait for their reply, and streams set up; the oldest is forgotten. */
export const SETUPS_MAX = 64;
/** Characters of a session's identifier and of a URL; longer ones are told apart by so many. */
const NAME_CHARS_MAX = 512;

const APPLICATION = 'rtsp';
const UDP = 17;

const FORM: MessageForm = {
  versions: ['RTSP/1.0', 'RTSP/2.0'],
  headers: new Map(['content-length', 'cseq', 'session', 'transport'].map((name) => [name, name])),
  hasFrames: true,
  wantsBody: () => false,
};

/** A SETUP that waits for its reply. */
interface Asked {
  readonly url: string;
  /** What it offered first. */
  readonly transport: RtspTransport | null;
}

class RtspControl implements MessageTaker {
  private readonly output: AlgOutput;
  /** By sender and CSeq. */
  private readonly asked = new Map<string, Asked>();
  /** By group. */
  private readonly streams = new Map<string, { readonly session: string; readonly url: string }>();

  constructor(output: AlgOutput) {
    this.output = output;
  }

  take(side: AlgSide, message: TextMessage): void {
    const transport = readTransport(message.headers.get('transport')?.[0] ?? '');
    const url = message.target.slice(0, NAME_CHARS_MAX);
    if (message.method === 'SETUP') {
      this.remember(this.asked, askedBy(side, message), { url, transport });
    } else if (message.method === 'TEARDOWN') this.tearDown(sessionOf(message), url);
    else if (message.status > 0) this.takeReply(side, message, transport);
  }

  private takeReply(side: AlgSide, message: TextMessage, transport: RtspTransport | null): void {
    const name = askedBy(otherSide(side), message);
    const asked = this.asked.get(name);
    this.forget(this.asked, name);
    // Replies with a Transport answer a SETUP, also one that was not seen. An error sets nothing up.
    if (message.status < 200 || message.status >= 300 || transport === null) return;
    // Some servers do not repeat what they took of the offer.
    const client = transport.client.ports.length > 0 ? transport.client : asked?.transport?.client;
    if (!transport.isUdp || client === undefined || client.ports.length === 0) return;
    if (!canReach(client) || !canReach(transport.server)) return;
    const session = sessionOf(message);
    const url = asked?.url ?? '';
    const group = `${session} ${url}`;
    this.remember(this.streams, group, { session, url });
    this.predict(side, { ...transport, client }, `${message.status} SETUP`, group);
  }

  /**
   * The streams both ways. The client's RTCP goes to the server as well, and its first packet of RTP,
   * which clients send to open the way through their own firewall, and in which RECORD's media comes
   * (RFC 2326 §10.11; confidence: assumed). To ports that the reply does not name, nothing is opened.
   */
  private predict(
    serverSide: AlgSide,
    { isRtp, client, server }: RtspTransport,
    cause: string,
    group: string,
  ): void {
    const kinds = isRtp ? ['rtp-base', 'rtcp'] : [APPLICATION, APPLICATION];
    kinds.forEach((application, i) => {
      const clientPort = client.ports[i];
      if (clientPort === undefined) return;
      const clientEnd = endOf(otherSide(serverSide), client, clientPort);
      const serverEnd = endOf(serverSide, server, server.ports[i] ?? 0);
      const request = { application, protocol: UDP, cause, triggeredBy: serverSide, group };
      this.output.predict({ ...request, from: serverEnd, to: clientEnd });
      if (serverEnd.port > 0) this.output.predict({ ...request, from: clientEnd, to: serverEnd });
    });
  }

  /** RFC 2326 §10.7: of one stream by its URL, or of all that the session has. */
  private tearDown(session: string, url: string): void {
    const own = `${session} ${url}`;
    const groups = this.streams.has(own)
      ? [own]
      : [...this.streams].filter(([, stream]) => stream.session === session).map(([name]) => name);
    for (const group of groups) {
      this.forget(this.streams, group);
      this.output.withdraw(group, 'TEARDOWN');
    }
  }

  /** As what is forgotten last; what finds no room among all sessions is not remembered. */
  private remember<T>(map: Map<string, T>, name: string, value: T): void {
    this.forget(map, name);
    if (!this.output.keep(1)) return;
    map.set(name, value);
    if (map.size <= SETUPS_MAX) return;
    const [oldest] = map.keys();
    if (oldest !== undefined) this.forget(map, oldest);
    this.output.exceeded('calls');
  }

  private forget(map: Map<string, unknown>, name: string): void {
    if (map.delete(name)) this.output.keep(-1);
  }
}

function askedBy(side: AlgSide, message: TextMessage): string {
  return `${side} ${(message.headers.get('cseq')?.[0] ?? '').slice(0, NAME_CHARS_MAX)}`;
}

/** `47112344;timeout=60` */
function sessionOf(message: TextMessage): string {
  const value = message.headers.get('session')?.[0] ?? '';
  return (value.split(';', 1)[0] ?? '').trim().slice(0, NAME_CHARS_MAX);
}

function canReach({ address }: RtspEnd): boolean {
  return address === null || isUnicast(address);
}

function endOf(side: AlgSide, { address }: RtspEnd, port: number): AlgEnd {
  return { side, address: address ?? 'own', port };
}

function otherSide(side: AlgSide): AlgSide {
  return side === 0 ? 1 : 0;
}

/** RTSP. */
export const RTSP: AlgKind = {
  application: APPLICATION,
  begin: (session, output) => messageAlg(FORM, session, output, new RtspControl(output)),
};
