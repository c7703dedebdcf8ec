/** This file defines what the sessions under inspection share. */

import type { StreamBudget } from '../stream/tcp-stream.ts';
import type { DetailSource } from './details/detail-source.ts';
import type { SignatureTable } from './signature-table.ts';

/** What inspection shares between sessions. */
export interface InspectionShared {
  readonly table: SignatureTable;
  /** Of all bytes that are kept. */
  readonly budget: StreamBudget;
  /** Signatures whose application may turn out to be another. */
  readonly shifting: ReadonlySet<number>;
  /** By signature: what its application has to say. */
  readonly sources: readonly (DetailSource | null)[];
  /** By signature: 1 where its application may shift to one that a decoder reads. */
  readonly decoding: Uint8Array;
}

/** What an application may turn out to be. */
export interface Shifts {
  /** By signature: 1 for one that is looked for. */
  readonly wanted: Uint8Array;
  /** A decoder reads one of them. */
  readonly isDecoded: boolean;
}
