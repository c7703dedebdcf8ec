/**
 * This file finds the session descriptions in the body of a message: the body itself, or parts of a
 * multipart one (RFC 2046 §5.1, RFC 5621).
 */

import type { AlgOutput } from './alg.ts';
import { latin1 } from './latin1.ts';

/** Parts of a body, those within parts too; those beyond are not looked at. */
export const PARTS_MAX = 16;
/** Multiparts within multiparts. */
const DEPTH_MAX = 3;
/** RFC 2046 §5.1.1. */
const BOUNDARY_CHARS_MAX = 70;

/** Whether a body of a `Content-Type` can hold a session description. */
export function canDescribe(contentType: string): boolean {
  return /^(?:application\/sdp|multipart\/)/i.test(contentType);
}

/**
 * The session descriptions of a body, in their order.
 *
 * @param contentType as the message's head has it
 */
export function descriptions(
  contentType: string,
  body: Uint8Array,
  output: Pick<AlgOutput, 'exceeded'>,
): string[] {
  if (body.length === 0 || !canDescribe(contentType)) return [];
  const search = new Search(output);
  search.look(contentType, latin1(body, 0, body.length), 0);
  return search.found;
}

class Search {
  readonly found: string[] = [];
  private readonly output: Pick<AlgOutput, 'exceeded'>;
  private parts = 0;

  constructor(output: Pick<AlgOutput, 'exceeded'>) {
    this.output = output;
  }

  look(contentType: string, text: string, depth: number): void {
    if (/^application\/sdp\s*(?:;|$)/i.test(contentType)) this.found.push(text);
    const boundary = boundaryOf(contentType);
    if (boundary === null || depth === DEPTH_MAX) return;
    for (const part of partsOf(text, boundary)) {
      if (this.parts === PARTS_MAX) {
        this.output.exceeded('media-lines');
        return;
      }
      this.parts++;
      this.lookPart(part, depth + 1);
    }
  }

  private lookPart(part: string, depth: number): void {
    let contentType = '';
    for (let at = 0; at < part.length; ) {
      const feed = part.indexOf('\n', at);
      if (feed < 0) return;
      const line = part.slice(at, feed).trim();
      at = feed + 1;
      if (line === '') {
        this.look(contentType, part.slice(at), depth);
        return;
      }
      const header = /^(?:content-type|c)[ \t]*:(.*)$/i.exec(line);
      if (header !== null) contentType = (header[1] ?? '').trim();
    }
  }
}

function boundaryOf(contentType: string): string | null {
  if (!/^multipart\//i.test(contentType)) return null;
  const parameter = /;[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType);
  const boundary = parameter?.[1] ?? parameter?.[2] ?? '';
  return boundary === '' || boundary.length > BOUNDARY_CHARS_MAX ? null : boundary;
}

/** What lies between lines that begin with the boundary; what lies before the first does not count. */
function* partsOf(text: string, boundary: string): Generator<string> {
  const mark = `--${boundary}`;
  let begin = -1;
  for (let at = 0; at <= text.length; ) {
    const feed = text.indexOf('\n', at);
    const next = feed < 0 ? text.length + 1 : feed + 1;
    if (text.startsWith(mark, at)) {
      // RFC 2046 §5.1.1: the line end before the mark belongs to the mark.
      if (begin >= 0) yield text.slice(begin, Math.max(begin, at));
      if (text.startsWith('--', at + mark.length)) return;
      begin = next;
    }
    at = next;
  }
  // The last mark is missing: the part that has begun is read all the same.
  if (begin >= 0 && begin < text.length) yield text.slice(begin);
}
