/** This file makes what the frozen configuration says about applications from a validated file. */

import type {
  ApplicationConfig,
  ApplicationOverride,
  CustomSignature,
} from './application-config.ts';
import { buildApplications } from './applications.ts';
import { coverAddresses, type NamedFile, orAny } from './build-rules.ts';
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
    return {
      application,
      parent,
      transport: one.transport,
      ports: ports.length === 0 ? null : ports,
      scope: one.scope,
      conditions: one['and-condition'].map((and) =>
        and['or-condition'].map(({ side, begins = null, contains = null }) => {
          return { side, begins, contains };
        }),
      ),
    };
  });
  if (signature === undefined) return long;
  const { transport, side, begins } = signature;
  const either = begins.map((pattern) => ({ side, begins: pattern, contains: null }));
  const short = { transport, ports: null, scope: 'transaction', conditions: [either] } as const;
  return [{ application, parent, ...short }, ...long];
}

function buildOverride(
  rule: NamedFile['application-override'][number],
  objects: ObjectsOfRules,
): ApplicationOverride {
  const ports = rule.port.flatMap(({ value }) => value);
  return {
    name: rule.name,
    from: orAny(rule.from),
    to: orAny(rule.to),
    source: coverAddresses(rule.source, objects),
    destination: coverAddresses(rule.destination, objects),
    negateSource: rule['negate-source'],
    negateDestination: rule['negate-destination'],
    service: [{ protocol: rule.protocol, ports, overrides: null }],
    application: rule.application,
  };
}
