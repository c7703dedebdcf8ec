/** This file reads what HTTP and SSH say in their first lines. */

import { parseHttpHead } from '../checks/http.ts';
import { latin1 } from '../octets.ts';
import { isVisible, lineEnd, lineFeed } from '../text.ts';
import { CLIENT, enter, plainSource, type ReadDetail, SERVER } from './detail-source.ts';

const CONNECT = 'CONNECT';
/** RFC 4253 §4.2: the identification string, line end included. */
const SSH_LINE_BYTES_MAX = 255;
const BLANK = 32;

/**
 * The first request's method and host; of one to a proxy also the target, which for CONNECT is where the
 * tunnel leads. Paths are not kept: they are long, and what is private is in them.
 */
const readRequest: ReadDetail = ({ bytes, from, to }, into) => {
  const head = parseHttpHead(bytes, from, to);
  if (head === null) return false;
  enter(into, 'http_method', head.method);
  enter(into, 'http_host', visible(head.host));
  const isOver = head.host !== null || head.isWhole;
  // Before that the target may be cut.
  if (isOver && head.method === CONNECT) enter(into, 'http_target', visible(head.target));
  return isOver;
};

/** Of `web-browsing`, `http-proxy` and `websocket`. */
export const HTTP_DETAIL = plainSource(CLIENT, readRequest);

/** Of `ssh`: `OpenSSH_9.2p1 Debian-2` of `SSH-2.0-OpenSSH_9.2p1 Debian-2`, of both sides. */
export const SSH_DETAIL = plainSource(CLIENT | SERVER, ({ bytes, from, to, side }, into) => {
  const feed = lineFeed(bytes, from, Math.min(to, from + SSH_LINE_BYTES_MAX));
  if (feed < 0) return to - from >= SSH_LINE_BYTES_MAX;
  const line = latin1(bytes, from, lineEnd(bytes, from, feed));
  const software = /^SSH-[^-]*-(.*)$/.exec(line)?.[1];
  enter(into, side === 0 ? 'ssh_client' : 'ssh_server', visible(software ?? null));
  return true;
});

/** Text of visible ASCII and blanks, else nothing. */
function visible(text: string | null): string | null {
  if (text === null) return null;
  const bytes = Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return code === BLANK ? 33 : code;
  });
  return isVisible(bytes, 0, bytes.length) ? text : null;
}
