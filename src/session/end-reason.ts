/** This file holds the end reasons and their order (panos.md §3.1), and the tracker stages (§3.2). */

/** Highest priority first, as the traffic log documents them; the number is the priority. */
export const END_REASONS = [
  'threat',
  'policy-deny',
  'decrypt-cert-validation',
  'decrypt-unsupport-param',
  'decrypt-error',
  'tcp-rst-from-client',
  'tcp-rst-from-server',
  'resources-unavailable',
  'tcp-fin',
  'tcp-reuse',
  'decoder',
  'aged-out',
  'unknown',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** "No cause yet": lower than every reason. */
export const END_NONE = END_REASONS.length;
export const END_POLICY_DENY = END_REASONS.indexOf('policy-deny');
export const END_RESOURCES_UNAVAILABLE = END_REASONS.indexOf('resources-unavailable');
export const END_TCP_REUSE = END_REASONS.indexOf('tcp-reuse');

/** What tcp-reuse beats although the published order has it higher (panos.md §3.1, KB-REUSE). */
const BEATEN_BY_REUSE: ReadonlySet<EndReason | undefined> = new Set<EndReason>([
  'tcp-rst-from-client',
  'tcp-rst-from-server',
  'tcp-fin',
]);

/**
 * The reason to keep when a session that has `kept` meets `cause`: the higher one, but tcp-reuse
 * beats fin, rst and aged-out unless priorities are strict (CONTRACT: end_reason).
 */
export function mergeEndReason(kept: number, cause: number, strictReuse: boolean): number {
  if (cause === END_TCP_REUSE && !strictReuse && BEATEN_BY_REUSE.has(END_REASONS[kept])) {
    return cause;
  }
  return Math.min(cause, kept);
}

/** `tracker stage firewall` for an end reason, in the vendor's spelling (panos.md §3.2). */
export const TRACKER_STAGES: Readonly<Partial<Record<EndReason, string>>> = {
  threat: 'mitigation tdb',
  'policy-deny': 'appid policy lookup deny',
  'tcp-rst-from-client': 'TCP RST - client',
  'tcp-rst-from-server': 'TCP RST - server',
  'resources-unavailable': 'resource limit',
  'tcp-fin': 'TCP FIN',
  'tcp-reuse': 'session reuse',
  'aged-out': 'Aged out',
};
