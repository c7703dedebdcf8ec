/**
 * This file makes the row of a usual frame straight from its bytes: Ethernet, with VLAN tags or without,
 * IPv4 without options, a TCP segment that is no SYN, or a UDP datagram. In every word that means something
 * the row is what `PacketView.attach` and `packRow` would come to, with each word of the headers loaded
 * once; any other frame is left to them.
 */

import { datagramPrint, networkPrint, segmentPrint } from '../engine/fingerprint.ts';
import { PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { hashWords } from '../session/flow-hash.ts';
import {
  ETHERNET_LENGTH,
  ETHERNET_SOURCE_OFFSET,
  ETHERNET_TYPE_OFFSET,
  isVlanTag,
  VLAN_TAG_LENGTH,
} from '../wire/ethernet.ts';
import {
  IPV4_DESTINATION_OFFSET,
  IPV4_IDENTIFICATION_OFFSET,
  IPV4_LENGTH_MIN,
  IPV4_SOURCE_OFFSET,
  IPV4_TTL_OFFSET,
} from '../wire/ipv4.ts';
import { ETHERTYPE_IPV4 } from '../wire/next-layer.ts';
import {
  ROW_ACKNOWLEDGMENT,
  ROW_DESTINATION,
  ROW_FINGERPRINT,
  ROW_IP_END,
  ROW_IP_LENGTH,
  ROW_KEY_HASH,
  ROW_KINDS,
  ROW_OFFSETS,
  ROW_PAYLOAD_LENGTH,
  ROW_PORTS,
  ROW_SEQUENCE,
  ROW_SOURCE,
  ROW_TAGS_MAX,
  ROW_WINDOW_AND_FLAGS,
  rowHead,
  rowOffsets,
} from '../wire/packet-row.ts';
import {
  TCP_ACKNOWLEDGMENT_OFFSET,
  TCP_CHECKSUM_OFFSET,
  TCP_DATA_OFFSET,
  TCP_LENGTH_MIN,
  TCP_SEQUENCE_OFFSET,
  TCP_SYN,
} from '../wire/tcp.ts';
import { UDP_LENGTH } from '../wire/udp.ts';

const NETWORK_MAX = ETHERNET_LENGTH + ROW_TAGS_MAX * VLAN_TAG_LENGTH;
/** Version 4, and a header of five words. */
const VERSION_AND_LENGTH = 0x45;
/** More fragments, or an offset. */
const FRAGMENT = 0x3fff;

/**
 * Writes the row of a frame, but for its addresses' hashes, which only IPv6 has; false, and no row, where
 * the frame is not usual.
 *
 * @param data of the block that the frame lies in, from byte `from` on
 * @param captured bytes of it that there are
 * @param keys of the flows' hash
 */
export function packUsualFrame(
  data: DataView,
  from: number,
  captured: number,
  direction: number,
  keys: Int32Array,
  rows: Int32Array,
  at: number,
): boolean {
  const network = networkOffset(data, from, captured);
  if (network < 0) return false;
  const ip = from + network;
  const first = data.getInt32(ip);
  const ipLength = first & 0xffff;
  const idAndFragment = data.getInt32(ip + IPV4_IDENTIFICATION_OFFSET);
  if (first >>> 24 !== VERSION_AND_LENGTH || (idAndFragment & FRAGMENT) !== 0) return false;
  const ttlAndProtocol = data.getUint16(ip + IPV4_TTL_OFFSET);
  const protocol = ttlAndProtocol & 0xff;
  const isTcp = protocol === PROTO_TCP;
  if (!isTcp && protocol !== PROTO_UDP) return false;
  const transport = ip + IPV4_LENGTH_MIN;
  if (isTcp && captured < network + IPV4_LENGTH_MIN + TCP_LENGTH_MIN) return false;
  const offsetAndFlags = isTcp ? data.getInt32(transport + TCP_DATA_OFFSET) : 0;
  const header = isTcp ? (offsetAndFlags >>> 28) << 2 : UDP_LENGTH;
  const payloadLength = ipLength - IPV4_LENGTH_MIN - header;
  if ((isTcp && header < TCP_LENGTH_MIN) || payloadLength < 0) return false;
  // Of a SYN the options are read, too.
  if ((offsetAndFlags & (TCP_SYN << 16)) !== 0) return false;

  const ttl = ttlAndProtocol >>> 8;
  const tags = (network - ETHERNET_LENGTH) / VLAN_TAG_LENGTH;
  const tagOffset = tags === 0 ? 0 : ETHERNET_LENGTH;
  rows[at] = rowHead(4, tags, direction, ETHERNET_SOURCE_OFFSET + 1, ttl, protocol);
  rows[at + ROW_OFFSETS] = rowOffsets(network, IPV4_LENGTH_MIN, header, tagOffset);
  rows[at + ROW_IP_LENGTH] = ipLength;
  rows[at + ROW_IP_END] = network + ipLength;
  rows[at + ROW_PAYLOAD_LENGTH] = payloadLength;
  const source = data.getInt32(ip + IPV4_SOURCE_OFFSET);
  const destination = data.getInt32(ip + IPV4_DESTINATION_OFFSET);
  const ports = data.getInt32(transport);
  rows[at + ROW_SOURCE] = source;
  rows[at + ROW_DESTINATION] = destination;
  rows[at + ROW_PORTS] = ports;
  rows[at + ROW_KEY_HASH] = hashWords(keys, source, destination, ports, protocol);
  const identification = idAndFragment >>> 16;
  const print = networkPrint(ipLength, ttl, identification);
  if (!isTcp) {
    rows[at + ROW_KINDS] = 0;
    const payload = transport + UDP_LENGTH;
    const end = from + captured;
    rows[at + ROW_FINGERPRINT] = datagramPrint(print, data, transport, payload, payloadLength, end);
    return true;
  }
  const sequence = data.getInt32(transport + TCP_SEQUENCE_OFFSET);
  const acknowledgment = data.getInt32(transport + TCP_ACKNOWLEDGMENT_OFFSET);
  rows[at + ROW_SEQUENCE] = sequence;
  rows[at + ROW_ACKNOWLEDGMENT] = acknowledgment;
  rows[at + ROW_WINDOW_AND_FLAGS] = (offsetAndFlags << 16) | ((offsetAndFlags >>> 16) & 0xff);
  const checksum = data.getInt32(transport + TCP_CHECKSUM_OFFSET);
  rows[at + ROW_FINGERPRINT] = segmentPrint(
    print,
    identification,
    payloadLength,
    sequence,
    acknowledgment,
    checksum,
  );
  return true;
}

/** Where the IPv4 header begins, with room for the shortest of both headers; -1 without. */
function networkOffset(data: DataView, from: number, captured: number): number {
  const shortest = IPV4_LENGTH_MIN + UDP_LENGTH;
  let network = ETHERNET_LENGTH;
  if (captured < network + shortest) return -1;
  let etherType = data.getUint16(from + ETHERNET_TYPE_OFFSET);
  while (isVlanTag(etherType) && network < NETWORK_MAX) {
    network += VLAN_TAG_LENGTH;
    if (captured < network + shortest) return -1;
    etherType = data.getUint16(from + network - 2);
  }
  return etherType === ETHERTYPE_IPV4 ? network : -1;
}
