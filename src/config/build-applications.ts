/** This file makes what the frozen configuration says about applications from a validated file. */

import type { ApplicationConfig, ApplicationOverride } from './application-config.ts';
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
    customSignatures: Object.entries(file['custom-applications']).flatMap(
      ([application, { signature, parent = null }]) =>
        signature === undefined ? [] : [{ application, parent, ...signature }],
    ),
    applicationOverrides: file['application-override']
      .filter(({ disabled }) => !disabled)
      .map((rule) => buildOverride(rule, objects)),
  };
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
