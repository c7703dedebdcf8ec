/**
 * This file holds what depends on the firewall's model: the size of its session table, and how often one
 * translated address and port may be in use at once.
 *
 * @source panos.md §10 (vendor's product comparison, about 2022)
 * @confidence documented; the VM-Series rows are named there by processors and memory, and their
 * model names here (VM-50 … VM-700) are assumed
 */

/** Sessions that each model's table holds. */
export const SESSIONS_BY_MODEL: ReadonlyMap<string, number> = new Map([
  ['PA-220', 64_000],
  ['PA-220R', 64_000],
  ['PA-410', 64_000],
  ['PA-440', 200_000],
  ['PA-450', 300_000],
  ['PA-460', 400_000],
  ['PA-820', 128_000],
  ['PA-850', 192_000],
  ['PA-3220', 1_000_000],
  ['PA-3250', 2_000_000],
  ['PA-3260', 2_200_000],
  ['PA-3410', 1_400_000],
  ['PA-3420', 2_000_000],
  ['PA-3430', 2_500_000],
  ['PA-3440', 3_000_000],
  ['PA-5220', 4_000_000],
  ['PA-5250', 8_000_000],
  ['PA-5260', 32_000_000],
  ['PA-5280', 64_000_000],
  ['PA-5410', 3_600_000],
  ['PA-5420', 5_000_000],
  ['PA-5430', 7_200_000],
  ['PA-5450', 100_000_000],
  ['PA-7050', 245_000_000],
  ['PA-7080', 416_000_000],
  ['VM-50-Lite', 50_000],
  ['VM-50', 64_000],
  ['VM-100', 250_000],
  ['VM-300', 819_200],
  ['VM-500', 2_000_000],
  ['VM-700', 10_000_000],
  ['CN-Series', 20_000],
]);

/**
 * Times that each family's default lets one translated address and port be in use at once; 2 for any
 * other model, and where none is named.
 *
 * @source vendor's web interface help 11-2, "NAT Translated Packet Tab"
 * @confidence documented
 */
const NAT_OVERSUBSCRIPTION: readonly (readonly [RegExp, number])[] = [
  [/^PA-(?:32\d\d|3430|3440)$/, 4],
  [/^(?:PA-(?:5[24]\d\d|70\d\d)|VM-[57]00)$/, 8],
];

/** The default of a model (NAT_OVERSUBSCRIPTION). */
export function natOversubscriptionOf(model: string): number {
  return NAT_OVERSUBSCRIPTION.find(([pattern]) => pattern.test(model))?.[1] ?? 2;
}
