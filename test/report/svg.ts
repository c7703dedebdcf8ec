/** This file reads the charts' SVG for their tests. */

import { expect } from 'vitest';

/**
 * The text of every element, after checking that the SVG is well-formed XML of the plain kind: tags
 * nest, attributes are quoted and unique, only XML's own entities are used, no bare `<` or `&`.
 */
export function texts(svg: string): string[] {
  const open: string[] = [];
  const found: string[] = [];
  const token = /<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)>|([^<]+)/giy;
  expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
  expect(svg.endsWith('</svg>\n')).toBe(true);
  const body = svg.trimEnd();
  for (let at = 0; at < body.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(body);
    expect(match, `not XML: ${body.slice(at, at + 60)}`).not.toBeNull();
    const [whole = '', slash, name = '', attributes = '', words] = match ?? [];
    expect(whole.replaceAll(/&(amp|lt|gt|quot|apos);/g, '')).not.toContain('&');
    if (words !== undefined) found.push(words);
    else if (slash === '/') expect(open.pop()).toBe(name);
    else open.push(name);
    const names = attributes.match(/[\w:-]+(?==")/g) ?? [];
    expect(new Set(names).size).toBe(names.length);
  }
  expect(open).toEqual([]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
  expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\ufffe\uffff]|\p{Cs}/u);
  return found;
}
