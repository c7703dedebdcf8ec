/**
 * This file is the table of contexts that a condition of one's own signature can name: the part of a
 * message in which a pattern is looked for. Contexts of the vendor's whose decoders are not there, or see
 * nothing in clear, are no contexts here.
 *
 * @source the vendor's guide "Custom App-ID and Threat Signatures", string contexts
 * @confidence documented names; which bytes exactly a context has is inferred from them
 */

/** What a context is about. */
export interface ContextFacts {
  readonly transport: 'tcp' | 'udp';
  readonly side: 'c2s' | 's2c';
  /** The application that its decoder belongs to; null for traffic that has none. */
  readonly parent: 'web-browsing' | 'ssl' | 'ssh' | null;
}

const HTTP_REQUEST = { transport: 'tcp', side: 'c2s', parent: 'web-browsing' } as const;

const CONTEXTS = {
  'http-req-uri-path': HTTP_REQUEST,
  'http-req-params': HTTP_REQUEST,
  'http-req-headers': HTTP_REQUEST,
  'http-req-host-header': HTTP_REQUEST,
  'http-req-user-agent-header': HTTP_REQUEST,
  'http-req-cookie': HTTP_REQUEST,
  'http-rsp-headers': { transport: 'tcp', side: 's2c', parent: 'web-browsing' },
  'ssl-req-client-hello': { transport: 'tcp', side: 'c2s', parent: 'ssl' },
  'ssl-rsp-server-hello': { transport: 'tcp', side: 's2c', parent: 'ssl' },
  'ssl-rsp-certificate': { transport: 'tcp', side: 's2c', parent: 'ssl' },
  'ssh-req-banner': { transport: 'tcp', side: 'c2s', parent: 'ssh' },
  'ssh-rsp-banner': { transport: 'tcp', side: 's2c', parent: 'ssh' },
  'unknown-req-tcp-payload': { transport: 'tcp', side: 'c2s', parent: null },
  'unknown-rsp-tcp-payload': { transport: 'tcp', side: 's2c', parent: null },
  'unknown-req-udp-payload': { transport: 'udp', side: 'c2s', parent: null },
  'unknown-rsp-udp-payload': { transport: 'udp', side: 's2c', parent: null },
} as const satisfies Readonly<Record<string, ContextFacts>>;

export type ContextName = keyof typeof CONTEXTS;

export const CONTEXT_NAMES = Object.keys(CONTEXTS) as readonly ContextName[];

/** What a context is about. */
export function contextFacts(name: ContextName): ContextFacts {
  return CONTEXTS[name];
}
