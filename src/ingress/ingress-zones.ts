/**
 * This file says through which zone a frame came in: by its interface, VLAN, source MAC or source
 * address, the first that is known (CONTRACT: Ingress zone).
 *
 * Zone numbers are 1 + the index in the configuration; ZONE_UNKNOWN is the zone `unknown`. Interface
 * names are numbered as well, 1 + index in `names`, 0 for none.
 */

import type { CaptureInterface } from '../capture/frame-batch.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import { formatIpv4, formatIpv6 } from '../net/address.ts';
import { wordMask } from '../net/prefix.ts';
import { PrefixTable } from '../net/prefix-table.ts';
import { vlanId } from '../wire/ethernet.ts';
import type { PacketView } from '../wire/packet-view.ts';

export const ZONE_UNKNOWN = 0;
const NOT_YET = -1;
const UNKNOWN_ORIGINS_MAX = 4;
const NOTHING_NAMED: NamedOn = { zone: ZONE_UNKNOWN, tagged: [] };

/** A tag stack that the configuration names on an interface. */
export interface NamedTags {
  readonly tags: readonly number[];
  readonly zone: number;
  readonly nameNumber: number;
}

/** What the configuration says of one interface name. */
export interface NamedOn {
  /** Zone number of frames without tags, or ZONE_UNKNOWN. */
  readonly zone: number;
  /** Stacks named on it, the longest first. */
  readonly tagged: readonly NamedTags[];
}

export class IngressZones {
  /** Zone names by zone number. */
  readonly zoneNames: readonly string[];
  /** Interface names by name number minus 1. */
  readonly names: string[] = [];
  /** Name number of the interface that the last `zoneOf` decided on; 0 for none. */
  nameNumber = 0;
  /** Packets whose zone `zoneOf` did not know. */
  unknownPackets = 0;
  /** Where the first of them came from: `192.0.2.0/24 on eth0`. */
  readonly unknownOrigins: string[] = [];
  /** Zone by address, from `networks`. */
  readonly networks: PrefixTable;

  private readonly config: FirewallConfig;
  private readonly interfaces: readonly CaptureInterface[];
  private readonly numberOf = new Map<string, number>();
  /** By capture interface: its zone without tags, or NOT_YET. */
  private zoneByInterface = new Int32Array(64).fill(NOT_YET);
  private nameByInterface = new Int32Array(64);
  /** By capture interface: stacks named on it, the longest first. */
  private readonly tagged: (readonly NamedTags[])[] = [];
  private readonly zoneByVlan = new Int32Array(4096);
  private readonly hasVlans: boolean;
  private readonly hasMacs: boolean;
  private readonly zoneByMac = new Map<number, number>();

  /** @param interfaces the replay's interfaces; may grow while the replay runs */
  constructor(config: FirewallConfig, interfaces: readonly CaptureInterface[]) {
    this.config = config;
    this.interfaces = interfaces;
    this.zoneNames = ['unknown', ...config.zones.map((zone) => zone.name)];
    config.zones.forEach((zone, i) => {
      for (const vlan of zone.vlans) this.zoneByVlan[vlan] = i + 1;
      for (const mac of zone.macs) this.zoneByMac.set(macNumber(mac), i + 1);
    });
    this.hasVlans = config.zones.some((zone) => zone.vlans.length > 0);
    this.hasMacs = this.zoneByMac.size > 0;
    this.networks = new PrefixTable(
      config.zones.flatMap((zone, i) => zone.networks.map((prefix) => ({ prefix, value: i + 1 }))),
    );
  }

  /** Zone number of the attached frame, which arrived on capture interface `index`. */
  zoneOf(view: PacketView, index: number): number {
    const isPlain = view.tagCount === 0 && !this.hasMacs && index < this.zoneByInterface.length;
    let zone = isPlain ? this.zoneByInterface[index]! : NOT_YET;
    if (zone === NOT_YET) zone = this.zoneOfPlace(view, index);
    else this.nameNumber = this.nameByInterface[index]!;
    return zone === ZONE_UNKNOWN ? this.zoneOfNetwork(view, index) : zone;
  }

  /**
   * As `zoneOf`, for an IPv4 frame of which these numbers are known, and without a trace: nothing is
   * counted, and `nameNumber` stays. ZONE_UNKNOWN where more has to be looked at.
   */
  knownZone(index: number, tagCount: number, source: number): number {
    if (this.hasMacs || index >= this.zoneByInterface.length) return ZONE_UNKNOWN;
    const zone = this.zoneByInterface[index]!;
    if (zone === NOT_YET) return ZONE_UNKNOWN;
    if (tagCount > 0 && (this.hasVlans || this.tagged[index]!.length > 0)) return ZONE_UNKNOWN;
    return zone === ZONE_UNKNOWN ? Math.max(this.networks.lookup4(source), ZONE_UNKNOWN) : zone;
  }

