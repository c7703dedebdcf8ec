/**
 * This file reads patterns of bytes, the language that signatures and `custom-applications` share.
 *
 * A pattern is words with blanks between; each stands for the bytes behind the word before it:
 *
 * ```
 * 16 0f        these bytes, hexadecimal          ..         any byte
 * [00-04]      a byte of this range              [16,18]    one of these bytes
 * "SSH-"       these characters; \r \n \t \0 \" \\ \xNN stand for bytes
 * i"ehlo"      these characters, letters of either case
 * @4           go on at byte 4, from 0
 * ```
 * Every byte is looked at once: time is linear in the pattern, whatever the payload.
 */

/** Longest payload position that a pattern may look at. */
export const PATTERN_BYTES_MAX = 1024;

/** Longest pattern that is looked for anywhere in a payload: at each place all of it may be compared. */
export const PATTERN_ANYWHERE_MAX = 64;

/** A pattern that was read: the bytes that each position may hold. */
export interface BytePattern {
  /** Positions from the payload's start, upwards. */
  readonly positions: readonly number[];
  /** By index of `positions`: 256 flags. */
  readonly allowed: readonly Uint8Array[];
}

const WORD = /\s*(?:(i?)"((?:[^"\\]|\\.)*)"|@([0-9]{1,4})|(\.\.)|([0-9a-fA-F]{2})|\[([^\]]*)\])/y;

/** Reads a pattern; a text says what is wrong with it. */
export function parseBytePattern(text: string): BytePattern | string {
  const positions: number[] = [];
  const allowed: Uint8Array[] = [];
  let at = 0;
  const put = (set: Uint8Array): void => {
    positions.push(at++);
    allowed.push(set);
  };
  const end = text.trimEnd().length;
  WORD.lastIndex = 0;
  while (WORD.lastIndex < end) {
    const begin = WORD.lastIndex;
    const word = WORD.exec(text);
    if (word === null)
      return `cannot be read from ${JSON.stringify(text.slice(begin, begin + 12))} on`;
    const [, caseless, characters, position, any, byte, list] = word;
    if (characters !== undefined) {
      const bytes = readCharacters(characters);
      if (typeof bytes === 'string') return bytes;
      for (const one of bytes) put(oneByte(one, caseless === 'i'));
    } else if (position !== undefined) {
      if (Number(position) < at) return `@${position} goes back: it stands behind byte ${at}`;
      at = Number(position);
    } else if (any !== undefined) at++;
    else if (byte !== undefined) put(oneByte(Number.parseInt(byte, 16), false));
    else {
      const set = byteList(list ?? '');
      if (set === null) return `[${list}] is no range or list of bytes, such as [00-04] or [16,18]`;
      put(set);
    }
    if (at > PATTERN_BYTES_MAX) return `looks at more than ${PATTERN_BYTES_MAX} bytes`;
  }
  return positions.length === 0 ? 'names no byte' : { positions, allowed };
}

const ESCAPES: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, '0': 0, '"': 34, '\\': 92 };

/** The bytes of quoted characters, or what is wrong with them. */
function readCharacters(text: string): number[] | string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return `${text[i]} is more than one byte`;
    if (text[i] !== '\\') {
      bytes.push(code);
      continue;
    }
    const letter = text[++i] ?? '';
    const hex = /^x([0-9a-fA-F]{2})/.exec(text.slice(i));
    const known = ESCAPES[letter];
    if (hex !== null) {
      bytes.push(Number.parseInt(hex[1] ?? '', 16));
      i += 2;
    } else if (known === undefined) return `\\${letter} stands for nothing`;
    else bytes.push(known);
  }
  return bytes;
}

function oneByte(byte: number, isCaseless: boolean): Uint8Array {
  const set = new Uint8Array(256);
  set[byte] = 1;
  const isLetter = /[a-z]/i.test(String.fromCharCode(byte));
  if (isCaseless && isLetter) set[byte ^ 0x20] = 1;
  return set;
}

function byteList(text: string): Uint8Array | null {
  const set = new Uint8Array(256);
  for (const part of text.split(',')) {
    const range = /^\s*([0-9a-fA-F]{2})(?:-([0-9a-fA-F]{2}))?\s*$/.exec(part);
    if (range === null) return null;
    const low = Number.parseInt(range[1] ?? '', 16);
    const high = range[2] === undefined ? low : Number.parseInt(range[2], 16);
    if (low > high) return null;
    set.fill(1, low, high + 1);
  }
  return set;
}
