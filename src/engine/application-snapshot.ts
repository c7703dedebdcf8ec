/**
 * This file puts into a session's row which application it is, and how that was found out: by payload, or
 * since a predict said so; and what an ALG made of it.
 */

import type { SignatureForm } from '../appid/signature.ts';
import type { SignatureSet } from '../appid/signature-set.ts';
import type { ApplicationSettings } from '../config/application-config.ts';

import { isToldByPayload } from '../net/protocol.ts';
import type { AppDetails } from '../session/app-detail.ts';
import type { Families } from '../session/families.ts';
import {
  type Identifications,
  type KeptIdentification,
  newKeptIdentification,
} from '../session/identifications.ts';
import { APPLICATION, FLAG_INSPECTED, TAIL_WORDS } from '../session/layout.ts';
import type { Overridden } from '../session/overridden.ts';
import type { ImplicitUseRow, SessionRow } from '../session/session-row.ts';
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
  readonly details: AppDetails;
  readonly overridden: Overridden;
  /** The rules of `application-override`, top down. */
  readonly overrideRules: readonly { readonly name: string }[];
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
  private readonly details: AppDetails;
  private readonly overridden: Overridden;
  private readonly overrideRules: ApplicationParts['overrideRules'];
  private readonly families: Families;
  private readonly algs: AlgSessions;
  private readonly kept = newKeptIdentification();

  constructor(parts: ApplicationParts) {
    this.table = parts.table;
    this.applications = parts.applications;
    this.signatures = parts.signatures.signatures;
    this.rules = parts.rules;
    this.identifications = parts.identifications;
    this.details = parts.details;
    this.overridden = parts.overridden;
    this.overrideRules = parts.overrideRules;
    this.families = parts.families;
    this.algs = parts.algs;
  }

  /** @param state the session's STATE word; the row is filled but for its application */
  take(row: SessionRow, slot: number, state: number): void {
    const application = this.table.tail[slot * TAIL_WORDS + APPLICATION]!;
    const told = application === 0 ? null : this.applications[application - 1]!.name;
    this.takeRelatives(row, slot);
    row.identification = null;
    row.overrideRule = at(this.overrideRules, this.overridden.of(slot))?.name ?? null;
    if (this.identifications === null || !isToldByPayload(row.protocol)) {
      row.application = applicationShown(row, state, told);
      return;
    }
    const kept = this.identifications.read(slot, this.kept);
    // panos.md §9: some data, not enough to match. What the capture lacks is not guessed.
    const shown = told ?? (kept.isCut ? null : 'insufficient-data');
    row.application = applicationShown(row, state, shown);
    const ruleBefore = at(this.rules, kept.ruleBefore);
    if (ruleBefore === undefined) return;
    row.identification = {
      packet: kept.packet,
      source: at(this.signatures, kept.signature)?.source ?? null,
      before: at(this.applications, kept.before)?.name ?? null,
      ruleBefore: ruleBefore.name,
      isCut: kept.isCut,
      isDone: kept.isSettled || (state & FLAG_INSPECTED) === 0,
      isDenied: kept.isDenied,
      detail: this.details.of(slot),
      isBypassed: kept.isBypassed,
      implicitUse: this.implicitUseOf(kept),
    };
  }

  private implicitUseOf(kept: Readonly<KeptIdentification>): ImplicitUseRow | null {
    const rule = at(this.rules, kept.implicitRule)?.name;
    const application = at(this.applications, kept.implicitParent)?.name;
    const child = at(this.applications, kept.implicitChild)?.name;
    if (rule === undefined || application === undefined || child === undefined) return null;
    return { application, child, rule, isTemporary: kept.isTemporary };
  }

  private takeRelatives(row: SessionRow, slot: number): void {
    const descent = this.families.of(slot);
    row.parent = descent?.parent ?? null;
    row.parentId = descent?.parentId ?? null;
    row.announcedBy = descent?.alg ?? null;
    row.predict = descent?.predict ?? null;
    row.children = this.families.childrenOf(slot);
    row.childCount = this.families.countOf(slot);
    row.wasAnnounced = row.predict !== null || this.families.refusedOf(slot) !== null;
    row.alg = this.algs.rowOf(slot);
  }
}

/** By number, -1 for none: an array that is asked for its element -1 looks for 0.2 µs, as for a key. */
function at<T>(list: readonly T[], number: number): T | undefined {
  return number < 0 ? undefined : list[number];
}
