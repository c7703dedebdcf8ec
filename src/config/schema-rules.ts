/**
 * This file is the schema of the three rulebases: security, NAT and decryption.
 *
 * @source panos.md §11 (element names and enumerations of the vendor's configuration schema)
 */

import { list, preset, section, shorthand } from './containers.ts';
import {
  choice,
  groupAddress,
  name,
  ownAddress,
  remark,
  ruleAddress,
  serviceItem,
  whole,
  yesNo,
} from './leaves.ts';

const ANY_NAME = ['any'];
const ANY_WRITTEN = [{ written: 'any', value: null }];

/** Keys that every kind of rule has; one that is left out matches anything. */
export const match = () => ({
  name: name('a name')
    .optional()
    .describe('Name of the rule; by default its kind and number, rule-1.'),
  description: remark().optional().describe('A remark; it has no effect.'),
  from: list(name("a zone's name")).default(ANY_NAME).describe('Ingress zones. Default: any.'),
  to: list(name("a zone's name")).default(ANY_NAME).describe('Egress zones. Default: any.'),
  source: list(ruleAddress())
    .default(ANY_WRITTEN)
    .describe('Source addresses, or names of them. Default: any.'),
  destination: list(ruleAddress())
    .default(ANY_WRITTEN)
    .describe('Destination addresses, or names of them. Default: any.'),
  'negate-source': preset(yesNo(), false, 'Match every source but these.'),
  'negate-destination': preset(yesNo(), false, 'Match every destination but these.'),
  service: list(serviceItem()).default(ANY_WRITTEN).describe('Services or ports. Default: any.'),
  disabled: preset(yesNo(), false, 'Pass over this rule.'),
});

/** One entry of `rules:`. */
export const securityRule = () =>
  section({
    ...match(),
    'rule-type': preset(
      choice(['universal', 'intrazone', 'interzone']),
      'universal',
      'Which pairs of zones the rule is for.',
    ),
    'source-user': list(name("a user's name")).default(ANY_NAME).describe('Users. Default: any.'),
    category: list(name('a URL category'))
      .default(ANY_NAME)
      .describe('URL categories. Default: any.'),
    application: list(name("an application's name"))
      .default(ANY_NAME)
      .describe('Applications. Default: any.'),
    action: preset(
      choice(['allow', 'deny', 'drop', 'reset-client', 'reset-server', 'reset-both']),
      'allow',
      'What happens to a session that matches.',
    ),
    profiles: list(name("a profile's name"))
      .default([])
      .describe('Security profiles or profile groups.'),
    'log-start': preset(yesNo(), false, 'Log when the session starts.'),
    'log-end': preset(yesNo(), true, 'Log when the session ends.'),
    'icmp-unreachable': preset(
      yesNo(),
      false,
      'Answer the client of what is dropped, or of UDP that is reset, with ICMP unreachable.',
    ),
    'disable-server-response-inspection': preset(yesNo(), false, 'Inspect only the client side.'),
  });

const interfaceAddress = () =>
  section({
    interface: name('an interface name').describe('The interface whose address is taken.'),
    ip: ownAddress().optional().describe('Which of its addresses. Default: the first.'),
  });
const pool = () => ({
  'translated-address': list(groupAddress()).optional().describe('Addresses to take.'),
  'interface-address': interfaceAddress().optional().describe('The address of an interface.'),
});
const port = () => whole(1, 65_535);

const sourceTranslation = () =>
  section({
    'dynamic-ip-and-port': shorthand('translated-address', pool())
      .optional()
      .describe('Many to few: address and port change.'),
    'dynamic-ip': shorthand('translated-address', {
      'translated-address': list(groupAddress()).describe('Addresses to take.'),
      fallback: section(pool()).optional().describe('What to take when these are used up.'),
    })
      .optional()
      .describe('One of a pool for each source; the port stays.'),
    'static-ip': shorthand('translated-address', {
      'translated-address': groupAddress().describe('Address or prefix of the same size.'),
      'bi-directional': preset(yesNo(), false, 'Translate back for sessions from outside.'),
    })
      .optional()
      .describe('One to one.'),
  });

const destinationTranslation = () => ({
  'translated-address': groupAddress().describe('Address or prefix of the same size.'),
  'translated-port': port().optional().describe('Port to translate to.'),
});

/** One entry of `nat:`. */
export const natRule = () =>
  section({
    ...match(),
    'to-interface': name('an interface name')
      .default('any')
      .describe('Egress interface. Default: any.'),
    'nat-type': preset(choice(['ipv4', 'nat64', 'nptv6']), 'ipv4', 'Kind of translation.'),
    'source-translation': sourceTranslation().optional().describe('How the source changes.'),
    'destination-translation': shorthand('translated-address', destinationTranslation())
      .optional()
      .describe('How the destination changes.'),
    'dynamic-destination-translation': shorthand('translated-address', {
      ...destinationTranslation(),
      distribution: preset(
        choice(['round-robin', 'source-ip-hash', 'ip-modulo', 'ip-hash', 'least-sessions']),
        'round-robin',
        'How sessions are spread over the addresses.',
      ),
    })
      .optional()
      .describe('How the destination is spread over several addresses.'),
  });

/** One entry of `decryption:`. */
export const decryptionRule = () =>
  section({
    ...match(),
    'source-user': list(name("a user's name")).default(ANY_NAME).describe('Users. Default: any.'),
    category: list(name('a URL category'))
      .default(ANY_NAME)
      .describe('URL categories. Default: any.'),
    type: preset(
      choice(['ssl-forward-proxy', 'ssl-inbound-inspection', 'ssh-proxy']),
      'ssl-forward-proxy',
      'Kind of decryption.',
    ),
    profile: name("a profile's name").optional().describe('Decryption profile.'),
    action: preset(
      choice(['no-decrypt', 'decrypt', 'decrypt-and-forward']),
      'no-decrypt',
      'What happens to a session that matches.',
    ),
  });
