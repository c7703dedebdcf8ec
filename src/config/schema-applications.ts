/**
 * This file is the schema of what `firewall.yaml` says about applications: timers, applications of
 * one's own, groups, rules that override what App-ID would find.
 *
 * @source panos.md §9, §11 (element names of the vendor's configuration schema)
 */

import { list, section } from './containers.ts';
import { TIMERS } from './defaults.ts';
import { choice, name, ports, whole, yesNo } from './leaves.ts';
import { bytePattern, portNumbers } from './leaves-applications.ts';
import { MATCH } from './schema-rules.ts';

const LONG = TIMERS.tcp.max;
/** Seconds after the first FIN, of an application or a service. */
export const halfClosed = whole(1, TIMERS['tcp-half-closed'].max, 'seconds')
  .optional()
  .describe('Seconds after the first FIN.');
/** Seconds after the end, of an application or a service. */
export const timeWait = whole(1, TIMERS['tcp-time-wait'].max, 'seconds')
  .optional()
  .describe('Seconds after the second FIN or a verified RST.');

const timers = {
  timeout: whole(1, LONG, 'seconds').optional().describe('Seconds, for every protocol.'),
  'tcp-timeout': whole(1, LONG, 'seconds').optional().describe('Seconds, for TCP.'),
  'udp-timeout': whole(1, LONG, 'seconds').optional().describe('Seconds, for UDP.'),
  'tcp-half-closed-timeout': halfClosed,
  'tcp-time-wait-timeout': timeWait,
};

/** An entry of `applications:`. */
export const application = section({
  ...timers,
  'predict-timeout': whole(1, LONG, 'seconds')
    .optional()
    .describe('Seconds that a predict session of the application waits for its first packet.'),
  alg: yesNo().optional().describe('Whether the application layer gateway is on.'),
});

const signature = section({
  transport: choice(['tcp', 'udp']).describe('The protocol that carries it.'),
  side: choice(['c2s', 's2c', 'either'])
    .default('either')
    .describe('Whose payload begins so. Default: either.'),
  begins: list(bytePattern()).describe(
    'How the payload begins, by patterns of which one is enough. Words with blanks between stand ' +
      'for bytes: 16 0f hexadecimal, "SSH-" characters (with \\r \\n \\t \\0 \\" \\\\ \\xNN), ' +
      'i"ehlo" letters of either case, .. any byte, [00-04] or [16,18] one of these, @4 go on at byte 4.',
  ),
});

/** An entry of `custom-applications:`. */
export const customApplication = section({
  ports: list(ports()).default([]).describe('Default ports.'),
  signature: signature
    .optional()
    .describe('How it is identified; it goes before what is built in. Without: by override alone.'),
  parent: name("an application's name")
    .optional()
    .describe('What a session may be identified as first, and still turn out to be this one.'),
  ...timers,
});

const { service: _, ...MATCH_WITHOUT_SERVICE } = MATCH;

/** One entry of `application-override:`. */
export const overrideRule = section({
  ...MATCH_WITHOUT_SERVICE,
  protocol: choice(['tcp', 'udp']).describe('Protocol.'),
  port: list(portNumbers()).describe('Destination ports.'),
  application: name("an application's name", ['any']).describe(
    'The application that a session gets at once. One of `custom-applications` is not inspected further.',
  ),
});
