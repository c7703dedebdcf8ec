/**
 * This file changes predicts that are in the table, where the capture shows that the firewall translates
 * otherwise than the model chose: the port of an announced end, the message as it was sent on, the
 * parent's own ends.
 */

import type { PredictRequest } from '../alg/alg.ts';
import type { Predict } from '../session/predict.ts';
import type { PredictTable } from '../session/predict-table.ts';
import type { Siblings } from '../session/siblings.ts';
import type { EngineParts } from './parts.ts';
import type { PredictPorts } from './predict-ports.ts';
import { resolveRequest } from './predict-requests.ts';

/** What predicts are kept in. */
interface Kept {
  /** May be asked for once all parts are there. */
  readonly parts: () => EngineParts;
  readonly table: PredictTable;
  readonly refused: PredictTable;
  readonly ports: PredictPorts;
  /** By slot of the parent. */
  readonly siblings: ReadonlyMap<number, Siblings>;
  readonly requestOf: (predict: Predict) => PredictRequest;
}

export class PredictChanges {
  private readonly kept: Kept;

  constructor(kept: Kept) {
    this.kept = kept;
  }

  /** The port by which a predict with a hold is reached turns out to be this one. */
  learn(predict: Predict, port: number): void {
    const { table, ports } = this.kept;
    ports.learn(predict.hold!, port);
    table.rekey(predict, () => {
      predict.facts.destination.port = port;
    });
  }

  /**
   * The capture shows where a predict leads in the message as the firewall sent it. A predict that was
   * matched is known already.
   *
   * @param word IPv4 address, or null for the one that the model has
   */
  observe(predict: Predict, word: number | null, port: number): void {
    const { hold, outcome, refusal } = predict;
    const { destination, translated } = predict.facts;
    if (outcome !== 'open' || refusal !== null || destination.words === null) return;
    const known = destination.words[0]!;
    const address = word === null ? known : word | 0;
    // What is sent on as it was said shows no translation; its peer could not reach it.
    if (translated !== null && address === translated.word) return;
    predict.isObserved = true;
    if (address === known && port === destination.port) return;
    if (hold !== null && address === known) {
      this.learn(predict, port);
      return;
    }
    if (hold !== null) this.kept.ports.leave(predict);
    predict.hold = null;
    this.kept.table.rekey(predict, () => {
      destination.words = Int32Array.of(address);
      destination.port = port;
    });
  }

  /** The session in `slot` has other translated ends now: what it announced follows. */
  parentMoved(slot: number): void {
    const family = this.kept.siblings.get(slot);
    if (family === undefined) return;
    for (const predict of family.list(null)) {
      family.remove(predict);
      this.resolveAgain(predict, slot);
      family.add(predict);
    }
  }

  private resolveAgain(predict: Predict, slot: number): void {
    const { parts, table, refused, ports, requestOf } = this.kept;
    const { installed, timeout, destination } = predict.facts;
    const { facts } = resolveRequest(parts(), slot, requestOf(predict));
    const { hold, isObserved } = predict;
    const { wish } = facts;
    const isHeldThere = hold?.address === wish?.address && hold?.destination === wish?.destination;
    if (hold !== null && !isHeldThere) {
      ports.leave(predict);
      predict.hold = null;
    }
    (predict.refusal === null ? table : refused).rekey(predict, () => {
      const own = isObserved ? { destination } : {};
      predict.facts = { ...facts, installed, timeout, ...own };
      if (!isObserved && predict.hold !== null) predict.facts.destination.port = predict.hold.port;
    });
    if (hold !== null && predict.hold === null && !isObserved) this.holdAgain(predict);
  }

  /** A port at the address that the parent turns out to have; without a free one what was said stays. */
  private holdAgain(predict: Predict): void {
    const { ports, table } = this.kept;
    const hold = ports.take(predict.facts, null);
    if (hold === null || hold === 'dry') return;
    predict.hold = hold;
    ports.enter(predict);
    table.rekey(predict, () => {
      predict.facts.destination.port = hold.port;
    });
  }
}
