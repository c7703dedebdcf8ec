/**
 * This file tells protocols of datagrams where TCP carries them, each message behind its length: DNS
 * (RFC 1035 §4.2.2), Kerberos (RFC 4120 §7.2.2), OpenVPN (its "Network protocol" document).
 */

import { u16, u32 } from '../numbers.ts';
import { MORE, NO, type Piece, type Verdict } from '../piece.ts';
import { judgeDns } from './dns.ts';
import { HEADER_BYTES } from './dns-message.ts';
import { judgeKerberos } from './kerberos.ts';
import { checkOpenVpn } from './open-vpn.ts';

const DNS_PORT = 53;
const KERBEROS_BYTES_MAX = 1 << 20;
/** Of a hard reset, sealed keys included. */
const OPEN_VPN_BYTES_MAX = 1500;

export function judgeDnsStream({ bytes, from, to, dport }: Piece): Verdict {
  if (to - from < 2) return MORE;
  const begin = from + 2;
  const end = begin + u16(bytes, from);
  if (end - begin < HEADER_BYTES) return NO;
  const message = { bytes, from: begin, to: Math.min(to, end), end };
  return judgeDns(message, dport === DNS_PORT);
}

export function judgeKerberosStream({ bytes, from, to }: Piece): Verdict {
  if (to - from < 4) return MORE;
  const begin = from + 4;
  const length = u32(bytes, from);
  if (length > KERBEROS_BYTES_MAX) return NO;
  return judgeKerberos(bytes, begin, Math.min(to, begin + length), begin + length);
}

export function judgeOpenVpnStream(piece: Piece): Verdict {
  const { bytes, from, to } = piece;
  if (to - from < 2) return MORE;
  const begin = from + 2;
  const length = u16(bytes, from);
  if (length > OPEN_VPN_BYTES_MAX) return NO;
  return checkOpenVpn({ ...piece, from: begin, to: Math.min(to, begin + length), length });
}
