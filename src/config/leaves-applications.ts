/** This file builds the zod schemas of the single values that only applications have. */

import { parseBytePattern } from '../net/byte-pattern.ts';
import { CONTEXT_NAMES } from '../net/signature-contexts.ts';
import type { ServicePorts } from './firewall-config.ts';
import { leaf, name } from './leaves.ts';
import { didYouMean } from './nearest.ts';
import { readPorts, type Written } from './values.ts';

/** The name of an application or a group of them. */
export function applicationName() {
  return name("an application's name", ['any']);
}

/** A pattern of bytes, as signatures begin (net/byte-pattern.ts). */
export function bytePattern() {
  const expected = "a pattern of bytes such as '\"SSH-\"' or '16 03 [00-04]'";
  return leaf(expected, (text) => (typeof parseBytePattern(text) === 'string' ? null : text), {
    hint: (text) => {
      const read = parseBytePattern(text);
      return typeof read === 'string' ? read : null;
    },
  });
}

/** What the vendor's contexts begin with (its guide on custom signatures). */
const VENDOR_CONTEXT =
  /^(?:dhcp|dns|email|file|ftp|gdbremote|giop|h225|http|icmp|ike|imap|irc|jpeg|ldap|ms-ds-smb|msrpc|mssql|netbios|nettcp|oracle|panav|pe|pop3|pre-app|rtmp|rtsp|sip|smtp|snmp|socks4|socks5|ssh|ssl|telnet|tftp|unknown|wmi)-[a-z0-9-]+$/;

/** A context of custom signatures. */
export function signatureContext() {
  const read = (text: string) => CONTEXT_NAMES.find((known) => known === text) ?? null;
  return leaf('a context such as http-req-host-header', read, {
    json: { enum: CONTEXT_NAMES },
    hint: (text) => {
      const known = `known are ${CONTEXT_NAMES.join(', ')}`;
      if (!VENDOR_CONTEXT.test(text)) return didYouMean(text, CONTEXT_NAMES) ?? known;
      return `no decoder here reads it: leave it out to look in the payload as it is; ${known}`;
    },
  });
}

/** Ports without their protocol. */
export function portNumbers() {
  const read = (text: string): Written<ServicePorts['ports']> | null => {
    const found = readPorts(`tcp/${text}`);
    return found && { written: found.written.slice('tcp/'.length), value: found.value.ports };
  };
  return leaf('ports such as 80 or 8000-8010', read, { json: { type: ['integer', 'string'] } });
}
