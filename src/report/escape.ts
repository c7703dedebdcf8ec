/** This file makes strings that come from captures or files safe for where they go. */

/** Control, escape and bidirectional characters: what a terminal might obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** For a terminal or a text file: unsafe characters become `\u{…}`. */
export function terminalSafe(text: string): string {
  return text.replace(UNSAFE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** One CSV cell (RFC 4180); text that a spreadsheet would run as a formula gets a quote in front. */
export function csvCell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** JSON of any value; what a terminal might obey is escaped there as JSON does it, `\u009b`. */
export function jsonSafe(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (c) => {
    return `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

const jsonCache = new Map<string, string>();
const JSON_CACHE_MAX = 4096;

/** A JSON string literal; names that recur (zones, interfaces, rules) are made once. */
export function jsonText(text: string | null): string {
  if (text === null) return 'null';
  const known = jsonCache.get(text);
  if (known !== undefined) return known;
  const made = JSON.stringify(text);
  if (jsonCache.size < JSON_CACHE_MAX) jsonCache.set(text, made);
  return made;
}
