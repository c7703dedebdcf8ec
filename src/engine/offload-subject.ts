/** This file fills what the checks of offload are asked about, from a session's records. */

import { UNKNOWN_TCP, UNKNOWN_UDP } from '../appid/identified.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import { isAlgControl } from '../offload/application-kinds.ts';
import { newOffloadFacts, type OffloadFacts } from '../offload/offload-facts.ts';
import {
  APPLICATION,
  FLAG_INSPECTED,
  FLAG_MIDSTREAM,
  FLAG_OPENED,
  FLAG_OVERRIDDEN,
  HOT_WORDS,
  KEY_META,
  PACKETS,
  PAYLOAD_PACKETS,
  RULE,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import { PHASE_DISCARD } from '../session/session-machine.ts';
import { NAT_DESTINATION } from '../session/translations.ts';
import { Decryption } from '../slowpath/decryption.ts';
import { fillSessionFacts, newFlowFacts } from '../slowpath/flow-facts.ts';
import type { OffloadSwitch } from './offload-switch.ts';
import type { EngineParts } from './parts.ts';

export class OffloadSubject {
  /** Filled by `fill`. */
  readonly facts: OffloadFacts = newOffloadFacts();
  readonly decryption: Decryption;

  private readonly parts: () => EngineParts;
  private readonly flow = newFlowFacts();
  private readonly toggle: OffloadSwitch;
  private readonly unknown: ReadonlySet<number>;

  /** @param parts may be asked for once all parts are there */
  constructor(parts: () => EngineParts, config: FirewallConfig, toggle: OffloadSwitch) {
    this.parts = parts;
    this.toggle = toggle;
    this.decryption = new Decryption(config);
    this.facts.hasHardware = config.offload.hasHardware;
    this.facts.platform = config.offload.platform;
    const names = config.applications.map(({ name }) => name);
    this.unknown = new Set([names.indexOf(UNKNOWN_TCP), names.indexOf(UNKNOWN_UDP)]);
  }

  /** Whether both sides were seen, and of TCP the handshake; of a connection from before the capture, enough. */
  hasHandshake(slot: number): boolean {
    const { hot } = this.parts().table;
    const at = slot * HOT_WORDS;
    if (hot[at + PACKETS] === 0 || hot[at + PACKETS + 1] === 0) return false;
    if ((hot[at + KEY_META]! & 255) !== PROTO_TCP) return true;
    return (hot[at + STATE]! & (FLAG_OPENED | FLAG_MIDSTREAM)) !== 0;
  }

  /** Whether the application is known, and nothing else is looked for. */
  isIdentified(slot: number): boolean {
    const { table, identifications } = this.parts();
    const application = table.tail[slot * TAIL_WORDS + APPLICATION]! - 1;
    if (application < 0 || this.unknown.has(application)) return false;
    if (this.isInspected(slot)) return identifications?.isSettled(slot) === true;
    // Told by its port it counts as identified once there are data (assumed).
    return identifications !== null || this.isGiven(slot) || this.hasPayload(slot);
  }

  /** Whether the application was known before any payload: a rule or a predict said it. */
  isGiven(slot: number): boolean {
    const { table, families } = this.parts();
    const isOverridden = (table.hot[slot * HOT_WORDS + STATE]! & FLAG_OVERRIDDEN) !== 0;
    return (isOverridden && !this.isInspected(slot)) || families.of(slot) !== null;
  }

  /** Whether an application may still be found. */
  mayBeIdentified(slot: number): boolean {
    const { table, identifications } = this.parts();
    if (this.isInspected(slot)) return true;
    return identifications === null && table.tail[slot * TAIL_WORDS + APPLICATION]! > 0;
  }

  /** Fills `facts` but for what is noted of handshake and identification. */
  fill(slot: number): OffloadFacts {
    const { table, policy, config } = this.parts();
    const { facts, flow } = this;
    const state = table.hot[slot * HOT_WORDS + STATE]!;
    const rule = policy.rules[table.tail[slot * TAIL_WORDS + RULE]!]!;
    const number = table.tail[slot * TAIL_WORDS + APPLICATION]! - 1;
    const application = number < 0 ? undefined : config.applications[number];
    fillSessionFacts(flow, table, slot);
    facts.protocol = flow.protocol;
    facts.switchedOff = this.toggle.offFor(flow.protocol);
    const isDenied = rule.action !== 'allow' || (state & 255) === PHASE_DISCARD;
    facts.state = isDenied ? rule.name : null;
    facts.isHost = config.interfaces.length > 0 && this.isHost(slot);
    facts.application = application?.name ?? null;
    facts.isUninspected = (state & FLAG_OVERRIDDEN) !== 0 && application?.isCustom === true;
    facts.hasAlg = application !== undefined && this.hasAlg(application.name);
    facts.isAlgData = this.isAlgData(slot, facts);
    facts.isAlgControl = facts.hasAlg && application?.alg !== false;
    facts.rule = rule.name;
    facts.hasProfiles = rule.hasProfiles;
    facts.decryptionRule = null;
    facts.isDecrypted = false;
    facts.feature = null;
    return facts;
  }

  /** Data of TFTP go by the name of their control channel; H.245 is one, though another announced it. */
  private isAlgData(slot: number, { hasAlg, application }: OffloadFacts): boolean {
    const descent = this.parts().families.of(slot);
    return descent !== null && (!hasAlg || application === descent.alg);
  }

  /** Whether an end of the session in `flow` is the firewall itself, which does not send it on. */
  private isHost(slot: number): boolean {
    const { egress, nat } = this.parts();
    const { family, source, destination } = this.flow;
    const isSentOn = (nat.translations.bitsOf(slot) & NAT_DESTINATION) !== 0;
    return egress.own.has(family, source) || (!isSentOn && egress.own.has(family, destination));
  }

  /** Number of the decryption rule that the session that `fill` was for meets; -1 for none. */
  findDecryption(): number {
    const { facts, flow, decryption } = this;
    const { application } = facts;
    if (!decryption.hasRules || (application !== 'ssl' && application !== 'ssh')) return -1;
    return decryption.find(flow, application);
  }

  /** Number of the feature that it meets; -1 for none. */
  findFeature(): number {
    return this.decryption.findFeature(this.flow);
  }

  /** Puts into `facts` what was found, by number. */
  note(decryption: number, feature: number): void {
    const { facts } = this;
    const rule = decryption < 0 ? undefined : this.decryption.rules[decryption];
    facts.decryptionRule = rule?.name ?? null;
    facts.isDecrypted = rule?.decrypts === true;
    facts.feature = feature < 0 ? null : (this.decryption.features[feature]?.feature ?? null);
  }

  /** Whether the firewall has an ALG for the application, or the replay. */
  private hasAlg(application: string): boolean {
    return isAlgControl(application) || this.parts().algs.reads(application);
  }

  private isInspected(slot: number): boolean {
    return (this.parts().table.hot[slot * HOT_WORDS + STATE]! & FLAG_INSPECTED) !== 0;
  }

  private hasPayload(slot: number): boolean {
    const { hot } = this.parts().table;
    const at = slot * HOT_WORDS + PAYLOAD_PACKETS;
    return hot[at]! + hot[at + 1]! > 0;
  }
}
