/** This file is `slowpath schema`: the JSON Schema of `firewall.yaml`, for editors. */

import { firewallJsonSchema } from '../../config/json-schema.ts';
import { EXIT } from '../../errors.ts';
import { writeStandardOutput } from '../standard-output.ts';

/** Prints the schema. */
export function printSchema(): number {
  writeStandardOutput(`${JSON.stringify(firewallJsonSchema(), null, 2)}\n`);
  return EXIT.done;
}
