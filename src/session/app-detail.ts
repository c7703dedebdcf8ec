/**
 * This file keeps, by slot, what identification read in clear of a session's payload: names of servers,
 * protocols offered, software. Strings come from packets: who writes them out escapes them.
 */

/** What may be read, in the order and under the names that records have. */
export const DETAIL_KEYS = [
  'sni',
  'alpn',
  'alpn_chosen',
  'tls_version',
  'certificate',
  'certificate_dns',
  'http_method',
  'http_host',
  'http_target',
  'ssh_client',
  'ssh_server',
  'dns_query',
] as const;

export type DetailKey = (typeof DETAIL_KEYS)[number];

/** What was read of one session; a key that is not there was not said. */
export type AppDetail = { [key in DetailKey]?: string | readonly string[] };

/** Characters that the sessions of the table may keep, all together. */
const CHARACTERS_MAX = 32 * 1024 * 1024;
/** What an entry takes beside its characters. */
const ENTRY_COST = 64;

export class AppDetails {
  /** Sessions of which something was read and not kept, for it would be too much. */
  notKept = 0;

  /** Somebody is to see what is read: else it need not be. */
  readonly isWanted: boolean;

  private readonly details = new Map<number, { readonly detail: AppDetail; cost: number }>();
  private cost = 0;
  private readonly costMax: number;

  /** @param costMax in characters */
  constructor(isWanted: boolean, costMax: number = CHARACTERS_MAX) {
    this.isWanted = isWanted;
    this.costMax = costMax;
  }

  /**
   * Keeps what was read of a session so far; the object may grow until it is kept again. False where it
   * found no room: then nothing of it is kept, and it is counted.
   */
  keep(slot: number, detail: AppDetail): boolean {
    const known = this.details.get(slot);
    const cost = costOf(detail);
    if (cost === 0 || cost === known?.cost) return true;
    const added = cost - (known?.cost ?? 0);
    if (this.cost + added > this.costMax) {
      this.notKept++;
      this.forget(slot);
      return false;
    }
    this.cost += added;
    if (known === undefined) this.details.set(slot, { detail, cost });
    else known.cost = cost;
    return true;
  }

  /** What was read of a session; null for nothing. */
  of(slot: number): AppDetail | null {
    return this.details.get(slot)?.detail ?? null;
  }

  /** Forgets a session that ended. */
  forget(slot: number): void {
    const known = this.details.get(slot);
    if (known === undefined) return;
    this.cost -= known.cost;
    this.details.delete(slot);
  }
}

function costOf(detail: AppDetail): number {
  let cost = 0;
  for (const key in detail) {
    const value = detail[key as DetailKey];
    if (typeof value === 'string') cost += ENTRY_COST + value.length;
    else for (const one of value ?? []) cost += ENTRY_COST + one.length;
  }
  return cost;
}
