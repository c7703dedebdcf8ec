/** This file makes what the frozen configuration says about applications from a validated file. */

import { contextFacts } from '../net/signature-contexts.ts';
import type {
  ApplicationConfig,
  ApplicationOverride,
  CustomCondition,
  CustomSignature,
} from './application-config.ts';
import { buildApplications } from './applications.ts';
import { buildEnds, type NamedFile, orAny } from './build-rules.ts';
import type { ObjectsOfRules } from './named-objects.ts';

/** Disabled override rules are left out. */
export function buildApplicationConfig(
  file: NamedFile,
  objects: ObjectsOfRules,
): ApplicationConfig {
  return {
    applications: buildApplications(file),
    customSignatures: Object.entries(file['custom-applications']).flatMap(buildSignatures),
    applicationOverrides: file['application-override']
      .filter(({ disabled }) => !disabled)
      .map((rule) => buildOverride(rule, objects)),
  };
}

type Custom = NamedFile['custom-applications'][string];

/** Any of them tells the application; the short form is one without and-conditions. */
function buildSignatures([application, custom]: [string, Custom]): CustomSignature[] {
  const { signature, signatures, parent = null } = custom;
  const long = signatures.map((one): CustomSignature => {
    const ports = one.port.flatMap(({ value }) => value);
    const conditions = one['and-condition'].map((and) => and['or-condition'].map(buildCondition));
    return {
      application,
      parent: parent ?? decoderOf(conditions),
      transport: one.transport,
      ports: ports.length === 0 ? null : ports,
      scope: one.scope,
      isOrdered: !one['order-free'],
      conditions,
    };
  });
  if (signature === undefined) return long;
  const { transport, side, begins } = signature;
  const either = begins.map((pattern) => ({
    side,
    begins: pattern,
    contains: null,
    context: null,
  }));
  const form = { transport, ports: null, scope: 'transaction', isOrdered: false } as const;
  return [{ application, parent, ...form, conditions: [either] }, ...long];
}

type Written = Custom['signatures'][number]['and-condition'][number]['or-condition'][number];

function buildCondition({ side, context, begins, contains }: Written): CustomCondition {
  const ofContext = context === undefined ? undefined : contextFacts(context).side;
  return {
    side: ofContext ?? side ?? 'either',
    context: context ?? null,
    begins: begins ?? null,
    contains: contains ?? null,
  };
}

/**
 * The application whose decoder reads a context that is asked for: a session is identified as that first.
 * A parent that is named goes before it.
 */
function decoderOf(conditions: CustomSignature['conditions']): string | null {
  for (const { context } of conditions.flat()) {
    const parent = context === null ? null : contextFacts(context).parent;
    if (parent !== null) return parent;
  }
  return null;
}

function buildOverride(
  rule: NamedFile['application-override'][number],
  objects: ObjectsOfRules,
): ApplicationOverride {
  const ports = rule.port.flatMap(({ value }) => value);
  return {
    name: rule.name,
    ...buildEnds(rule, objects),
    to: orAny(rule.to),
    service: [{ protocol: rule.protocol, ports, overrides: null }],
    application: rule.application,
  };
}
