/**
 * This file joins the signatures of a configuration (`custom-applications:`) with those that are built
 * in. The own ones come first: where both are met, the own one is reported, as the more specific.
 *
 * @confidence assumed: that the more specific one is reported was not read in a public page
 */

import type { CustomSignature } from '../config/application-config.ts';
import { customForm } from './custom-signature.ts';
import type { SignatureForm } from './signature.ts';
import { SHIFTS, SIGNATURES } from './signatures.ts';

/** What payload is compared with. */
export interface SignatureSet {
  /** In the order of precedence. */
  readonly signatures: readonly SignatureForm[];
  /** By application: what it may turn out to be within the budget (panos.md §9, shift). */
  readonly shifts: ReadonlyMap<string, readonly string[]>;
}

/** The set of a configuration. */
export function signatureSet(customs: readonly CustomSignature[]): SignatureSet {
  const shifts = new Map(SHIFTS);
  for (const { application, parent } of customs) {
    const known = parent === null ? null : (shifts.get(parent) ?? []);
    if (parent !== null && known?.includes(application) === false)
      shifts.set(parent, [...known, application]);
  }
  return { signatures: [...customs.map(customForm), ...SIGNATURES], shifts };
}
