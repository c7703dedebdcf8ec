/**
 * This file installs predict sessions, and takes them out of the table: what an ALG asks for, if nothing
 * refuses it (panos.md §6.1). An entry stays until its timer ends, matched or not; it is withdrawn, or
 * goes with its parent, while nothing has matched it.
 *
 * What an option refuses is remembered as well, apart: it lets nothing through, but tells why a data flow
 * is denied.
 */

import type { PredictRequest } from '../alg/alg.ts';
import {
  COUNT_PREDICT_CONVERTED,
  COUNT_PREDICT_INSTALLED,
  COUNT_PREDICT_LIMIT,
  COUNT_PREDICT_REFUSED,
  COUNT_PREDICT_UNUSED,
} from '../events/counters.ts';
import {
  EVENT_PREDICT_CONVERTED,
  EVENT_PREDICT_EXPIRED,
  EVENT_PREDICT_INSTALLED,
  EVENT_PREDICT_REFUSED,
  EVENT_PREDICT_SUPERSEDED,
  EVENT_PREDICT_WITHDRAWN,
} from '../events/event-kinds.ts';
import { HOT_WORDS, SERIAL } from '../session/layout.ts';
import {
  PREDICTS_MAX,
  PREDICTS_PER_SESSION_MAX,
  Predict,
  type PredictOutcome,
} from '../session/predict.ts';
import type { PredictRow } from '../session/predict-row.ts';
import { PredictTable } from '../session/predict-table.ts';
import { Siblings } from '../session/siblings.ts';
import type { EngineParts } from './parts.ts';
import { PredictChanges } from './predict-changes.ts';
import { PredictPorts } from './predict-ports.ts';
import { type ResolvedRequest, resolveRequest } from './predict-requests.ts';
import { predictRow, reached } from './predict-snapshot.ts';

/** Event of each way out of the table; null for none. */
const EVENT_OF: Readonly<Record<PredictOutcome, number>> = {
  open: -1,
  converted: -1,
  expired: EVENT_PREDICT_EXPIRED,
  withdrawn: EVENT_PREDICT_WITHDRAWN,
  superseded: EVENT_PREDICT_SUPERSEDED,
  'parent-closed': EVENT_PREDICT_WITHDRAWN,
};

/** Where a predict comes from. */
interface Origin {
  readonly family: Siblings;
  readonly request: PredictRequest;
}

export class Predicts {
  /** Predicts ever installed; the last one's serial. */
  created = 0;
  /** When the next timer is due; ns since the epoch. */
  nextNs = Number.POSITIVE_INFINITY;
  /** When the last one left the table; ns since the epoch. */
  lastNs = Number.NEGATIVE_INFINITY;
  readonly table: PredictTable;
  /** What was refused, and is looked for in denied flows. */
  readonly refused: PredictTable;
  readonly ports: PredictPorts;
  /** Takes note of what the capture shows of translations. */
  readonly changes: PredictChanges;
  /** Hears of a predict when it has left the table, or is there at the end. */
  onPredict: ((row: PredictRow) => void) | null = null;

  /** Everything but this. */
  private readonly parts: () => EngineParts;
  private readonly siblings = new Map<number, Siblings>();
  private readonly origins = new Map<Predict, Origin>();

  /** @param parts may be asked for once all parts are there */
  constructor(parts: () => EngineParts, nat: EngineParts['nat'], seed: number) {
    this.parts = parts;
    this.table = new PredictTable(seed);
    this.refused = new PredictTable(seed);
    this.ports = new PredictPorts(nat);
    const { table, refused, ports, siblings } = this;
    const requestOf = (predict: Predict) => this.origins.get(predict)!.request;
    this.changes = new PredictChanges({ parts, table, refused, ports, siblings, requestOf });
    nat.onMoved = (slot) => this.changes.parentMoved(slot);
  }

