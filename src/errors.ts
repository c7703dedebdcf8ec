/**
 * This file holds the closed set of errors that a person may see, each with a stable code.
 *
 * A bad packet is not an error: it is a decode status that ends in a counter. What is here stops
 * an input, a configuration or the run. Anything else that is thrown is a bug.
 */

/** Exit codes of the process, as CONTRACT.md lists them. */
export const EXIT = {
  done: 0,
  difference: 1,
  usage: 2,
  nothing: 3,
  damaged: 4,
  bug: 70,
} as const;

/** Why a capture could not be read on. Stable: reports and tests name them. */
export type CaptureErrorCode =
  | 'CAPTURE_EMPTY'
  | 'CAPTURE_UNREADABLE'
  | 'CAPTURE_UNKNOWN_FORMAT'
  | 'CAPTURE_UNSUPPORTED_FORMAT'
  | 'CAPTURE_TRUNCATED'
  | 'CAPTURE_RECORD_LENGTH'
  | 'CAPTURE_BLOCK_LENGTH'
  | 'CAPTURE_BLOCK_CONTENT'
  | 'CAPTURE_INTERFACE_UNKNOWN'
  | 'CAPTURE_INTERFACE_FLOOD'
  | 'CAPTURE_COMPRESSION'
  | 'CAPTURE_NESTING';

/**
 * A capture that cannot be read from some byte on. What stood before it has been handed over.
 * `byteOffset` counts in the decompressed stream, from 0; null where no byte is to blame.
 */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly code: CaptureErrorCode;
  readonly path: string;
  readonly byteOffset: number | null;
  readonly hint: string | null;

  constructor(
    code: CaptureErrorCode,
    reason: string,
    where: { path: string; byteOffset?: number | null; hint?: string | null },
  ) {
    super(reason);
    this.code = code;
    this.path = where.path;
    this.byteOffset = where.byteOffset ?? null;
    this.hint = where.hint ?? null;
  }
}

/** One problem of a configuration; line and column count from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  /** The key's path, as a user would write it: `zones.trust.interfaces[0]`. */
  readonly key: string;
  readonly message: string;
}

/** A configuration that cannot be used; all its problems at once, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly path: string;
  readonly problems: readonly ConfigProblem[];

  constructor(path: string, problems: readonly ConfigProblem[]) {
    super(`${path}: ${problems.length} problem(s)`);
    this.path = path;
    this.problems = problems;
  }

  /** A line a problem, `file:line:column: key: message`. */
  lines(): string[] {
    return this.problems.map((p) => {
      const key = p.key === '' ? '' : `${p.key}: `;
      return `${this.path}:${p.line}:${p.column}: ${key}${p.message}`;
    });
  }
}

/** A command line that makes no sense, or an output that cannot be written there. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where an expression cannot be understood, and what was expected there. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** The expression as given. */
  readonly expression: string;
  /** Character that the reason is about, from 1; one behind the last where the end came too soon. */
  readonly column: number;

  constructor(reason: string, where: { expression: string; column: number }) {
    super(reason);
    this.expression = where.expression;
    this.column = where.column;
  }
}
