/**
 * This file holds the session capacity of each firewall model.
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
