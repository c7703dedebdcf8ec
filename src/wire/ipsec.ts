/**
 * This file reads the security parameters index of ESP (RFC 4303 §2) and AH (RFC 4302 §2).
 *
 * ```
 *  ESP   SPI 4 | sequence number 4 | …
 *  AH    next header | length | reserved 2 | SPI 4 | sequence number 4 | …
 * ```
 */

import { PROTO_ESP } from '../net/protocol.ts';
import { OK, TRANSPORT_SHORT } from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

const SPI_IN_ESP = 0;
const SPI_IN_AH = 4;
const SPI_LENGTH = 4;

/**
 * Reads the SPI of the packet at `view.transportOffset` into the ports, its upper half as the
 * source's. What follows may be cut: ICMP quotes only eight bytes of it.
 */
export function readSpi(view: PacketView): number {
  const at = view.transportOffset;
  view.payloadOffset = at;
  view.payloadLength = view.ipEnd - at;
  const spiAt = at + (view.protocol === PROTO_ESP ? SPI_IN_ESP : SPI_IN_AH);
  if (!view.hasBytes(spiAt, SPI_LENGTH)) return view.cutOr(spiAt + SPI_LENGTH, TRANSPORT_SHORT);
  view.sport = view.data.getUint16(spiAt);
  view.dport = view.data.getUint16(spiAt + 2);
  return OK;
}
