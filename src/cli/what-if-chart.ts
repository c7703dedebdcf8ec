/** This file has the chart of a what-if drawn. Its code is loaded on demand: it takes most of a second. */

import type { RunReport } from '../report/run-report.ts';
import type { ReplayRun, RunEnd } from './replay-run.ts';
import type { ScaledVariant } from './scaled-variants.ts';

/** A variant whose run has ended. */
export interface EndedVariant {
  readonly variant: ScaledVariant;
  readonly run: ReplayRun;
  readonly facts: RunEnd;
}

/** The SVG text: the sessions in the table over time, a line a variant. */
export async function whatIfChart(
  variants: readonly EndedVariant[],
  base: RunReport,
): Promise<string> {
  const { whatIfSvg } = await import('../report/charts/what-if.ts');
  const [first] = base.inputs;
  const others = base.inputs.length - 1;
  return whatIfSvg(
    variants.map(({ variant, run, facts }) => ({
      name: variant.name,
      points: facts.points,
      peak: facts.run.counts.peak_sessions,
      span: facts.span,
      mean: facts.span ? run.firewall.occupancy.sessionNs / 1e9 / facts.span : null,
    })),
    {
      title: others === 0 ? (first?.name ?? '') : `${first?.name} and ${others} more`,
      start: base.time.first_packet ?? '',
      scale: Math.max(...variants.map(({ variant }) => variant.scale)),
    },
  );
}
