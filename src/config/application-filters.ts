/**
 * This file says which applications an `application-filters:` entry stands for: those that have one of
 * the words of each key that it has, and all of its characteristics.
 *
 * @source panos.md §11 (element names of the vendor's schema); that words of one key are alternatives and keys
 *   are not is how the vendor's pages describe filters
 * @confidence assumed: that several characteristics must all be there
 */

import { type ApplicationFacts, readApplicationFacts } from './application-facts.ts';
import type { FirewallFile } from './schema.ts';

type Filter = FirewallFile['application-filters'][string];

/** The names of applications by filter; predefined ones first, then the file's own. */
export function resolveFilters(file: FirewallFile): ReadonlyMap<string, readonly string[]> {
  const filters = Object.entries(file['application-filters']);
  if (filters.length === 0) return new Map();
  const facts = new Map(readApplicationFacts());
  for (const [name, custom] of Object.entries(file['custom-applications'])) {
    facts.set(name, {
      category: custom.category ?? null,
      subcategory: custom.subcategory ?? null,
      technology: custom.technology ?? null,
      risk: custom.risk ?? null,
      characteristics: custom.characteristic,
    });
  }
  return new Map(
    filters.map(([name, filter]) => {
      const met = [...facts].filter(([, one]) => meets(one, filter));
      return [name, met.map(([application]) => application)];
    }),
  );
}

function meets(facts: ApplicationFacts, filter: Filter): boolean {
  const { characteristic = [] } = filter;
  return (
    isAmong(facts.category, filter.category) &&
    isAmong(facts.subcategory, filter.subcategory) &&
    isAmong(facts.technology, filter.technology) &&
    isAmong(facts.risk, filter.risk) &&
    characteristic.every((one) => facts.characteristics.includes(one))
  );
}

/** Whether a fact is one of a filter's words, or the filter has none. */
function isAmong<T>(fact: T | null, words: readonly T[] | undefined): boolean {
  return words === undefined || (fact !== null && words.includes(fact));
}
