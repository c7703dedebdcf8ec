/**
 * This file reads session descriptions (SDP, RFC 8866, which replaced RFC 4566): per media line, where
 * its sender wants to be reached.
 */

import type { AlgOutput, IpWords } from './alg.ts';
import { readIp, readPort } from './ip-text.ts';

/** Media lines of a description; those beyond are not looked at. */
export const MEDIA_LINES_MAX = 16;

/** RFC 8866 §6.7. */
type Direction = 'sendrecv' | 'recvonly' | 'sendonly' | 'inactive';

/** One media line with what stands below it, or above all of them. */
export interface SdpMedia {
  /** Where it stands among the media lines; an answer has the same order (RFC 3264 §6). */
  readonly line: number;
  /** 0: refused, or not in use. */
  readonly port: number;
  /** How many ports, or pairs of ports with RTP: `49170/2` (RFC 8866 §5.14). */
  readonly portCount: number;
  /** `RTP/AVP`, `udptl`, `TCP/MSRP`, in upper case. */
  readonly proto: string;
  /** Of `c=`; null where it names no address of IP. */
  readonly address: IpWords | null;
  readonly direction: Direction;
  /** `a=rtcp` (RFC 3605 §2.1). */
  readonly rtcp: { readonly port: number; readonly address: IpWords | null } | null;
  /** `a=rtcp-mux` (RFC 5761), or `a=rtcp-mux-only` (RFC 8858), which knows no other way. */
  readonly rtcpMux: 'no' | 'yes' | 'only';
  /** `a=setup:active`: its sender opens the connection (RFC 4145 §4). */
  readonly isActive: boolean;
}

type Draft = { -readonly [key in keyof SdpMedia]: SdpMedia[key] };

/** What holds for every media line that does not say otherwise. */
type Level = Pick<Draft, 'address' | 'direction' | 'isActive'>;

/** Reads a description's media lines. */
export function parseSdp(text: string, output: Pick<AlgOutput, 'exceeded'>): SdpMedia[] {
  const session: Level = { address: null, direction: 'sendrecv', isActive: false };
  const media: Draft[] = [];
  let hasAddress = false;
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    const current = media.at(-1);
    const kind = text.slice(at, at + 2);
    // RFC 8866 §5: lines end with CR LF; readers should take a line feed alone.
    if (kind === 'm=' || kind === 'c=' || kind === 'a=') {
      const value = text.slice(at + 2, end).trim();
      if (kind === 'm=') {
        if (media.length === MEDIA_LINES_MAX) {
          output.exceeded('media-lines');
          break;
        }
        media.push(mediaLine(value, media.length, session));
        hasAddress = false;
      } else if (kind === 'a=') {
        readAttribute(value, current ?? session, current);
      } else if (!hasAddress) {
        // Several `c=` below a media line are layers of multicast (RFC 8866 §5.7).
        (current ?? session).address = connectionAddress(value);
        hasAddress = current !== undefined;
      }
    }
    at = end + 1;
  }
  return media;
}

/** A media line that cannot be read still counts as one, without a port. */
function mediaLine(value: string, line: number, session: Level): Draft {
  const parts = /^\S+[ \t]+(\d{1,5})(?:\/(\d{1,5}))?[ \t]+(\S+)/.exec(value);
  return {
    ...session,
    line,
    port: readPort(parts?.[1] ?? '') ?? 0,
    portCount: Number(parts?.[2] ?? 1),
    proto: (parts?.[3] ?? '').toUpperCase(),
    rtcp: null,
    rtcpMux: 'no',
  };
}

/** `IN IP4 198.51.100.1`, with `/127` or `/127/3` behind a multicast group. */
function connectionAddress(value: string): IpWords | null {
  const parts = /^IN[ \t]+IP[46][ \t]+([^\s/]+)/i.exec(value);
  return parts === null ? null : readIp(parts[1] ?? '');
}

function readAttribute(value: string, level: Level, media: Draft | undefined): void {
  if (value === 'sendrecv' || value === 'recvonly') level.direction = value;
  else if (value === 'sendonly' || value === 'inactive') level.direction = value;
  else if (value.startsWith('setup:')) level.isActive = value.slice(6).trim() === 'active';
  else if (media !== undefined) readMediaAttribute(value, media);
}

function readMediaAttribute(value: string, media: Draft): void {
  if (value === 'rtcp-mux-only') media.rtcpMux = 'only';
  else if (value === 'rtcp-mux' && media.rtcpMux === 'no') media.rtcpMux = 'yes';
  else if (value.startsWith('rtcp:')) {
    const parts = /^(\d{1,5})(?:[ \t]+(.*))?$/.exec(value.slice(5).trim());
    const port = readPort(parts?.[1] ?? '');
    if (port !== null) media.rtcp = { port, address: connectionAddress(parts?.[2] ?? '') };
  }
}
