/**
 * This file joins the signatures of a configuration (`custom-applications:`) with those that are built
 * in. The own ones come first: where both are met, the own one is reported, as the more specific. Those
 * that ask for unknown-… contexts come last: what a decoder knows is not unknown.
 *
 * @confidence assumed: that the more specific one is reported was not read in a public page
 */

import type { CustomSignature } from '../config/application-config.ts';
import { customForm } from './custom-signature.ts';
import type { Shifts } from './inspection-shared.ts';
import type { SignatureForm } from './signature.ts';
import { IMPLICIT, IMPLICIT_PARENTS_OF_CUSTOM, SHIFTS, SIGNATURES } from './signatures.ts';

/** What payload is compared with. */
export interface SignatureSet {
  /** In the order of precedence. */
  readonly signatures: readonly SignatureForm[];
  /** By application: what it may turn out to be within the budget (panos.md §9, shift). */
  readonly shifts: ReadonlyMap<string, readonly string[]>;
  /** By application: what it may turn out to be that implicitly uses it (panos.md §9). */
  readonly implicit: ReadonlyMap<string, readonly string[]>;
}

/** The set of a configuration. */
export function signatureSet(customs: readonly CustomSignature[]): SignatureSet {
  const shifts = new Map(SHIFTS);
  const implicit = new Map(IMPLICIT);
  for (const { application, parent } of customs) {
    if (parent === null) continue;
    const known = shifts.get(parent) ?? [];
    // Of several signatures of one application the first has entered it.
    if (known.includes(application)) continue;
    shifts.set(parent, [...known, application]);
    if (!IMPLICIT_PARENTS_OF_CUSTOM.has(parent)) continue;
    implicit.set(parent, [...(implicit.get(parent) ?? []), application]);
  }
  const isOfUnknown = (one: CustomSignature) =>
    one.conditions.flat().some(({ context }) => context?.startsWith('unknown-'));
  const own = customs.filter((one) => !isOfUnknown(one)).map(customForm);
  const ofUnknown = customs.filter(isOfUnknown).map(customForm);
  return { signatures: [...own, ...SIGNATURES, ...ofUnknown], shifts, implicit };
}

/** What an application may turn out to be; null for nothing. */
export function shiftsOf({ signatures, shifts }: SignatureSet, application: string): Shifts | null {
  const targets = shifts.get(application);
  if (targets === undefined) return null;
  const isTarget = signatures.map((one) => targets.includes(one.application));
  return {
    wanted: Uint8Array.from(isTarget, Number),
    isDecoded: signatures.some((one, i) => isTarget[i] === true && one.isDecoded === true),
  };
}
