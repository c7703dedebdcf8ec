/** This file reads those headers of a SIP message (RFC 3261) that tell calls and pinholes apart. */

import type { IpWords } from './alg.ts';
import { readIp, readPort } from './ip-text.ts';
import type { TextMessage } from './text-message.ts';

/** Contacts of a message; those beyond are not looked at. */
export const CONTACTS_MAX = 8;
/** Characters of a Call-ID and of a tag; longer ones are told apart by so many. */
const NAME_CHARS_MAX = 256;
/** Characters of a method. */
const METHOD_CHARS_MAX = 32;
const SIP_PORT = 5060;
const TCP = 6;
const UDP = 17;

/** The headers that are read: long and compact names (RFC 3261 §7.3.3 and §20). */
export const SIP_HEADERS: ReadonlyMap<string, string> = new Map([
  ...['call-id', 'contact', 'content-encoding', 'content-length', 'content-type', 'cseq'].map(
    (name) => [name, name] as const,
  ),
  ...['expires', 'from', 'rack', 'to', 'via'].map((name) => [name, name] as const),
  ['i', 'call-id'],
  ['m', 'contact'],
  ['e', 'content-encoding'],
  ['l', 'content-length'],
  ['c', 'content-type'],
  ['f', 'from'],
  ['t', 'to'],
  ['v', 'via'],
]);

/** Where somebody says to be reached. */
export interface SipTarget {
  readonly protocol: number;
  readonly address: IpWords;
  readonly port: number;
}

export interface SipMessage {
  /** The request's own, or of the request that a response answers. */
  readonly method: string;
  /** 0 in a request. */
  readonly status: number;
  readonly callId: string;
  /** Sequence number of the request. */
  readonly sequence: string;
  /** Empty where there is none yet. */
  readonly fromTag: string;
  readonly toTag: string;
}

/** Reads what says to which call a message belongs; null where that is not there. */
export function readSipMessage(text: TextMessage): SipMessage | null {
  const callId = text.headers.get('call-id')?.[0] ?? '';
  const cseq = /^(\d{1,10})[ \t]+(\S+)$/.exec(text.headers.get('cseq')?.[0] ?? '');
  if (callId === '' || cseq === null) return null;
  return {
    method: (text.status === 0 ? text.method : (cseq[2] ?? '')).slice(0, METHOD_CHARS_MAX),
    status: text.status,
    callId: callId.slice(0, NAME_CHARS_MAX),
    sequence: String(Number(cseq[1])),
    fromTag: tagOf(text.headers.get('from')?.[0] ?? ''),
    toTag: tagOf(text.headers.get('to')?.[0] ?? ''),
  };
}

/** Of PRACK: the sequence number of the INVITE whose answer it acknowledges (RFC 3262 §7.2), or null. */
export function acknowledged(text: TextMessage): string | null {
  const rack = /^\d{1,10}[ \t]+(\d{1,10})[ \t]+INVITE$/.exec(text.headers.get('rack')?.[0] ?? '');
  return rack === null ? null : String(Number(rack[1]));
}

/** `"Bob" <sip:bob@example.com>;tag=a6c85cf`, or without the angle brackets (RFC 3261 §20.10). */
function tagOf(value: string): string {
  const parameters = value.slice(value.lastIndexOf('>') + 1);
  const tag = /;[ \t]*tag[ \t]*=[ \t]*([^\s;]+)/i.exec(parameters)?.[1] ?? '';
  return tag.slice(0, NAME_CHARS_MAX);
}

/**
 * Where the sender of a message wants further requests: the addresses of its Contact headers. A name
 * instead of an address cannot be known, and what is encrypted (`sips`, TLS) cannot be read.
 */
export function contactsOf(text: TextMessage): SipTarget[] {
  const targets: SipTarget[] = [];
  // RFC 3261 §10.2.2: a binding that expires at once is removed.
  const expires = text.headers.get('expires')?.[0] ?? '';
  for (const value of text.headers.get('contact') ?? []) {
    for (const contact of listItems(value, CONTACTS_MAX - targets.length)) {
      const { uri, parameters } = splitContact(contact);
      const own = /;[ \t]*expires[ \t]*=[ \t]*(\d+)/i.exec(parameters)?.[1] ?? expires;
      const target = Number(own || 1) === 0 ? null : readUri(uri);
      if (target !== null) targets.push(target);
    }
  }
  return targets;
}

