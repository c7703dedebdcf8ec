/** This file reads which records `json` and `ndjson` hold (`--records`). */

import { UsageError } from '../errors.ts';
import type { RecordChoice } from './outputs.ts';

const RECORDS = ['session', 'predict', 'event', 'packet'] as const;

export interface RecordOptions {
  readonly records?: readonly string[];
  readonly print: string;
  readonly output?: string;
  /** Filter of the packet log. */
  readonly packets?: string;
  readonly packetsPerSession?: number;
}

/** @throws UsageError */
export function recordChoice(options: RecordOptions): RecordChoice {
  const { records, packets, print } = options;
  const hasRecords = print === 'json' || print === 'ndjson';
  if (records !== undefined && !hasRecords) {
    throw new UsageError('--records needs --print json or --print ndjson');
  }
  // Who asks for packets means them to be among the records.
  const usual = packets === undefined ? RECORDS.filter((name) => name !== 'packet') : RECORDS;
  const wanted: readonly string[] = records ?? usual;
  const unknown = wanted.find((name) => !RECORDS.some((known) => known === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--records: unknown record "${unknown}"; there are session, predict, event, packet`,
    );
  }
  const choice = {
    session: wanted.includes('session'),
    predict: wanted.includes('predict'),
    event: wanted.includes('event'),
    packet: wanted.includes('packet'),
  };
  checkPackets(options, choice.packet && hasRecords);
  return choice;
}

/** Packets that go nowhere, or that nobody chose, are a mistake. */
function checkPackets(options: RecordOptions, isPrinted: boolean): void {
  const { packets, output, packetsPerSession } = options;
  if (packets === undefined) {
    if (isPrinted) {
      throw new UsageError('--records packet needs --packets EXPRESSION, which chooses sessions');
    }
    if (packetsPerSession !== undefined) {
      throw new UsageError('--packets-per-session needs --packets EXPRESSION');
    }
    return;
  }
  if (output !== undefined || isPrinted) return;
  throw new UsageError(
    '--packets needs -o DIR, for packets.ndjson, or --print json or ndjson with packet records',
  );
}
