/**
 * This file is the schema of what hardware offload depends on: the platform, features of the dataplane,
 * operational commands in mid-capture (panos.md §7).
 */

import { preset, section } from './containers.ts';
import { choice, time, whole, wordOf, yesNo } from './leaves.ts';
import { COMMANDS, FEATURES, REFRESHES } from './offload-config.ts';
import { SESSIONS_BY_MODEL } from './platform-models.ts';
import { match } from './schema-rules.ts';

const SESSIONS_MAX = 1_000_000_000;

/** The whole of `platform:`. */
export const platform = () =>
  section({
    model: wordOf('a firewall model such as PA-3220', SESSIONS_BY_MODEL.keys())
      .optional()
      .describe('Model, for the size of its session table and for what hardware it has.'),
    sessions: whole(1, SESSIONS_MAX)
      .optional()
      .describe('Size of the session table, in place of a model.'),
    'hardware-offload': yesNo()
      .optional()
      .describe(
        'Whether there is offload hardware. Default: as the model has it; without one, yes.',
      ),
    'hardware-refresh': preset(
      choice([...REFRESHES, 'model']),
      'every-packet',
      'When packets that hardware takes refresh their session.',
    ),
  });

/** One entry of `dataplane-features:`. */
export function dataplaneFeature() {
  const { name: _name, description, service: _service, disabled: _disabled, ...ends } = match();
  return section({
    feature: choice(FEATURES).describe(
      'What keeps the packets of these sessions on the dataplane.',
    ),
    description,
    ...ends,
  });
}

/** One entry of `commands:`. */
export const timedCommand = () =>
  section({
    at: time().describe('When it is given: RFC 3339, or +SECONDS after the first packet.'),
    command: choice(COMMANDS).describe('The operational command.'),
  });
