/**
 * This file is the schema of what `firewall.yaml` says about applications: timers, applications of
 * one's own, groups, rules that override what App-ID would find.
 *
 * @source panos.md §9, §11 (element names of the vendor's configuration schema)
 */

import { CATEGORIES, CHARACTERISTICS, RISK_MAX, TECHNOLOGIES } from './application-facts.ts';
import { list, mapList, section } from './containers.ts';
import { TIMERS } from './defaults.ts';
import { choice, name, ports, whole, yesNo } from './leaves.ts';
import { bytePattern, portNumbers, signatureContext } from './leaves-applications.ts';
import { match } from './schema-rules.ts';

const LONG = TIMERS.tcp.max;
/** Seconds after the first FIN, of an application or a service. */
export const halfClosed = () =>
  whole(1, TIMERS['tcp-half-closed'].max, 'seconds')
    .optional()
    .describe('Seconds after the first FIN.');
/** Seconds after the end, of an application or a service. */
export const timeWait = () =>
  whole(1, TIMERS['tcp-time-wait'].max, 'seconds')
    .optional()
    .describe('Seconds after the second FIN or a verified RST.');

const timers = () => ({
  timeout: whole(1, LONG, 'seconds').optional().describe('Seconds, for every protocol.'),
  'tcp-timeout': whole(1, LONG, 'seconds').optional().describe('Seconds, for TCP.'),
  'udp-timeout': whole(1, LONG, 'seconds').optional().describe('Seconds, for UDP.'),
  'tcp-half-closed-timeout': halfClosed(),
  'tcp-time-wait-timeout': timeWait(),
});

/** An entry of `applications:`. */
export const application = () =>
  section({
    ...timers(),
    'predict-timeout': whole(1, LONG, 'seconds')
      .optional()
      .describe('Seconds that a predict session of the application waits for its first packet.'),
    alg: yesNo().optional().describe('Whether the application layer gateway is on.'),
    'deny-action': choice(['drop', 'drop-reset'])
      .optional()
      .describe(
        'What a rule with action deny does to it: drop it silently, or drop it and reset the client. Default: drop.',
      ),
  });

const signature = () =>
  section({
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

const condition = () =>
  section({
    side: choice(['c2s', 's2c', 'either'])
      .optional()
      .describe('Whose payload it is about. Default: either, or what `context` is about.'),
    context: signatureContext()
      .optional()
      .describe(
        'The part of a message in which the pattern is looked for: of HTTP the first request or response, of ' +
          'TLS what is in clear; unknown-… for what no decoder knows. Default: the payload as it is.',
      ),
    begins: bytePattern().optional().describe('How the payload begins: a pattern as of `begins`.'),
    contains: bytePattern()
      .optional()
      .describe('What is anywhere in the payload: such a pattern, without an @ in front.'),
  });

const longSignature = () =>
  section({
    name: name("a signature's name").optional().describe('For people.'),
    transport: choice(['tcp', 'udp']).describe('The protocol that carries it.'),
    port: list(portNumbers()).default([]).describe('Destination ports. Default: any.'),
    scope: choice(['transaction', 'session'])
      .default('transaction')
      .describe(
        'Whether what one side sends must meet all conditions, or both sides together may. ' +
          'Default: transaction.',
      ),
    'order-free': yesNo()
      .default(true)
      .describe(
        'Whether conditions may be met in any order, or (no) only one behind the other, in what one side ' +
          'sends. Default: yes.',
      ),
    'and-condition': mapList(
      section({
        'or-condition': mapList(condition()).describe('Conditions of which one is enough.'),
      }),
    ).describe('Conditions that must all be met.'),
  });

/** What kind an application is: keys of `application-filters` and of one's own applications. */
const category = () => choice(CATEGORIES);
const subcategory = () => name('a subcategory such as file-sharing');
const technology = () => choice(TECHNOLOGIES);
const risk = () => whole(1, RISK_MAX);
const characteristics = () => list(choice(Object.values(CHARACTERISTICS)));

/** An entry of `application-filters:`. */
export const applicationFilter = () =>
  section({
    category: list(category()).optional().describe('Categories, of which one is enough.'),
    subcategory: list(subcategory()).optional().describe('Subcategories, of which one is enough.'),
    technology: list(technology()).optional().describe('Technologies, of which one is enough.'),
    risk: list(risk()).optional().describe('Risks from 1 to 5, of which one is enough.'),
    characteristic: characteristics().optional().describe('Characteristics, all of them.'),
  });

/** An entry of `custom-applications:`. */
export const customApplication = () =>
  section({
    category: category().optional().describe('Category, for filters.'),
    subcategory: subcategory().optional().describe('Subcategory, for filters.'),
    technology: technology().optional().describe('Technology, for filters.'),
    risk: risk().optional().describe('Risk from 1 to 5, for filters.'),
    characteristic: characteristics().default([]).describe('Characteristics, for filters.'),
    ports: list(ports()).default([]).describe('Default ports.'),
    signature: signature()
      .optional()
      .describe(
        'How it is identified; it goes before what is built in. Without: by override alone.',
      ),
    signatures: mapList(longSignature())
      .default([])
      .describe(
        'Signatures with conditions, any of which is enough; `signature` is the short form.',
      ),
    parent: name("an application's name")
      .optional()
      .describe('What a session may be identified as first, and still turn out to be this one.'),
    ...timers(),
  });

/** One entry of `application-override:`. */
export function overrideRule() {
  const { service: _, ...matchWithoutService } = match();
  return section({
    ...matchWithoutService,
    protocol: choice(['tcp', 'udp']).describe('Protocol.'),
    port: list(portNumbers()).describe('Destination ports.'),
    application: name("an application's name", ['any']).describe(
      'The application that a session gets at once. One of `custom-applications` is not inspected further.',
    ),
  });
}
