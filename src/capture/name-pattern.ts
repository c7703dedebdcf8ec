/** This file matches file names with shell patterns: `*`, `?`, `[abc]`, `[!abc]`. */

/** Whether a word has a pattern's characters. */
export function isPattern(word: string): boolean {
  return /[*?[]/.test(word);
}

/** Whether a name, without folders, is one that the pattern stands for. */
export function matchesPattern(pattern: string, name: string): boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    const close = char === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (close > 0) {
      source += `[${pattern
        .slice(i + 1, close)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\')}]`;
      i = close;
    } else source += char.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 's').test(name);
}
