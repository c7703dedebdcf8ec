/** This file counts frames without IP by their EtherType (the IEEE's registry names these). */

/** EtherTypes that are told apart. */
const TYPES_MAX = 64;
/** Below this the field is a length, and LLC follows (IEEE 802.3 §3.2.6). */
const TYPE_MIN = 0x0600;

const NAMES: Readonly<Record<number, string>> = {
  2054: 'ARP',
  32821: 'RARP',
  34824: 'flow control',
  34825: 'LACP',
  34887: 'MPLS',
  34915: 'PPPoE discovery',
  34916: 'PPPoE',
  34958: '802.1X',
  35020: 'LLDP',
  35045: 'MACsec',
  35063: 'PTP',
};

export class EtherTypes {
  /** Frames of types beyond the limit. */
  notCounted = 0;
  readonly #counts = new Map<number, number>();

  add(etherType: number): void {
    const type = etherType < TYPE_MIN ? 0 : etherType;
    const known = this.#counts.get(type);
    if (known !== undefined) this.#counts.set(type, known + 1);
    else if (this.#counts.size < TYPES_MAX) this.#counts.set(type, 1);
    else this.notCounted += 1;
  }

  /** By name, the most frames first. */
  counts(): Record<string, number> {
    const list = [...this.#counts].sort(([i, a], [j, b]) => b - a || i - j);
    return Object.fromEntries(list.map(([type, count]) => [nameOf(type), count]));
  }
}

function nameOf(type: number): string {
  if (type === 0) return 'LLC';
  return NAMES[type] ?? `0x${type.toString(16).padStart(4, '0')}`;
}