  /** Installs, or refuses, what the ALG of the session in `slot` asks for. */
  request(slot: number, request: PredictRequest, control: string): void {
    const parts = this.parts();
    const resolved = resolveRequest(parts, slot, request);
    if (resolved.isUnusable) {
      // A packet has one family: nothing could ever match.
      const refused = new Predict(resolved.facts, control, 'address-family');
      this.noteRefused(refused, 'address-family');
      return;
    }
    const family = this.familyOf(slot);
    const earlier = family.like(resolved.facts.identity);
    const refusal = this.refusalOf(resolved, control);
    const predict = new Predict(resolved.facts, control, refusal);
    let limit: string | null = null;
    if (refusal === null) {
      // Taken before the earlier one is gone, so that what it had is had again.
      limit = this.takeHold(predict, earlier);
    }
    if (earlier !== null) this.remove(earlier, 'superseded', request.cause);
    if (limit === null) limit = this.limitOf(family, refusal !== null);
    if (refusal !== null || limit !== null) this.noteRefused(predict, refusal ?? limit ?? '');
    if (limit !== null) {
      if (predict.hold !== null) this.ports.leave(predict);
      return;
    }
    this.enter(predict, { family, request });
  }

  /** Withdraws what of a group no packet has matched. */
  withdraw(slot: number, group: string, cause: string): void {
    const family = this.siblings.get(slot);
    for (const predict of family?.list(group) ?? []) {
      if (predict.outcome === 'open') this.remove(predict, 'withdrawn', cause);
    }
  }

  /** The predict was matched by the first packet of the session in `slot`. */
  matched(predict: Predict, slot: number, serial: number): void {
    const { log, position, counters, families, table } = this.parts();
    const { parent, parentId, parentSlot, note } = predict.facts;
    predict.outcome = 'converted';
    if (predict.children++ === 0) predict.child = serial;
    const isAlive = table.hot[parentSlot * HOT_WORDS + SERIAL]! >>> 0 === parent;
    const descent = { parent, parentId, predict: predict.serial, alg: predict.alg };
    families.note(slot, serial, descent, isAlive ? parentSlot : -1);
    counters[COUNT_PREDICT_CONVERTED]!++;
    const numbers = [predict.serial, parent] as const;
    const said = { ...note, ...reached(predict.facts) };
    log.appendPredict(EVENT_PREDICT_CONVERTED, position, serial, numbers, said);
  }

  /** The predicts of one parent; of a predict that is, or was, in a table. */
  siblingsAround(predict: Predict): Siblings {
    return this.origins.get(predict)!.family;
  }

  /** The session in `slot` is over, or denied: what of it nothing has matched goes with it. */
  parentClosed(slot: number): void {
    const family = this.siblings.size === 0 ? undefined : this.siblings.get(slot);
    if (family === undefined) return;
    this.siblings.delete(slot);
    for (const predict of family.list(null)) {
      if (predict.outcome === 'open') this.remove(predict, 'parent-closed', null);
    }
  }

  /** Removes what is due by `untilNs`, in order; the clock stands there. */
  expire(untilNs: number): void {
    for (const { deadlines } of [this.table, this.refused]) {
      for (let next = deadlines.first(untilNs); next !== null; next = deadlines.first(untilNs)) {
        this.remove(next, 'expired', null);
      }
    }
  }

  /** Hands out the rows of those that are in the table, by serial. */
  reportLive(): void {
    const { onPredict } = this;
    if (onPredict === null) return;
    const live = [...this.table.deadlines.all()].sort((a, b) => a.serial - b.serial);
    for (const predict of live) onPredict(predictRow(this.parts(), predict, false));
  }

  /** Moves every deadline by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.table.deadlines.rebase(deltaNs);
    this.refused.deadlines.rebase(deltaNs);
    this.lastNs += deltaNs;
    this.noteNext();
  }

  private familyOf(slot: number): Siblings {
    const known = this.siblings.get(slot) ?? new Siblings();
    this.siblings.set(slot, known);
    return known;
  }

  /** Why an option refuses it, or null. */
  private refusalOf({ facts, isThirdHost }: ResolvedRequest, control: string): string | null {
    const { config } = this.parts();
    const alg = config.applications.find(({ name }) => name === control)?.alg ?? true;
    if (!alg) return 'alg-off';
    const isFtp = facts.note.application === 'ftp-data';
    return isFtp && isThirdHost && !config.session.predictsFtpBounce ? 'third-host' : null;
  }

