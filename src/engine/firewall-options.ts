/** This file says how a firewall is to replay, beside its configuration. */

import type { AlgKind } from '../alg/alg.ts';
import type { EventView } from '../events/event-log.ts';
import type { Row } from '../session/phases.ts';
import type { PredictRow } from '../session/predict-row.ts';
import type { SessionRow } from '../session/session-row.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { TunnelKind } from '../wire/tunnel.ts';
import type { PacketLogOptions } from './packet-log.ts';

export interface FirewallOptions {
  /** Any number; spreads the hash, changes no result. */
  readonly seed: number;
  /** Whether several inputs are merged: then packets are numbered through. */
  readonly isMerged: boolean;
  /** Whether an input of stage `receive` is given. */
  readonly hasReceiveStage: boolean;
  /** Whether one of stage `drop` is: then received packets are remembered for it. */
  readonly hasDropStage?: boolean;
  /** Whether one of stage `transmit` is, or of `firewall` beside `receive`: copies, then. */
  readonly hasCopyStage?: boolean;
  /** Decodes frames; several firewalls that take the same ones share it (side-by-side). */
  readonly view?: PacketView;
  /** How many clients there are for each of the capture's: itself and its twins. Default 1. */
  readonly scale?: number;
  /** Take a segment without session for one of a connection that was there before (`--midstream`). */
  readonly midstream?: boolean;
  /** Kinds of tunnels whose inner packets are replayed, too. */
  readonly decapsulate?: readonly TunnelKind[];
  /** The machine's rows; for tests that change them. */
  readonly rows?: readonly Row[];
  /** Bytes of payload that all sessions together may keep for inspection; for tests. */
  readonly inspectionBytesMax?: number;
  /** A session that ended, or one that is live at the end; the row is reused. */
  readonly onSession?: (row: SessionRow) => void;
  /** A predict that has left the table, or is there at the end; the row lasts. */
  readonly onPredict?: (row: PredictRow) => void;
  /** ALGs in place of all; for tests. */
  readonly algs?: readonly AlgKind[];
  /** False leaves the rows' transitions out, which saves their keeping. Default true. */
  readonly withTransitions?: boolean;
  /** False leaves out what hardware could carry, which saves its keeping. Default true. */
  readonly withOffload?: boolean;
  /** Events in the order of making; the view is reused. Without a listener they are not kept. */
  readonly onEvent?: (event: EventView) => void;
  /** Counts packets over time, and those that hardware took; only with `onSession`. Default false. */
  readonly withRates?: boolean;
  /** Logs the packets of chosen sessions. Every packet then takes longer. */
  readonly packetLog?: PacketLogOptions;
}
