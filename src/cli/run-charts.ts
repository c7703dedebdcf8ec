/** This file draws the charts of a run directory. Their code is loaded on demand: it takes most of a second. */

import type { OccupancyPoint } from '../engine/occupancy.ts';
import type { OffloadRates } from '../engine/offload-rates.ts';
import { extrapolationWords } from '../report/extrapolation.ts';
import { loadWords } from '../report/offload/offload-text.ts';
import { plainRates } from '../report/offload/rates.ts';
import { predictSummary } from '../report/predict-text.ts';
import type { RunReport } from '../report/run-report.ts';

/** Charts that `--format charts` writes. */
export const CHARTS = [
  'charts/occupancy.svg',
  'charts/offload.svg',
  'charts/predicts.svg',
  'charts/zones.svg',
] as const;

/** What the charts show. */
export interface ChartFacts {
  readonly run: RunReport;
  /** The table's occupancy over time. */
  readonly points: readonly OccupancyPoint[];
  /** Packets over time, and what of them hardware would have had. */
  readonly rates: OffloadRates | null;
  /** Seconds that the replay's clock ran; null without a packet. */
  readonly span: number | null;
}

/** The SVG text of a chart. */
export async function chartOf(
  name: (typeof CHARTS)[number],
  { run, points, rates, span }: ChartFacts,
): Promise<string> {
  const [first] = run.inputs;
  const others = run.inputs.length - 1;
  const inputs = others === 0 ? (first?.name ?? '') : `${first?.name} and ${others} more`;
  const title = run.extrapolation ? `${extrapolationWords(run.extrapolation)}: ${inputs}` : inputs;
  if (name === 'charts/zones.svg') {
    const { zonesSvg } = await import('../report/charts/zones.ts');
    return zonesSvg(run.counts.zone_matrix, title);
  }
  if (name === 'charts/predicts.svg') {
    const { predictsSvg } = await import('../report/charts/predicts.ts');
    const predicts = run.counts.predict_sessions;
    const start = run.time.first_packet ?? '';
    const end = run.time.clock_end ?? start;
    return predictsSvg({
      ...{ title, start, end, about: predictSummary(predicts), predicted: predicts.predicted },
      controls: predicts.control_session_list,
    });
  }
  if (name === 'charts/offload.svg') {
    const { offloadSvg } = await import('../report/charts/offload.ts');
    const { offload } = run.counts;
    const about = offload === null ? 'no sessions' : loadWords(offload);
    const start = run.time.first_packet ?? '';
    const switches = offload?.switches ?? [];
    return offloadSvg({ title, about, start, span, rates: plainRates(rates), switches });
  }
  const { occupancySvg } = await import('../report/charts/occupancy.ts');
  return occupancySvg(points, {
    title,
    peak: run.counts.peak_sessions,
    start: run.time.first_packet ?? '',
    ...(span !== null && { span }),
  });
}
