/**
 * This file takes ports of pools for predicts: what a message announces of a client behind a source
 * translation is reached under the translated address, by a port that the pool gives, the announced one
 * where it is free. A predict and the sessions that come of it hold it together.
 *
 * The port that the firewall really took is often not in the capture. A packet of the parent's peer to the
 * translated address with a port that no predict has is taken for the first of one that waits, and noted
 * as inferred (reply-matching does the same for replies).
 */

import { PROTO_TCP } from '../net/protocol.ts';
import type { PortHold, Predict, PredictFacts } from '../session/predict.ts';
import { ZONE_ANY } from '../session/session-table.ts';
import type { Siblings } from '../session/siblings.ts';
import { POOL_DRY } from '../slowpath/nat-ports.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { EngineParts } from './parts.ts';

/** Predicts to one address that are looked at for one that waits. */
const LOOKED_AT_MAX = 64;
/** Protocol and twin are numbers above an IPv4 address. */
const WORDS = 2 ** 32;
const PROTOCOLS = 256;

export class PredictPorts {
  private readonly nat: EngineParts['nat'];
  /** By twin, protocol and translated address: predicts whose port is a guess. */
  private readonly guesses = new Map<number, Set<Predict>>();
  /** By slot of a child. */
  private readonly heldBy = new Map<number, PortHold>();

  constructor(nat: EngineParts['nat']) {
    this.nat = nat;
  }

  /**
   * A port for a destination that is translated; null where none is needed, 'dry' where none is free.
   *
   * @param earlier the hold of an announcement of the same
   */
  take(facts: PredictFacts, earlier: PortHold | null): PortHold | 'dry' | null {
    if (earlier !== null) {
      earlier.holders++;
      return earlier;
    }
    const { translated, wish } = facts;
    if (translated === null || wish === null) return null;
    const { address, destination } = wish;
    const { ports } = this.nat.pools;
    const isOfTwin = facts.twin !== 0;
    const port = ports[isOfTwin ? 'findForTwin' : 'find'](address, destination, translated.port);
    const use = this.nat.pools.uses[wish.use - 1]!;
    if (port === POOL_DRY) {
      use.failures++;
      return 'dry';
    }
    use.take();
    if (isOfTwin) ports.countForTwin(address, destination);
    else ports.reserve(address, destination, port);
    const isTaken = !isOfTwin;
    return { address, destination, port, isTaken, isOfTwin, use: wish.use, holders: 1 };
  }

  /** A predict with a hold is in the table now. */
  enter(predict: Predict): void {
    const key = guessKey(predict);
    if (key === null) return;
    const known = this.guesses.get(key);
    if (known === undefined) this.guesses.set(key, new Set([predict]));
    else known.add(predict);
  }

  /** A predict leaves the table. */
  leave(predict: Predict): void {
    const key = guessKey(predict);
    if (key === null) return;
    const known = this.guesses.get(key);
    known?.delete(predict);
    if (known?.size === 0) this.guesses.delete(key);
    this.letGo(predict.hold!);
  }

  /** A child holds its predict's port, too. */
  share(hold: PortHold, slot: number): void {
    hold.holders++;
    this.heldBy.set(slot, hold);
  }

  /** The session in `slot` is over. */
  forget(slot: number): void {
    if (this.heldBy.size === 0) return;
    const hold = this.heldBy.get(slot);
    if (hold === undefined) return;
    this.heldBy.delete(slot);
    this.letGo(hold);
  }

  /**
   * The predict that waits for a packet to its translated address, whatever port the model chose: of
   * TCP the one that was announced last, of datagrams the oldest whose port is as even or odd (RFC 3550
   * §11: RTP has even ports, RTCP odd ones). null without one.
   */
  waiting(
    view: PacketView,
    zone: number,
    siblingsOf: (predict: Predict) => Siblings,
  ): Predict | null {
    if (this.guesses.size === 0 || view.family !== 4) return null;
    const some = this.guesses.get(keyOf(view.twin, view.protocol, view.destination));
    if (some === undefined) return null;
    let found: Predict | null = null;
    let looked = 0;
    for (const predict of some) {
      if (++looked > LOOKED_AT_MAX) break;
      if (!isWaiting(predict, view, zone) || !siblingsOf(predict).isPeer(predict, view.source))
        continue;
      if (view.protocol === PROTO_TCP) found = predict;
      else if (((predict.hold!.port ^ view.dport) & 1) === 0) return predict;
    }
    return found;
  }

  /** The capture shows the port that the firewall took. */
  learn(hold: PortHold, port: number): void {
    const { ports } = this.nat.pools;
    if (hold.isTaken) ports.release(hold.address, hold.destination, hold.port);
    hold.port = port;
    if (hold.isOfTwin) return;
    hold.isTaken = ports.reserve(hold.address, hold.destination, port);
  }

  private letGo(hold: PortHold): void {
    if (--hold.holders > 0) return;
    const { ports, uses } = this.nat.pools;
    if (hold.isTaken) ports.release(hold.address, hold.destination, hold.port);
    if (hold.isOfTwin) ports.uncountForTwin(hold.address, hold.destination);
    uses[hold.use - 1]!.give();
  }
}

function guessKey({ hold, facts }: Predict): number | null {
  return hold === null ? null : keyOf(facts.twin, facts.protocol, hold.address);
}

function keyOf(twin: number, protocol: number, address: number): number {
  return (twin * PROTOCOLS + protocol) * WORDS + (address >>> 0);
}

function isWaiting({ outcome, isObserved, facts }: Predict, view: PacketView, zone: number) {
  const { source } = facts;
  return (
    outcome === 'open' &&
    !isObserved &&
    (source.zone === ZONE_ANY || source.zone === zone) &&
    (source.words === null || source.words[0] === view.source) &&
    (source.port === 0 || source.port === view.sport)
  );
}
