/**
 * This file puts into a session's row which application it is, and how that was found out: by payload, or
 * since a predict said so; and what an ALG made of it.
 */

import type { SignatureForm } from '../appid/signature.ts';
import type { SignatureSet } from '../appid/signature-set.ts';
import type { ApplicationSettings } from '../config/application-config.ts';

import { isToldByPayload } from '../net/protocol.ts';
import type { Families } from '../session/families.ts';
import type { Identifications, KeptIdentification } from '../session/identifications.ts';
import { APPLICATION, FLAG_INSPECTED, TAIL_WORDS } from '../session/layout.ts';
import type { SessionRow } from '../session/session-row.ts';
import type { SessionTable } from '../session/session-table.ts';
import type { RuleFacts } from '../slowpath/policy.ts';
import type { AlgSessions } from './alg-sessions.ts';
import { applicationShown } from './application-shown.ts';

/** What a row says about applications is taken from. */
export interface ApplicationParts {
  readonly table: SessionTable;
  readonly applications: readonly ApplicationSettings[];
  readonly signatures: SignatureSet;
  /** Every rule that a session can name, by number. */
  readonly rules: readonly RuleFacts[];
  readonly identifications: Identifications | null;
  readonly families: Families;
  readonly algs: AlgSessions;
}

export class ApplicationSnapshot {
  private readonly table: SessionTable;
  private readonly applications: readonly ApplicationSettings[];
  private readonly signatures: readonly SignatureForm[];
  private readonly rules: readonly RuleFacts[];
  /** null where ports tell applications. */
  private readonly identifications: Identifications | null;
  private readonly families: Families;
  private readonly algs: AlgSessions;
  private readonly kept: KeptIdentification = {
    packet: 0,
    signature: -1,
    before: -1,
    ruleBefore: -1,
    isCut: false,
    isDenied: false,
  };

  constructor(parts: ApplicationParts) {
    this.table = parts.table;
    this.applications = parts.applications;
    this.signatures = parts.signatures.signatures;
    this.rules = parts.rules;
    this.identifications = parts.identifications;
    this.families = parts.families;
    this.algs = parts.algs;
  }

  /** @param state the session's STATE word; the row is filled but for its application */
  take(row: SessionRow, slot: number, state: number): void {
    const application = this.table.tail[slot * TAIL_WORDS + APPLICATION]!;
    const told = application === 0 ? null : this.applications[application - 1]!.name;
    this.takeRelatives(row, slot);
    row.identification = null;
    if (this.identifications === null || !isToldByPayload(row.protocol)) {
      row.application = applicationShown(row, state, told);
      return;
    }
    const kept = this.identifications.read(slot, this.kept);
    // panos.md §9: some data, not enough to match. What the capture lacks is not guessed.
    const shown = told ?? (kept.isCut ? null : 'insufficient-data');
    row.application = applicationShown(row, state, shown);
    const ruleBefore = this.rules[kept.ruleBefore];
    if (ruleBefore === undefined) return;
    row.identification = {
      packet: kept.packet,
      source: this.signatures[kept.signature]?.source ?? null,
      before: this.applications[kept.before]?.name ?? null,
      ruleBefore: ruleBefore.name,
      isCut: kept.isCut,
      // A commit may deny it while it is inspected: its packets then go nowhere, to App-ID neither.
      isDone: (state & FLAG_INSPECTED) === 0 || row.action !== 'allow',
      isDenied: kept.isDenied,
    };
  }

  private takeRelatives(row: SessionRow, slot: number): void {
    const descent = this.families.of(slot);
    row.parent = descent?.parent ?? null;
    row.parentId = descent?.parentId ?? null;
    row.predict = descent?.predict ?? null;
    row.children = this.families.childrenOf(slot);
    row.childCount = this.families.countOf(slot);
    row.alg = this.algs.rowOf(slot);
  }
}
