/**
 * This file says what a configuration may hold that this version only checks.
 *
 * Whoever models something deletes its row, and nothing else.
 */

import { isIdentified, isToldByPorts, knownApplications } from './applications.ts';
import { code, isPlainMap, type Plain } from './key-path.ts';
import { didYouMean } from './nearest.ts';
import type { FirewallFile } from './schema.ts';

/** A part of the configuration that has no effect, and the sentence that says so. */
interface NotModelled {
  /**
   * Key paths; `[]` is every entry of a list, `*` every value of a map. Any of them in the file
   * brings the sentence.
   */
  readonly keys: readonly string[];
  readonly sentence: string;
}

const NOT_MODELLED: readonly NotModelled[] = [
  {
    keys: ['rules[].source-user'],
    sentence: '`source-user` of a rule is ignored: a capture does not tell users',
  },
  {
    keys: ['rules[].category'],
    sentence: '`category` of a rule is ignored: URLs are not looked up',
  },
  {
    keys: ['rules[].profiles'],
    sentence: '`profiles` of a rule is ignored: content is not inspected',
  },
  {
    keys: ['rules[].icmp-unreachable'],
    sentence: '`icmp-unreachable` of a rule is ignored: the replay sends no packets',
  },
  {
    keys: ['rules[].disable-server-response-inspection'],
    sentence: '`disable-server-response-inspection` of a rule is ignored: content is not inspected',
  },
  {
    keys: ['decryption'],
    sentence: '`decryption` is checked but not applied yet: no session is decrypted',
  },
  {
    keys: ['applications.*.alg'],
    sentence: '`alg` of an application is checked but not used yet: there is no ALG',
  },
  {
    keys: ['platform.hardware-offload', 'platform.model'],
    sentence: '`platform` sets the size of the table only: nothing is offloaded yet',
  },
];

/** Of rules of one kind, so many are told; of the applications that each names, so many. */
const RULES_TOLD_MAX = 20;
const APPLICATIONS_TOLD_MAX = 5;

/** The sentences for what is in the file, in the order of the table, then those about rules. */
export function listNotModelled(tree: Plain, file: FirewallFile): string[] {
  const present = NOT_MODELLED.filter(({ keys }) => {
    return keys.some((key) => isPresent(tree, key.split('.')));
  });
  const resets = file.rules?.some(({ action }) => action.startsWith('reset-')) === true;
  return [
    ...present.map(({ sentence }) => sentence),
    ...(resets ? [RESETS] : []),
    ...listNatTypes(file),
    ...listApplications(file),
  ];
}

const RESETS = '`action: reset-…` of a rule denies, but sends no RST: the replay sends no packets';

/** NAT rules of other kinds than IPv4's. */
function listNatTypes(file: FirewallFile): string[] {
  const sentences: string[] = [];
  let untold = 0;
  file.nat.forEach(({ name, 'nat-type': type, disabled }, i) => {
    if (disabled || type === 'ipv4') return;
    const rule = `NAT rule ${code(name ?? `nat-${i + 1}`)} is ${type}`;
    if (sentences.length < RULES_TOLD_MAX)
      sentences.push(`${rule}, which is not modelled: it matches nothing`);
    else untold++;
  });
  if (untold > 0) sentences.push(`${untold} more NAT rules are nat64 or nptv6`);
  return sentences;
}

/** What holds for the applications that rules name. */
function listApplications(file: FirewallFile): string[] {
  const isByPayload = file.session['app-id'] === 'payload';
  const isTold = isByPayload ? isIdentified : isToldByPorts;
  const names = new Set([...knownApplications(), ...Object.keys(file.applications)]);
  const sentences: string[] = [];
  let isNamed = false;
  let untold = 0;
  file.rules?.forEach(({ name, application, disabled }, i) => {
    if (disabled || application.includes('any')) return;
    isNamed = true;
    const unknown = application.filter((word) => !isTold(word));
    if (unknown.length === 0) return;
    if (sentences.length < RULES_TOLD_MAX) {
      const [first, ...others] = unknown;
      // A name that is known is no slip of the pen.
      const isOdd = first !== undefined && others.length === 0 && !names.has(first);
      const hint = isOdd ? didYouMean(first, knownApplications()) : null;
      const sentence = untoldApplications(name ?? `rule-${i + 1}`, unknown, isByPayload);
      sentences.push(hint === null ? sentence : `${sentence}; ${hint}`);
    } else untold++;
  });
  if (isNamed && !isByPayload) sentences.unshift(TOLD_BY_PORTS);
  const what = isByPayload ? 'signatures' : 'known ports';
  if (untold > 0) sentences.push(`${untold} more rules name applications without ${what}`);
  return sentences;
}

const TOLD_BY_PORTS =
  '`application` of a rule is told by default ports, for `app-id` is `ports`; ' +
  'ports that its `service` names decide alone';

/** One rule's applications that nothing tells. */
function untoldApplications(
  rule: string,
  applications: readonly string[],
  isByPayload: boolean,
): string {
  const named = applications.slice(0, APPLICATIONS_TOLD_MAX).map(code).join(', ');
  const more = applications.length - APPLICATIONS_TOLD_MAX;
  const all = more > 0 ? `${named} and ${more} more` : named;
  const [noun, subject, object] =
    applications.length === 1 ? ['application', 'it', 'it'] : ['applications', 'they', 'them'];
  const why = isByPayload
    ? `which no signature tells: no session is identified as ${object}`
    : `whose ports are not known: ${subject} can match by an explicit \`service\` only`;
  return `rule ${code(rule)} names ${noun} ${all}, ${why}`;
}

/** An empty list or map says nothing, and so has nothing that is ignored. */
function isPresent(value: Plain | undefined, [segment, ...rest]: readonly string[]): boolean {
  if (segment === undefined) return value !== undefined && !isEmpty(value);
  if (!isPlainMap(value)) return false;
  if (segment === '*') return Object.values(value).some((inner) => isPresent(inner, rest));
  if (!segment.endsWith('[]')) return isPresent(value[segment], rest);
  const items = value[segment.slice(0, -2)];
  return Array.isArray(items) && items.some((item: Plain) => isPresent(item, rest));
}

function isEmpty(value: Plain): boolean {
  return typeof value === 'object' && Object.keys(value).length === 0;
}
