/** This file has an ALG read a control channel in a test, and writes down what it says, a line each. */

import type { Alg, AlgEnd, AlgKind, AlgOutput, AlgSession, IpWords } from '../../src/alg/alg.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../src/net/address.ts';
import type { PacketView } from '../../src/wire/packet-view.ts';

const SIDES = ['client', 'server'] as const;

/** Text of an address. */
export function addressText(words: IpWords): string {
  const [w0, w1, w2, w3] = words;
  if (w1 === undefined || w2 === undefined || w3 === undefined) return formatIpv4(w0);
  return formatIpv6(w0 | 0, w1 | 0, w2 | 0, w3 | 0);
}

/** Words of an address. */
export function addressWords(text: string): IpWords {
  const word = parseIpv4(text);
  if (word !== null) return [word >>> 0];
  const words = parseIpv6(text);
  if (words === null) throw new Error(`no address: ${text}`);
  const [w0, w1, w2, w3] = words;
  return [w0 >>> 0, w1 >>> 0, w2 >>> 0, w3 >>> 0];
}

/** `client 10.0.0.1:5`, `server *`: the side, the address where it is not the side's own, the port. */
function endText({ side, address, port }: AlgEnd): string {
  const where = side === null ? 'any' : SIDES[side];
  const host = address === null ? ' any' : address === 'own' ? '' : ` ${addressText(address)}`;
  return `${where}${host}${port === 0 ? ' *' : `:${port}`}`;
}

/** A session between two addresses. */
export function algSession(
  source: string,
  sport: number,
  destination: string,
  dport: number,
  protocol = 6,
): AlgSession {
  const ends = { source: addressWords(source), destination: addressWords(destination) };
  return { protocol, ...ends, sport, dport };
}

/** One ALG and what it said. */
export class AlgLog {
  readonly said: string[] = [];
  /** Calls and the like that it remembers. */
  kept = 0;
  private readonly alg: Alg;

  /** @param keptMax for how many of them there is room */
  constructor(kind: AlgKind, session: AlgSession, keptMax = Number.POSITIVE_INFINITY) {
    const output: AlgOutput = {
      predict: (request) => {
        const { application, protocol, from, to, cause, triggeredBy, group } = request;
        const what = `${application}/${protocol} ${endText(from)} -> ${endText(to)}`;
        this.said.push(`${group}: ${what} by ${SIDES[triggeredBy]}'s ${cause}`);
      },
      withdraw: (group, cause) => this.said.push(`${group} withdrawn by ${cause}`),
      blind: (cause) => this.said.push(`blind from ${cause}`),
      exceeded: (limit) => this.said.push(`exceeded ${limit}`),
      room: () => true,
      keep: (items) => {
        if (this.kept + items > keptMax) return false;
        this.kept += items;
        return true;
      },
    };
    this.alg = kind.begin(session, output);
  }

  /** Has it read bytes that lie somewhere in a block, and are gone afterwards. */
  read(side: 0 | 1, bytes: Uint8Array | string): void {
    const payload = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    const block = Buffer.concat([Buffer.from('\n#'), payload, Buffer.from('#\n')]);
    this.alg.read(side, block, 2, 2 + payload.length);
    block.fill(0xff);
  }

  gap(side: 0 | 1): void {
    this.alg.gap(side);
  }
}

/** Source and destination of an attached packet. */
export function endsOf(view: PacketView): [IpWords, IpWords] {
  const { source, source1, source2, source3 } = view;
  const { destination, destination1, destination2, destination3 } = view;
  if (view.family === 4) return [[source >>> 0], [destination >>> 0]];
  return [
    [source >>> 0, source1 >>> 0, source2 >>> 0, source3 >>> 0],
    [destination >>> 0, destination1 >>> 0, destination2 >>> 0, destination3 >>> 0],
  ];
}