  /** Which bound keeps it out of the table, or null. */
  private limitOf(family: Siblings, isRefused: boolean): string | null {
    const { table, config } = this.parts();
    const into = isRefused ? this.refused : this.table;
    if (family.size >= PREDICTS_PER_SESSION_MAX) return 'too many of the session';
    if (into.live >= PREDICTS_MAX) return 'too many';
    const capacity = config.tableSessions ?? Number.POSITIVE_INFINITY;
    if (!isRefused && table.live + this.table.live >= capacity) return 'no free session';
    return null;
  }

  private takeHold(predict: Predict, earlier: Predict | null): string | null {
    const hold = this.ports.take(predict.facts, earlier?.hold ?? null);
    if (hold === 'dry') return 'no free port';
    predict.hold = hold;
    if (hold !== null) predict.facts.destination.port = hold.port;
    return null;
  }

  private noteRefused(predict: Predict, reason: string): void {
    const { log, position, counters } = this.parts();
    const { parent, note } = predict.facts;
    counters[predict.refusal === null ? COUNT_PREDICT_LIMIT : COUNT_PREDICT_REFUSED]!++;
    const said = { ...note, reason };
    log.appendPredict(EVENT_PREDICT_REFUSED, position, parent, [0, 0], said);
  }

  private enter(predict: Predict, origin: Origin): void {
    const { position, log, counters, sessionIds, algs } = this.parts();
    const { parent, parentSlot, note, timeout } = predict.facts;
    predict.deadlineNs = position.clock[0]! + timeout * 1e9;
    origin.family.add(predict);
    this.origins.set(predict, origin);
    if (predict.refusal !== null) this.refused.add(predict);
    else {
      predict.serial = ++this.created;
      predict.sessionId = sessionIds.take();
      this.table.add(predict);
      if (predict.hold !== null) this.ports.enter(predict);
      algs.sent.announced(parentSlot, predict, origin.request);
      counters[COUNT_PREDICT_INSTALLED]!++;
      const said = { ...note, ...reached(predict.facts) };
      log.appendPredict(EVENT_PREDICT_INSTALLED, position, parent, [predict.serial, 0], said);
    }
    this.noteNext();
  }

  /** Takes a predict out; one that was matched keeps its outcome. */
  private remove(predict: Predict, outcome: PredictOutcome, cause: string | null): void {
    const parts = this.parts();
    this.siblingsAround(predict).remove(predict);
    if (predict.refusal !== null) this.refused.remove(predict);
    else {
      this.table.remove(predict);
      parts.sessionIds.release(predict.sessionId);
      if (predict.hold !== null) this.ports.leave(predict);
      if (predict.outcome === 'open') this.noteUnused(predict, outcome, cause);
      this.lastNs = parts.position.clock[0]!;
      this.onPredict?.(predictRow(parts, predict, true));
    }
    this.origins.delete(predict);
    this.noteNext();
  }

  private noteUnused(predict: Predict, outcome: PredictOutcome, cause: string | null): void {
    const { log, position, counters } = this.parts();
    const { parent, note } = predict.facts;
    predict.outcome = outcome;
    if (outcome === 'withdrawn') predict.withdrawnBy = cause;
    counters[COUNT_PREDICT_UNUSED]!++;
    const reason = outcome === 'parent-closed' ? outcome : cause;
    log.appendPredict(EVENT_OF[outcome], position, parent, [predict.serial, 0], {
      ...note,
      ...reached(predict.facts),
      reason,
    });
  }

  private noteNext(): void {
    this.nextNs = Math.min(this.table.deadlines.nextNs, this.refused.deadlines.nextNs);
  }
}
