/** This file tells times as scenarios do: seconds since the script's start. */

/** Seconds since `start` (nanoseconds since 1970), exact, without trailing zeros. */
export function sinceStart(second: number, nanosecond: number, start: bigint): string {
  const ns = BigInt(second) * 1_000_000_000n + BigInt(nanosecond) - start;
  const digits = String(ns < 0n ? -ns : ns).padStart(10, '0');
  const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '');
  return ns < 0n ? `-${text}` : text;
}
