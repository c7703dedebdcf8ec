/** This file says by application what its payload tells in clear beside what it is. */

import { PROTO_TCP } from '../../net/protocol.ts';
import { dnsQuestion } from '../checks/dns.ts';
import { CLIENT, type DetailSource, enter, plainSource, SERVER } from './detail-source.ts';
import { DTLS_DETAIL } from './dtls.ts';
import { QUIC_DETAIL } from './quic.ts';
import { HTTP_DETAIL, SSH_DETAIL } from './text.ts';
import { TLS_DETAIL } from './tls.ts';

/** The first question: one datagram has it, whichever comes first, and over TCP nothing is waited for. */
const DNS_DETAIL = plainSource(CLIENT | SERVER, (piece, into) => {
  // Over TCP the message lies behind its length (RFC 1035 §4.2.2).
  const skipped = piece.protocol === PROTO_TCP ? 2 : 0;
  enter(into, 'dns_query', dnsQuestion(piece, skipped)?.name ?? null);
  return true;
});

const SOURCES: ReadonlyMap<string, DetailSource> = new Map([
  ['ssl', TLS_DETAIL],
  ['dtls', DTLS_DETAIL],
  ['quic', QUIC_DETAIL],
  ['web-browsing', HTTP_DETAIL],
  ['http-proxy', HTTP_DETAIL],
  ['websocket', HTTP_DETAIL],
  ['ssh', SSH_DETAIL],
  ['dns', DNS_DETAIL],
]);

/** What an application has to say; null for nothing that is read. */
export function detailSource(application: string): DetailSource | null {
  return SOURCES.get(application) ?? null;
}