/** Cuts a list at its commas; those in quotes and in angle brackets belong to an item. */
function listItems(value: string, itemsMax: number): string[] {
  const items: string[] = [];
  let begin = 0;
  let isQuoted = false;
  let isBracketed = false;
  for (let at = 0; at < value.length && items.length < itemsMax; at++) {
    const char = value[at];
    if (isQuoted && char === '\\') at++;
    else if (char === '"' && !isBracketed) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (char === '<') isBracketed = true;
    else if (char === '>') isBracketed = false;
    else if (char === ',' && !isBracketed) {
      items.push(value.slice(begin, at));
      begin = at + 1;
    }
  }
  if (items.length < itemsMax) items.push(value.slice(begin));
  return items;
}

/** RFC 3261 §20: without angle brackets, parameters are the header's and not the URI's. */
function splitContact(contact: string): { uri: string; parameters: string } {
  const close = contact.lastIndexOf('>');
  const open = contact.lastIndexOf('<', close);
  if (open >= 0 && close > open) {
    return { uri: contact.slice(open + 1, close), parameters: contact.slice(close + 1) };
  }
  const semicolon = contact.indexOf(';');
  const end = semicolon < 0 ? contact.length : semicolon;
  return { uri: contact.slice(0, end), parameters: contact.slice(end) };
}

/** `sip:user:password@host:port;parameters?headers` (RFC 3261 §19.1.1). */
function readUri(uri: string): SipTarget | null {
  const text = uri.trim();
  if (!/^sip:/i.test(text)) return null;
  // An `@` that is no separator is escaped; a user part may hold `;` and `?`.
  const rest = text.slice(Math.max(3, text.indexOf('@')) + 1);
  const place = /^[^;?]*/.exec(rest)?.[0] ?? '';
  const transport = /;transport=([^;?\s]+)/i.exec(rest)?.[1] ?? 'udp';
  // RFC 3263 §4.1: an address without transport is reached by UDP.
  const protocol = { udp: UDP, tcp: TCP }[transport.toLowerCase()];
  const hostPort = readHostPort(place);
  return protocol === undefined || hostPort === null ? null : { protocol, ...hostPort };
}

function readHostPort(text: string): { address: IpWords; port: number } | null {
  const parts = /^[ \t]*(\[[^\]]*\]|[^:\s]+)[ \t]*(?::[ \t]*(\d{1,5}))?[ \t]*$/.exec(text);
  const address = readIp(parts?.[1] ?? '');
  const port = readPort(parts?.[2] ?? String(SIP_PORT));
  return address === null || port === null || port === 0 ? null : { address, port };
}

/**
 * The port that answers to a request over UDP come to, where it is not the one that the request came
 * from: the topmost Via's, without `rport` (RFC 3261 §18.2.2, RFC 3581 §4). They go to the address that
 * the request came from, whatever Via names (`received`, RFC 3261 §18.2.1). null: to where it came from.
 */
export function answerPort(text: TextMessage): number | null {
  const via = listItems(text.headers.get('via')?.[0] ?? '', 1)[0] ?? '';
  const head = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*UDP[ \t]/i.exec(via);
  if (head === null) return null;
  const semicolon = via.indexOf(';');
  const end = semicolon < 0 ? via.length : semicolon;
  // With `maddr` answers go elsewhere, as a rule to a multicast group.
  if (/;[ \t]*(?:rport|maddr)[ \t]*(?:[=;]|$)/i.test(via.slice(end))) return null;
  const sentBy = via.slice(head[0].length, end);
  const colon = sentBy.lastIndexOf(':');
  if (colon <= sentBy.lastIndexOf(']')) return SIP_PORT;
  return readPort(sentBy.slice(colon + 1).trim());
}
