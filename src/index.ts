/**
 * This file is the library: what `slowpath replay` is made of, for programs that want the sessions
 * without the command line. It only re-exports.
 *
 * ```ts
 * const config = builtInConfig(); // or parseFirewallConfig(text, 'firewall.yaml')
 * const captures = openCaptures([{ path: 'capture.pcapng' }]);
 * const firewall = new Firewall(config, captures.interfaces, {
 *   seed: 1,
 *   isMerged: false,
 *   hasReceiveStage: false,
 *   onSession: (row) => console.log(sessionRecord(row, { fileNames: null })),
 * });
 * await replayRanges(captures.ranges(), firewall, () => {});
 * firewall.reportLive();
 * ```
 *
 * Rows and events are views that the engine uses again: what is to be kept is copied. `seed` keys
 * the table's hash and never changes a result.
 */

export type {
  CaptureFileReport,
  CaptureReplayReport,
  CaptureTime,
} from './capture/capture-report.ts';
export {
  type CaptureInput,
  type CaptureOptions,
  type CaptureReplay,
  openCaptures,
} from './capture/open-captures.ts';
export { builtInConfig } from './config/built-in.ts';
export type { FirewallConfig } from './config/firewall-config.ts';
export { firewallJsonSchema } from './config/json-schema.ts';
export { parseFirewallConfig } from './config/load.ts';
export { Firewall } from './engine/firewall.ts';
export type { FirewallOptions } from './engine/firewall-options.ts';
export { FrameFilter } from './engine/frame-filter.ts';
export type { LoggedPackets, PacketLogOptions } from './engine/packet-log.ts';
export type { PacketRow } from './engine/packet-row.ts';
export { type FrameRange, replayRanges } from './engine/replay.ts';
export { CaptureError, ConfigError, FilterError } from './errors.ts';
export type { EventView } from './events/event-log.ts';
export { type Condition, compileFilter } from './filter/compile.ts';
export { parseFilter } from './filter/parse.ts';
export type { SessionNames } from './filter/session-names.ts';
export type { CaptureFacts } from './inspect/facts.ts';
export { Inspector } from './inspect/inspector.ts';
export { eventRecord } from './report/event-record.ts';
export { type RunReport, runReport } from './report/run-report.ts';
export { SESSION_CSV_HEADER, sessionCsv } from './report/session-csv.ts';
export { type RecordContext, sessionRecord } from './report/session-record.ts';
export { SessionSummary } from './report/summary.ts';
export type { SessionRow } from './session/session-row.ts';
