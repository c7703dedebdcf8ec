/**
 * This file reads the options that choose what is replayed and reported: `--filter`, `--from`,
 * `--until`, `--packets`.
 */

import type { CaptureTime } from '../capture/capture-report.ts';
import type { PacketLogOptions } from '../engine/packet-log.ts';
import type { FrameRange } from '../engine/replay.ts';
import { FilterError, UsageError } from '../errors.ts';
import { type Condition, compileFilter } from '../filter/compile.ts';
import { parseFilter } from '../filter/parse.ts';
import { formatTime, secondAndNanosecond } from '../net/time.ts';
import { compareTimes, readTimeBound, type TimeBound, TimeSpan } from '../net/time-span.ts';
import { terminalSafe } from '../report/escape.ts';
import type { SessionRow } from '../session/session-row.ts';

/** Packets of a session that are logged unless the user says otherwise (CONTRACT: packet). */
const PACKETS_PER_SESSION = 200;

export interface SelectionOptions {
  readonly filter?: string;
  readonly from?: string;
  readonly until?: string;
  /** Expression that chooses the sessions whose packets are logged. */
  readonly packets?: string;
  readonly packetsPerSession?: number;
  /** Serial of the session that is shown alone (`--session`). */
  readonly session?: number;
  /** Serial of the predict that is shown alone (`--predict`). */
  readonly predict?: number;
}

/** What of a replay is chosen. */
export class Selection {
  /** null for every frame. */
  readonly filter: Condition | null;
  /** null for the whole replay. */
  readonly span: TimeSpan | null;
  private readonly options: SelectionOptions;
  private isShownOutside = false;

  /** @throws UsageError */
  constructor(options: SelectionOptions) {
    const { filter, from, until } = options;
    this.options = options;
    this.filter =
      filter === undefined
        ? null
        : compileFilter(explaining('--filter', () => parseFilter(filter, null)));
    const bounds = [bound('--from', from), bound('--until', until)] as const;
    const hasSpan = bounds.some((end) => end !== null);
    this.span = hasSpan ? new TimeSpan(...bounds) : null;
    const [start, end] = bounds;
    if (start !== null && start.isRelative === end?.isRelative) checkOrder(options, start, end);
  }

  /** The ranges as they come; the first one tells when the first packet came. @throws UsageError */
  async *hearing(ranges: AsyncIterable<FrameRange>): AsyncGenerator<FrameRange, void, undefined> {
    let isFirst = true;
    for await (const range of ranges) {
      if (isFirst) {
        const { batch, from } = range;
        this.begin(secondAndNanosecond(batch.epochSeconds, batch.time[from] ?? 0));
      }
      isFirst = false;
      yield range;
    }
  }

  /** What packets are to be logged; null for none. */
  packetLog(onPackets: PacketLogOptions['onPackets']): PacketLogOptions | null {
    const { packets, packetsPerSession = PACKETS_PER_SESSION } = this.options;
    if (packets === undefined) return null;
    return {
      expression: packets,
      filter: (names) => explaining('--packets', () => parseFilter(packets, names)),
      perSession: packetsPerSession,
      span: this.span,
      onPackets,
    };
  }

  /** Whether a session was there in the span. */
  isReported({ serial, startSecond, startNanosecond, end }: SessionRow): boolean {
    const start = { second: startSecond, nanosecond: startNanosecond };
    if (this.span === null || this.span.overlaps(start, end)) return true;
    if (serial === this.options.session) this.isShownOutside = true;
    return false;
  }

  /** The session of `--session` must be one of `created`, and in the span. @throws UsageError */
  checkShown(created: number): void {
    const { session } = this.options;
    if (session === undefined) return;
    if (this.isShownOutside) {
      throw new UsageError(`--session: session ${session} was not alive in the span`);
    }
    if (session <= created) return;
    const those = ['there are no sessions', 'there is one session, with serial 1'][created];
    throw new UsageError(
      `--session: no session has the serial ${session}; ` +
        (those ?? `there are ${created}, with serials 1 to ${created}`),
    );
  }

  /** The predict of `--predict` must be one of `created`. @throws UsageError */
  checkPredict(created: number): void {
    const { predict } = this.options;
    if (predict === undefined || predict <= created) return;
    throw new UsageError(
      `--predict: no predict session has the serial ${predict}; there are ${created}`,
    );
  }

  /** A span that begins behind the clock's end is a mistake. @throws UsageError */
  checkEnd(clockEnd: CaptureTime | null): void {
    const from = this.span?.from ?? null;
    if (from === null || clockEnd === null || compareTimes(from, clockEnd) <= 0) return;
    throw new UsageError(
      `--from ${this.options.from}: nothing happens then; the replay ends at ${timeText(clockEnd)}`,
    );
  }

  private begin(first: CaptureTime): void {
    const { span, options } = this;
    if (span === null) return;
    span.begin(first);
    const { from, until } = span;
    if (from !== null && until !== null) checkOrder(options, from, until);
    if (until === null || compareTimes(until, first) >= 0) return;
    throw new UsageError(
      `--until ${options.until}: nothing has happened by then; the first packet is of ${timeText(first)}`,
    );
  }
}

/** What `read` returns; its FilterError is shown with the place. @throws UsageError */
function explaining<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FilterError) throw new UsageError(`${option}: ${withPlace(error)}`);
    throw error;
  }
}

/** Characters of an expression that are shown on either side of an error. */
const SHOWN_AROUND = 100;

/** The reason, the line of the expression that it is about, and a caret below the place. */
function withPlace({ message, expression, column }: FilterError): string {
  const before = expression.slice(0, column - 1);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = expression.indexOf('\n', column - 1);
  const line = expression.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  // Of a long line the part around the place.
  const from = Math.max(0, column - 1 - lineStart - SHOWN_AROUND);
  const to = column - 1 - lineStart + SHOWN_AROUND;
  const lead = from > 0 ? '… ' : '';
  const shown = `${lead}${terminalSafe(line.slice(from, to))}${to < line.length ? ' …' : ''}`;
  const indent = lead.length + terminalSafe(line.slice(from, column - 1 - lineStart)).length;
  return `${terminalSafe(message)}\n  ${shown}\n  ${' '.repeat(indent)}^`;
}

function bound(option: string, text: string | undefined): TimeBound | null {
  if (text === undefined) return null;
  const read = readTimeBound(text);
  if (typeof read === 'string') throw new UsageError(`${option}: ${read}`);
  return read;
}

function checkOrder({ from, until }: SelectionOptions, start: CaptureTime, end: CaptureTime): void {
  if (compareTimes(start, end) <= 0) return;
  throw new UsageError(`--from ${from} is later than --until ${until}: there is nothing between`);
}

const timeText = ({ second, nanosecond }: CaptureTime) => formatTime(second, nanosecond);