  /** What interface, VLAN and source MAC say, or ZONE_UNKNOWN. */
  zoneOfPlace(view: PacketView, index: number): number {
    let zone = index < this.zoneByInterface.length ? this.zoneByInterface[index]! : NOT_YET;
    if (zone === NOT_YET) zone = this.learnInterface(index);
    this.nameNumber = this.nameByInterface[index]!;
    if (view.tagCount > 0) {
      const tagged = this.tagged[index]!;
      const found = tagged.length > 0 ? this.matchTags(view, tagged) : null;
      if (found !== null) {
        this.nameNumber = found.nameNumber;
        return found.zone;
      }
    }
    if (zone !== ZONE_UNKNOWN) return zone;
    if (this.hasVlans && view.tagCount > 0) {
      zone = this.zoneOfVlan(view);
      if (zone !== ZONE_UNKNOWN) return zone;
    }
    if (this.hasMacs && view.sourceMacOffset >= 0) {
      zone = this.zoneByMac.get(readMac(view.bytes, view.sourceMacOffset)) ?? ZONE_UNKNOWN;
    }
    return zone;
  }

  /** What the source address says, or ZONE_UNKNOWN. */
  zoneOfNetwork(view: PacketView, index: number): number {
    const found =
      view.family === 4
        ? this.networks.lookup4(view.source)
        : this.networks.lookup6(view.source, view.source1, view.source2, view.source3);
    if (found >= 0) return found;
    this.noteUnknown(view, index);
    return ZONE_UNKNOWN;
  }

  /** Name number of an interface name. */
  numberName(name: string): number {
    let number = this.numberOf.get(name);
    if (number === undefined) {
      number = this.names.push(name);
      this.numberOf.set(name, number);
    }
    return number;
  }

  /** Zone number of the zone that lists an interface under exactly this name, or ZONE_UNKNOWN. */
  zoneOfName(name: string): number {
    return 1 + this.config.zones.findIndex((z) => z.interfaces.some((i) => i.written === name));
  }

  /** What the zones say of frames on an interface of this name. */
  namedOn(name: string): NamedOn {
    let zone = ZONE_UNKNOWN;
    const tagged: NamedTags[] = [];
    this.config.zones.forEach((candidate, i) => {
      for (const { written, readings } of candidate.interfaces) {
        for (const reading of readings) {
          if (reading.name !== name) continue;
          if (reading.tags.length === 0) zone = i + 1;
          else {
            const nameNumber = this.numberName(written);
            tagged.push({ tags: reading.tags, zone: i + 1, nameNumber });
          }
        }
      }
    });
    tagged.sort((a, b) => b.tags.length - a.tags.length);
    return { zone, tagged };
  }

  /**
   * Which of the stacks the attached frame has, or null: the longest named wins, then the one that
   * begins at the outermost tag.
   */
  matchTags(view: PacketView, tagged: readonly NamedTags[]): NamedTags | null {
    for (let length = tagged[0]?.tags.length ?? 0; length > 0; length--) {
      for (let first = 0; first + length <= view.tagCount; first++) {
        for (const candidate of tagged) {
          if (candidate.tags.length !== length) continue;
          let i = 0;
          while (i < length && vlanId(view, first + i) === candidate.tags[i]) i++;
          if (i === length) return candidate;
        }
      }
    }
    return null;
  }

  /** Counts the packet, and keeps the first few networks that such packets come from. */
  private noteUnknown(view: PacketView, index: number): void {
    this.unknownPackets++;
    if (this.unknownOrigins.length === UNKNOWN_ORIGINS_MAX) return;
    const length = view.family === 4 ? 24 : 64;
    const network =
      view.family === 4
        ? formatIpv4(view.source & wordMask(length))
        : formatIpv6(view.source, view.source1, 0, 0);
    const name = this.interfaces[index]?.name;
    const where = name === null || name === undefined ? '' : ` on ${name}`;
    const origin = `${network}/${length}${where}`;
    if (!this.unknownOrigins.includes(origin)) this.unknownOrigins.push(origin);
  }

  private zoneOfVlan(view: PacketView): number {
    for (let i = 0; i < view.tagCount; i++) {
      const zone = this.zoneByVlan[vlanId(view, i)]!;
      if (zone !== ZONE_UNKNOWN) return zone;
    }
    return ZONE_UNKNOWN;
  }

  private learnInterface(index: number): number {
    while (index >= this.zoneByInterface.length) this.growInterfaces();
    const name = this.interfaces[index]?.name ?? null;
    if (name !== null) this.nameByInterface[index] = this.numberName(name);
    const { zone, tagged } = name === null ? NOTHING_NAMED : this.namedOn(name);
    this.tagged[index] = tagged;
    this.zoneByInterface[index] = zone;
    return zone;
  }

  private growInterfaces(): void {
    const size = this.zoneByInterface.length * 2;
    const zones = new Int32Array(size).fill(NOT_YET);
    zones.set(this.zoneByInterface);
    const names = new Int32Array(size);
    names.set(this.nameByInterface);
    this.zoneByInterface = zones;
    this.nameByInterface = names;
  }
}

/** The 48 bits of a MAC address in a block, as one number. */
export function readMac(bytes: Uint8Array, at: number): number {
  const high = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  const low = (bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!;
  return high * 0x100_0000 + low;
}

/** The 48 bits of `aa:bb:cc:dd:ee:ff` as one number. */
export function macNumber(text: string): number {
  return Number.parseInt(text.replaceAll(':', ''), 16);
}
