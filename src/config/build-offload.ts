/** This file makes what the frozen configuration says about offload from a validated file. */

import { buildEnds, type NamedFile, orAny, serviceEntries } from './build-rules.ts';
import type { ObjectsOfRules } from './named-objects.ts';
import type {
  DataplaneFeature,
  DecryptionRule,
  OffloadConfig,
  OffloadSettings,
  Refresh,
} from './offload-config.ts';
import { hardwareOf, refreshOf } from './platform-models.ts';

/** Disabled rules are left out. */
export function buildOffloadConfig(file: NamedFile, objects: ObjectsOfRules): OffloadConfig {
  return {
    offload: buildSettings(file),
    decryption: file.decryption
      .filter(({ disabled }) => !disabled)
      .map((rule) => buildDecryption(rule, objects)),
    dataplaneFeatures: file['dataplane-features'].map((entry) => buildFeature(entry, objects)),
    commands: file.commands.map(({ at, command }) => ({ at: at.value, command })),
  };
}

function buildSettings({ platform, session }: NamedFile): OffloadSettings {
  const { model } = platform;
  const given = platform['hardware-offload'];
  const refresh = platform['hardware-refresh'];
  const switches = { isOn: session.offload, isUdpOn: session['udp-offload'] };
  const rest = { ...switches, refresh: refresh === 'model' ? refreshByModel(model) : refresh };
  if (given !== undefined) {
    return {
      hasHardware: given,
      basis: 'configured',
      platform: 'platform.hardware-offload',
      ...rest,
    };
  }
  // Without a model the estimate says what could be offloaded.
  if (model === undefined) return { hasHardware: true, basis: 'assumed', platform: null, ...rest };
  return { ...hardwareOf(model), platform: model, ...rest };
}

const refreshByModel = (model: string | undefined): Refresh =>
  model === undefined ? 'every-packet' : refreshOf(model);

function buildDecryption(
  rule: NamedFile['decryption'][number],
  objects: ObjectsOfRules,
): DecryptionRule {
  return {
    ...buildEnds(rule, objects),
    to: orAny(rule.to),
    name: rule.name,
    service: serviceEntries(rule.service, objects),
    application: rule.type === 'ssh-proxy' ? 'ssh' : 'ssl',
    decrypts: rule.action !== 'no-decrypt',
    isUnknowable: orAny(rule['source-user']) !== null || orAny(rule.category) !== null,
  };
}

function buildFeature(
  entry: NamedFile['dataplane-features'][number],
  objects: ObjectsOfRules,
): DataplaneFeature {
  const to = orAny(entry.to);
  return { ...buildEnds(entry, objects), to, feature: entry.feature, service: null };
}
