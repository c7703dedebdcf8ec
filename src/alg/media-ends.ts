/**
 * This file says which ports a media line of a session description opens: those where its sender wants
 * to receive (panos.md §6.2 SIP, RFC 3264 §5.1).
 */

import type { AlgOutput, IpWords } from './alg.ts';
import { isUnicast } from './ip-text.ts';
import type { SdpMedia } from './sdp.ts';

/** Ports, or pairs of them, that one media line may open; those beyond are not looked at. */
export const MEDIA_PORTS_MAX = 16;

const TCP = 6;
const UDP = 17;
/** RFC 4145 §4.1 and RFC 8840 §4.1.1: the port of who opens the connection itself, or knows none yet. */
const DISCARD_PORT = 9;

/** One port that is to be reached. */
export interface MediaEnd {
  /** RTP, RTCP, or what else the media line carries: T.38, MSRP. */
  readonly kind: 'rtp' | 'rtcp' | 'other';
  readonly protocol: number;
  readonly address: IpWords;
  readonly port: number;
}

/**
 * The ports that a media line opens.
 *
 * A stream on hold (`a=sendonly`, `a=inactive`) receives nothing but RTCP, for which its port still
 * stands (RFC 3264 §5.1). With `a=rtcp-mux` RTCP comes to the port of RTP; but an offer's sender must
 * also be ready for an answer without it (RFC 5761 §5.1.1), so only an answer, or `a=rtcp-mux-only`
 * (RFC 8858 §3), makes the port of RTCP needless.
 *
 * @param isAnswer whether the description answers another
 */
export function mediaEnds(
  media: SdpMedia,
  isAnswer: boolean,
  output: Pick<AlgOutput, 'exceeded'>,
): MediaEnd[] {
  const { address, port, proto } = media;
  const protocol = transportOf(proto);
  if (port === 0 || protocol === null) return [];
  if (address === null || !isUnicast(address)) return [];
  if (protocol === TCP && media.isActive) return [];
  const isRtp = proto.includes('RTP/');
  const receives = media.direction === 'sendrecv' || media.direction === 'recvonly';
  const ends: MediaEnd[] = [];
  const open = (kind: MediaEnd['kind'], to: IpWords, at: number) => {
    const isPort = at > 0 && at <= 0xffff && at !== DISCARD_PORT;
    if (isPort) ends.push({ kind, protocol, address: to, port: at });
  };
  const count = Math.min(media.portCount, MEDIA_PORTS_MAX);
  if (media.portCount > MEDIA_PORTS_MAX) output.exceeded('predicts');
  for (let i = 0; i < count; i++) {
    if (!isRtp) {
      if (receives) open('other', address, port + i);
      continue;
    }
    const rtp = port + 2 * i;
    const rtcp = rtcpOf(media, isAnswer, i, rtp);
    if (receives || rtcp === null || media.rtcpMux === 'yes') open('rtp', address, rtp);
    if (rtcp !== null && isUnicast(rtcp.address)) open('rtcp', rtcp.address, rtcp.port);
  }
  return ends;
}

/** Where RTCP is to be sent, or null where it comes to the port of RTP. */
function rtcpOf(
  media: SdpMedia,
  isAnswer: boolean,
  pair: number,
  rtpPort: number,
): { address: IpWords; port: number } | null {
  const { rtcp, rtcpMux } = media;
  if (media.address === null || rtcpMux === 'only') return null;
  if (rtcpMux === 'yes' && isAnswer) return null;
  // RFC 3550 §11: the next higher port. RFC 3605 §2.1 names one port, so that of the first pair.
  if (rtcp === null || pair > 0) return { address: media.address, port: rtpPort + 1 };
  const address = rtcp.address ?? media.address;
  return rtcp.port === rtpPort && rtcp.address === null ? null : { address, port: rtcp.port };
}

/** The protocol below; null for one that is neither TCP nor UDP (RFC 8866 §8.2.2). */
function transportOf(proto: string): number | null {
  const first = proto.split('/', 1)[0] ?? '';
  if (first === 'TCP') return TCP;
  // `udp`, `udptl`, `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, `DTLS/SCTP`.
  return ['UDP', 'UDPTL', 'RTP', 'DTLS'].includes(first) ? UDP : null;
}
