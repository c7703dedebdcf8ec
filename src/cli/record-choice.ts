/** This file reads which records `json` and `ndjson` hold (`--records`). */

import { UsageError } from '../errors.ts';
import type { RecordChoice } from './outputs.ts';

/** @throws UsageError */
export function recordChoice({
  records,
  print,
}: {
  readonly records?: readonly string[];
  readonly print: string;
}): RecordChoice {
  if (records !== undefined && print !== 'json' && print !== 'ndjson') {
    throw new UsageError('--records needs --print json or --print ndjson');
  }
  const wanted = records ?? ['session', 'predict', 'event'];
  const unknown = wanted.find((r) => !['session', 'predict', 'event'].includes(r));
  if (unknown !== undefined) {
    throw new UsageError(
      `--records: unknown record "${unknown}"; there are session, predict, event`,
    );
  }
  return {
    session: wanted.includes('session'),
    predict: wanted.includes('predict'),
    event: wanted.includes('event'),
  };
}
