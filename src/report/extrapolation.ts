/** This file says of a replay with twins (`--scale`) that it extrapolates, and what it takes for granted. */

import { formatCount, formatCountOf } from './duration.ts';

/** How clients were multiplied. */
export interface Scaling {
  /** Clients for each of the capture's: itself and its twins. */
  readonly scale: number;
  /** How much later each twin's packets come than the one's before; ns. */
  readonly shiftNs: number;
  /** Frames of twins that came before their time, so that memory stays bounded. */
  readonly hurried: number;
}

/** The `extrapolation` of run.json and of a what-if's answer. */
export type Extrapolation = ReturnType<typeof extrapolation>;

export function extrapolation({ scale, shiftNs, hurried }: Scaling) {
  return {
    scale,
    shift_seconds: shiftNs / 1e9,
    frames_before_their_time: hurried,
    assumptions: [...assumptions(scale, shiftNs), ...(hurried > 0 ? [hurriedText(hurried)] : [])],
  };
}

/** One line that cannot be overlooked. */
export function extrapolationHeadline({ scale }: Pick<Scaling, 'scale'>): string {
  const twins = scale === 2 ? 'a twin' : `${formatCount(scale - 1)} twins`;
  return `EXTRAPOLATION to ${formatCount(scale)} times the load: every client has ${twins}. No capture shows this.`;
}

/** The same in a few words, where there is no room for a line. */
export function extrapolationWords({ scale }: Pick<Scaling, 'scale'>): string {
  return `Extrapolated to ${formatCount(scale)} times the load`;
}

function assumptions(scale: number, shiftNs: number): string[] {
  const ms = shiftNs / 1e6;
  const last = scale === 2 ? '' : `, those of the last ${formatCount(ms * (scale - 1))} ms later`;
  return [
    `Each packet came again for every twin of its client, ${formatCount(ms)} ms later for the first${last}: the same bytes, from a client of its own. Rules, routes, zones and ALGs met it as they meet the original; in the session table it is another flow. The clock runs on until the last twin's last packet.`,
    'Clients and servers act as in the capture: nobody sends again, slows down or gives up because packets of a twin, or of an original, are dropped here. Links and processors have room for all.',
    'NAT: a twin takes from a pool what one client more takes (of ports it is counted that one is taken, not which); its packets carry the translated ends of its original, and its records show these. Where sessions are distributed over servers a twin goes where its original goes.',
    'Limits that clients share are not multiplied: the session table, pools, predicts, fragments that wait, ICMP errors a second, room for inspection.',
  ];
}

function hurriedText(hurried: number): string {
  return `${formatCountOf(hurried, 'packet')} of twins came earlier than that: too many frames would have had to wait.`;
}
