/** This file writes durations and counts. */

/** Nanoseconds as seconds without a binary rounding: `1.5`, `0.000000001`, `-2`. */
export function formatSeconds(ns: number): string {
  if (ns < 0) return `-${formatSeconds(-ns)}`;
  const whole = Math.floor(ns / 1e9);
  const rest = ns - whole * 1e9;
  if (rest === 0) return String(whole);
  return `${whole}.${String(1e9 + rest)
    .slice(1)
    .replace(/0+$/, '')}`;
}

/** A count with separators for people: `1,234,567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A count with its noun: `1 session`, `1,234 sessions`. */
export function formatCountOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Bytes for people: `12.3 kB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** A time span for people: `850 ms`, `12.3 s`, `4 min 05 s`, `3 h 12 min`, `2 d 04 h`. */
export function formatSpan(seconds: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${Math.round(seconds * 1000) / 1000} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${two((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${two((seconds % 86_400) / 3600)} h`;
}
