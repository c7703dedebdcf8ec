/** This file says whether a session that was just created is chosen by a filter (`--packets`). */

import { type Condition, compileFilter } from '../filter/compile.ts';
import type { SessionNames } from '../filter/session-names.ts';
import { Subject } from '../filter/subject.ts';
import type { FilterTree } from '../filter/tree.ts';
import {
  APPLICATION,
  C2S_KEY,
  HOT_WORDS,
  KEY_META,
  META_ZONE_SHIFT,
  RULE,
  S2C_KEY,
  SERIAL,
  TAIL_WORDS,
} from '../session/layout.ts';
import { ZONE_ANY } from '../session/session-table.ts';
import type { EngineParts } from './parts.ts';

/** ZONE_ANY until the first reply, ZONE_UNKNOWN: the filter's zone `unknown` is both. */
const UNKNOWN = 0;

export class SessionChoice {
  private readonly parts: EngineParts;
  private readonly subject: Subject;
  private readonly condition: Condition;
  /** The same for a session whose first packet is the server's. */
  private readonly conditionOfReply: Condition;

  constructor(parts: EngineParts, filter: (names: SessionNames) => FilterTree) {
    this.parts = parts;
    this.subject = new Subject(parts.view);
    const tree = filter({
      zones: parts.zones.zoneNames,
      rules: parts.policy.rules.map(({ name }) => name),
      applications: parts.config.applications.map(({ name }) => name),
    });
    this.condition = compileFilter(tree);
    this.conditionOfReply = compileFilter(tree, true);
  }

  /**
   * Whether the session is chosen by the attached packet, which created it.
   *
   * @param flow the packet's
   * @param linkType of the frame's interface
   */
  isChosen(flow: number, linkType: number): boolean {
    const { table } = this.parts;
    const { subject } = this;
    const slot = flow >>> 1;
    const hot = slot * HOT_WORDS;
    const tail = slot * TAIL_WORDS;
    subject.linkType = linkType;
    subject.serial = table.hot[hot + SERIAL]! >>> 0;
    subject.clientZone = this.zoneAt(hot + C2S_KEY + KEY_META);
    subject.serverZone = this.zoneAt(hot + S2C_KEY + KEY_META);
    subject.rule = table.tail[tail + RULE]!;
    subject.application = table.tail[tail + APPLICATION]! - 1;
    return (flow & 1) === 0 ? this.condition(subject) : this.conditionOfReply(subject);
  }

  private zoneAt(word: number): number {
    const zone = this.parts.table.hot[word]! >>> META_ZONE_SHIFT;
    return zone === ZONE_ANY ? UNKNOWN : zone;
  }
}
