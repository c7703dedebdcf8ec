/**
 * This file says by which address the other side of a control session reaches a host that is none of its
 * ends: the one that the NAT rule gives it which a packet of this host to the other side would meet. So a
 * phone's message about a media server beside it is translated as well.
 *
 * A host counts only where the routes have it on the side that announces it: what a client says of a
 * relay outside stays as it is. What a pool of whole addresses would give to a host that has no session
 * is not known, and stays, too.
 *
 * @confidence assumed: the vendor says that payload is translated (panos.md §6.1), not for whom
 */

import { C2S_KEY, HOT_WORDS, KEY_META, META_ZONE_SHIFT, S2C_KEY } from '../session/layout.ts';
import type { PortWish } from '../session/predict.ts';
import { byPosition } from '../slowpath/address-list.ts';
import { newFlowFacts } from '../slowpath/flow-facts.ts';
import { spreadOf } from '../slowpath/nat-spread.ts';
import type { EngineParts } from './parts.ts';

/** A host that a message of one side names. */
export interface OtherHost {
  readonly side: 0 | 1;
  readonly word: number;
  /** IP protocol number of what is announced. */
  readonly protocol: number;
  /** Address of the parent's other end, as the host would send to it. */
  readonly peer: number;
}

/** How the other side reaches it; null where it is not translated. */
export function otherHostSeen(
  { table, nat, egress }: EngineParts,
  slot: number,
  { side, word, protocol, peer }: OtherHost,
): { words: Int32Array; wish: PortWish | null; natRule: number } | null {
  if (!nat.hasRules) return null;
  const zoneOf = (key: number) => table.hot[slot * HOT_WORDS + key + KEY_META]! >>> META_ZONE_SHIFT;
  const facts = newFlowFacts();
  facts.from = zoneOf(side === 0 ? C2S_KEY : S2C_KEY);
  facts.protocol = protocol;
  facts.source[0] = word;
  facts.destination[0] = peer;
  egress.enter(0, facts.from);
  if (egress.zoneOf(4, facts.source) !== facts.from) return null;
  facts.to = egress.zoneOf(4, facts.destination);
  const natRule = nat.find(facts, egress.nameNumber);
  const way = nat.rules[natRule]?.sourceWay ?? null;
  if (way === null) return null;
  switch (way.kind) {
    case 'ports': {
      const { count } = way.addresses;
      if (count === 0) return null;
      const address = way.addresses.at(spreadOf(word, 0, count));
      const wish = { use: way.use, address, destination: peer };
      return { words: Int32Array.of(address), wish, natRule };
    }
    case 'addresses': {
      const address = nat.pools.addresses[way.pool - 1]!.heldBy(word);
      return address === null ? null : { words: Int32Array.of(address), wish: null, natRule };
    }
    default: {
      if (way.to.count === 0) return null;
      const address = byPosition(way.from, way.to, word);
      return { words: Int32Array.of(address), wish: null, natRule };
    }
  }
}
