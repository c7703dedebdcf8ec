/**
 * This file holds what depends on the firewall's model: the size of its session table, how often one
 * translated address and port may be in use at once, and whether there is offload hardware.
 *
 * @source panos.md §10 (vendor's product comparison, about 2022)
 * @confidence documented; the VM-Series rows are named there by processors and memory, and their
 * model names here (VM-50 … VM-700) are assumed
 */

import type { OffloadSettings, Refresh } from './offload-config.ts';

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

/**
 * Families with offload hardware, and those of which a network processor is documented but session
 * offload is not: these count as hardware, and the report says so. All others have none (panos.md §7).
 *
 * @source the vendor's knowledge base, "Disable Firewall offloading traffic" (PA-3200, 5200, 7000);
 *   product positioning for PA-1400, 3400 and 5400
 * @confidence documented; for the second list unconfirmed; that the others have none is inferred
 */
const WITH_HARDWARE = /^PA-(?:32\d\d|52\d\d|70\d\d)$/;
const UNCONFIRMED_HARDWARE = /^PA-(?:14\d\d|34\d\d|54\d\d)$/;

/** Whether a model has offload hardware. */
export function hardwareOf(model: string): Pick<OffloadSettings, 'hasHardware' | 'basis'> {
  if (WITH_HARDWARE.test(model)) return { hasHardware: true, basis: 'documented' };
  const isUnconfirmed = UNCONFIRMED_HARDWARE.test(model);
  return { hasHardware: isUnconfirmed, basis: isUnconfirmed ? 'unconfirmed' : 'documented' };
}

/**
 * How a model's hardware reports the packets that it took: of PA-3200, 5200 and 7000 it is known. PA-3050 and
 * the 5000 series, which report every 16, are no models here: `hardware-refresh` can say so.
 *
 * @source the vendor's knowledge base, "Disable Firewall offloading traffic"
 * @confidence documented
 */
export function refreshOf(model: string): Refresh {
  return WITH_HARDWARE.test(model) ? 'packets-64' : 'every-packet';
}
