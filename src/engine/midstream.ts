/**
 * This file tells a TCP session that was there before the capture began from one that the capture
 * itself showed (`--midstream`), and which side of it is the client.
 *
 * A segment without session continues an older session only if its endpoints were not seen before:
 * what belonged to a session of the capture that has ended stays without one. The endpoints of so
 * many sessions are remembered; beyond that nothing is inferred any more.
 */

import type { PacketView } from '../wire/packet-view.ts';
import { TCP_ACK, TCP_RST, TCP_SYN } from '../wire/tcp.ts';

const REMEMBERED_MAX = 1 << 20;
const WELL_KNOWN_PORTS = 1024;

export class Midstream {
  private readonly seen = new Set<string>();

  /** Whether the attached segment, which has no session, may belong to one from before. */
  isPlausible(view: PacketView): boolean {
    // A lone RST answers what is over as often as what is not: nothing can be inferred from it.
    if ((view.tcpFlags & TCP_RST) !== 0 || this.seen.size >= REMEMBERED_MAX) return false;
    return !this.seen.has(endpointsOf(view));
  }

  /** Remembers the endpoints of a session that is made now. */
  note(view: PacketView): void {
    if (this.seen.size < REMEMBERED_MAX) this.seen.add(endpointsOf(view));
  }

  /** Whether the segment comes from the server, as far as SYN-ACK and ports tell. */
  isFromServer(view: PacketView): boolean {
    if ((view.tcpFlags & (TCP_SYN | TCP_ACK)) === (TCP_SYN | TCP_ACK)) return true;
    const { sport, dport } = view;
    return sport < dport && (sport < WELL_KNOWN_PORTS || dport >= WELL_KNOWN_PORTS);
  }
}

/** The same text for both directions. */
function endpointsOf(view: PacketView): string {
  const { sport, dport, source1, source2, source3 } = view;
  const wide = view.family === 6;
  const from = wide ? `${view.source},${source1},${source2},${source3}` : `${view.source}`;
  const to = wide
    ? `${view.destination},${view.destination1},${view.destination2},${view.destination3}`
    : `${view.destination}`;
  const one = `${from}.${sport}`;
  const other = `${to}.${dport}`;
  if (view.twin !== 0)
    return one < other ? `${one}*${view.twin}>${other}` : `${other}*${view.twin}>${one}`;
  return one < other ? `${one}>${other}` : `${other}>${one}`;
}
