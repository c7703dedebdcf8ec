/** This file multiplies the clients of a what-if (`--scale`). */

import type { Variant } from '../config/variants.ts';

/** A configuration of a what-if, and how many clients there are for each of the capture's. */
export interface ScaledVariant extends Variant {
  readonly scale: number;
}

/**
 * The base as it is, the base at so many times the load, and each variant at that: so the second shows
 * what the load does, and the others what a setting does about it.
 *
 * @param scale 1 leaves all as they are
 */
export function atScale(variants: readonly Variant[], scale: number): ScaledVariant[] {
  if (scale === 1) return variants.map((variant) => ({ ...variant, scale }));
  const [base, ...others] = variants;
  if (base === undefined) return [];
  const taken = new Set(variants.map(({ fileName }) => fileName.toLowerCase()));
  let fileName = `${base.fileName}-x${scale}`;
  while (taken.has(fileName)) fileName += '-';
  const named = (name: string) => `${name} at ${scale}x`;
  return [
    { ...base, scale: 1 },
    { ...base, name: named(base.name), fileName, scale },
    ...others.map((variant) => ({ ...variant, name: named(variant.name), scale })),
  ];
}
