/**
 * This file turns IP addresses between bytes, 32-bit words and text.
 *
 * IPv4 is one signed 32-bit word (big-endian reading), IPv6 four of them. Text follows RFC 5952;
 * only the strict forms are read: no `010.0.0.1`, no `10.1`, no zone index.
 */

/** IPv4 text of a 32-bit word. */
export function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** IPv6 text (RFC 5952) of four 32-bit words, the first the most significant. */
export function formatIpv6(w0: number, w1: number, w2: number, w3: number): string {
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return `::ffff:${formatIpv4(w3)}`; // RFC 5952 §5
  const groups = [
    w0 >>> 16,
    w0 & 0xffff,
    w1 >>> 16,
    w1 & 0xffff,
    w2 >>> 16,
    w2 & 0xffff,
    w3 >>> 16,
    w3 & 0xffff,
  ];
  let bestStart = -1;
  let bestLength = 1; // RFC 5952 §4.2.2: one zero group alone is not shortened
  let start = -1;
  for (let i = 0; i <= 8; i++) {
    if (i < 8 && groups[i] === 0) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      if (i - start > bestLength) {
        bestStart = start;
        bestLength = i - start;
      }
      start = -1;
    }
  }
  const hex = groups.map((g) => g.toString(16));
  if (bestStart < 0) return hex.join(':');
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`;
}

/** The 32-bit word of an IPv4 address in strict dotted form, or null. */
export function parseIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let word = 0;
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part)) return null;
    const byte = Number(part);
    if (byte > 255) return null;
    word = (word << 8) | byte;
  }
  return word;
}

/** The four 32-bit words of an IPv6 address, or null. */
export function parseIpv6(text: string): [number, number, number, number] | null {
  let body = text;
  const tail: number[] = [];
  const dotted = /^(.*:)([0-9.]+)$/.exec(text);
  if (dotted?.[2]?.includes('.')) {
    const word = parseIpv4(dotted[2]);
    if (word === null) return null;
    tail.push(word >>> 16, word & 0xffff);
    body = dotted[1] ?? '';
    if (!body.endsWith('::')) body = body.slice(0, -1);
  }
  const halves = body.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '');
  const rest = halves.length === 2 ? parseGroups(halves[1] ?? '') : [];
  if (head === null || rest === null) return null;
  const known = head.length + rest.length + tail.length;
  if (halves.length === 2 ? known > 7 : known !== 8) return null;
  const g = [...head, ...new Array<number>(8 - known).fill(0), ...rest, ...tail];
  const word = (i: number) => ((g[i] ?? 0) << 16) | (g[i + 1] ?? 0);
  return [word(0), word(2), word(4), word(6)];
}

function parseGroups(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  for (const group of text.split(':')) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return null;
    groups.push(Number.parseInt(group, 16));
  }
  return groups;
}
