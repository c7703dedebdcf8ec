/** This file says what the words of sessions may name. */

export interface SessionNames {
  /** By zone number. */
  readonly zones: readonly string[];
  /** By rule number; several may have one name. */
  readonly rules: readonly string[];
  /** By index. */
  readonly applications: readonly string[];
}
