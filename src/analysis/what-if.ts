/** This file makes the answer of a what-if: one plain object, which is printed as it is and as text. */

import type { Extrapolation } from '../report/extrapolation.ts';
import { type RunReport, SCHEMA_VERSION } from '../report/run-report.ts';
import { compareSessions, type SessionDifferences } from './compare-sessions.ts';
import type { SessionEnds } from './session-ends.ts';
import { isChanged, type VariantOutcome, whatIfTable } from './what-if-table.ts';

/** A variant that was replayed. */
export interface ReplayedVariant extends VariantOutcome {
  readonly name: string;
  /** Its name among files. */
  readonly fileName: string;
  /** What it sets, as the user wrote it. */
  readonly settings: readonly string[];
  readonly ends: SessionEnds;
}

/** The answer; key order is the file's. */
export type WhatIfReport = ReturnType<typeof whatIfReport>;

/**
 * @param variants the base first
 * @param listedMax changed sessions that are told one by one, for each variant
 */
export function whatIfReport(variants: readonly ReplayedVariant[], listedMax: number) {
  const [base] = variants;
  if (base === undefined) throw new Error('a what-if without a base');
  const { run } = base;
  return {
    schema_version: SCHEMA_VERSION,
    tool: run.tool,
    complete: run.complete,
    inputs: run.inputs,
    time: run.time,
    skipped_files: run.skipped_files,
    selection: run.selection,
    ...extrapolated(variants),
    variants: variants.map((variant) => ({
      name: variant.name,
      ...(variant.run.extrapolation && { scale: variant.run.extrapolation.scale }),
      file_name: variant.fileName,
      settings: variant.settings,
      configuration: variant.run.configuration.file,
      clock_end: variant.run.time.clock_end,
      changed_configuration: changedConfiguration(run, variant.run),
      warnings: notesOf(variant.run).filter((n) => variant === base || !notesOf(run).includes(n)),
    })),
    assumptions: run.assumptions,
    table: whatIfTable(variants).map((row) => ({ ...row, changed: isChanged(row) })),
    differences: variants.slice(1).map((variant) => ({
      variant: variant.name,
      ...listed(compareSessions(base.ends, variant.ends, listedMax)),
    })),
    damage: run.damage,
  };
}

/** What of the variants is extrapolated; nothing where no client has a twin. */
function extrapolated(variants: readonly ReplayedVariant[]): { extrapolation?: Extrapolation } {
  const { extrapolation } = variants.find(({ run }) => run.extrapolation)?.run ?? {};
  return extrapolation ? { extrapolation } : {};
}

function listed({ sessions, ...counts }: SessionDifferences) {
  const { different, only_in_base, only_in_variant } = counts;
  const changed = (different ?? 0) + (only_in_base ?? 0) + (only_in_variant ?? 0);
  return { ...counts, not_listed: changed - sessions.length, sessions };
}

/** What makes a run less than it could be. */
function notesOf({ warnings, not_modelled }: RunReport): string[] {
  return [...warnings, ...not_modelled];
}

/** Sections of the effective configuration that are not the base's. */
function changedConfiguration(base: RunReport, variant: RunReport): string[] {
  const before = base.configuration.effective;
  const after = variant.configuration.effective;
  const sections = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...sections].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
