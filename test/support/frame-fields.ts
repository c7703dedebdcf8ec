/**
 * This file reads the header fields of every frame of a capture in two ways, in one shape: as tshark
 * prints them, and as PacketView has them. The outermost header counts where a frame has several.
 *
 * Values are text. A field that a frame does not have is absent.
 */

import { spawnSync } from 'node:child_process';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { formatIpv4, formatIpv6 } from '../../src/net/address.ts';
import { FRAGMENT_NOT_FIRST, OK } from '../../src/wire/decode-status.ts';
import { vlanId } from '../../src/wire/ethernet.ts';
import { ICMP_ERROR, ICMP_OTHER, isIcmpReply } from '../../src/wire/icmp.ts';
import { PacketView } from '../../src/wire/packet-view.ts';
import { tcpSackPermitted, tcpTimestampOffset, tcpWindowScale } from '../../src/wire/tcp.ts';

type FrameFields = Record<string, string>;
/** Fields by frame number; frames without IP are left out. */
export type Frames = Map<number, FrameFields>;

const AGGREGATOR = '\x1f';
const TRANSPORTS = ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp', 'gre', 'esp', 'ah'];
const IPV4_FIELDS = { source: 'ip.src', destination: 'ip.dst', ttl: 'ip.ttl', length: 'ip.len' };
const IPV6_FIELDS = { source: 'ipv6.src', destination: 'ipv6.dst', ttl: 'ipv6.hlim' };
const TCP_FIELDS = {
  sport: 'tcp.srcport',
  dport: 'tcp.dstport',
  sequence: 'tcp.seq_raw',
  acknowledgment: 'tcp.ack_raw',
  window: 'tcp.window_size_value',
  payload: 'tcp.len',
  scale: 'tcp.options.wscale.shift',
  tsval: 'tcp.options.timestamp.tsval',
};
const SCTP_FIELDS = { sport: 'sctp.srcport', dport: 'sctp.dstport' };
/** Of PPTP's GRE the call id, of other GRE the key. */
const NUMBER_FIELDS = ['gre.key.call_id', 'gre.key', 'esp.spi', 'ah.spi'];
const UDP_FIELDS = { sport: 'udp.srcport', dport: 'udp.dstport' };
const ICMP_FIELDS = { type: 'icmp.type', code: 'icmp.code', ident: 'icmp.ident', seq: 'icmp.seq' };
const ICMPV6_FIELDS = {
  type: 'icmpv6.type',
  code: 'icmpv6.code',
  ident: 'icmpv6.echo.identifier',
  seq: 'icmpv6.echo.sequence_number',
};
const COLUMNS = [
  'frame.number',
  'frame.protocols',
  'vlan.id',
  'ipv6.plen',
  'ip.flags.mf',
  'ip.frag_offset',
  'ipv6.fraghdr.offset',
  'tcp.flags',
  'tcp.options.sack_perm',
  ...NUMBER_FIELDS,
  ...[
    ...[IPV4_FIELDS, IPV6_FIELDS, TCP_FIELDS, UDP_FIELDS],
    ...[SCTP_FIELDS, ICMP_FIELDS, ICMPV6_FIELDS],
  ].flatMap((fields) => Object.values(fields)),
];

export const HAS_TSHARK = spawnSync('tshark', ['-v']).status === 0;

/** tshark's reading. A reassembled packet's transport header is not this frame's: left out. */
export function tsharkFrames(path: string, options: readonly string[] = []): Frames {
  const columns = COLUMNS.flatMap((column) => ['-e', column]);
  const run = spawnSync(
    'tshark',
    ['-n', ...options, '-r', path, '-T', 'fields', '-E', `aggregator=${AGGREGATOR}`, ...columns],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  const frames: Frames = new Map();
  for (const line of run.stdout.split('\n').filter((text) => text !== '')) {
    const cells = line.split('\t');
    const cell = (column: string): string[] => {
      const text = cells[COLUMNS.indexOf(column)] ?? '';
      return text === '' ? [] : text.split(AGGREGATOR);
    };
    const fields = outermost(cell);
    if (fields !== null) frames.set(Number(cell('frame.number')[0]), fields);
  }
  return frames;
}

function outermost(cell: (column: string) => string[]): FrameFields | null {
  const layers = cell('frame.protocols')[0]?.split(':') ?? [];
  const at = layers.findIndex((layer) => layer === 'ip' || layer === 'ipv6');
  if (at < 0) return null;
  const isIpv4 = layers[at] === 'ip';
  const fields: FrameFields = { version: isIpv4 ? '4' : '6' };
  const take = (names: Readonly<Record<string, string>>): void => {
    for (const [name, column] of Object.entries(names)) {
      const value = cell(column)[0];
      if (value !== undefined) fields[name] = value;
    }
  };
  const tags = layers.slice(0, at).filter((layer) => layer === 'vlan').length;
  if (tags > 0) fields.vlans = cell('vlan.id').slice(0, tags).join('.');
  take(isIpv4 ? IPV4_FIELDS : IPV6_FIELDS);
  if (!isIpv4) fields.length = String(Number(cell('ipv6.plen')[0]) + 40);
  if (isFragment(cell, isIpv4)) return { ...fields, fragment: 'yes' };
  const transport = layers.slice(at + 1).find((layer) => !layer.startsWith('ipv6.'));
  if (transport === undefined || !TRANSPORTS.includes(transport)) return fields;
  fields.transport = transport;
  if (transport === 'tcp') {
    take(TCP_FIELDS);
    fields.flags = String(Number(cell('tcp.flags')[0]) & 0xff);
    if (cell('tcp.options.sack_perm').length > 0) fields.sack = 'yes';
  }
  if (transport === 'udp') take(UDP_FIELDS);
  if (transport === 'sctp') take(SCTP_FIELDS);
  if (['gre', 'esp', 'ah'].includes(transport)) {
    const text = NUMBER_FIELDS.flatMap((column) => cell(column).slice(0, 1))[0];
    fields.number = String(Number(text ?? 0));
  }
  if (transport === 'icmp') take(ICMP_FIELDS);
  if (transport === 'icmpv6') take(ICMPV6_FIELDS);
  // tshark 4.0 prints the identifier of ICMP as a decimal number, that of ICMPv6 in hex.
  if (fields.ident !== undefined) fields.ident = String(Number(fields.ident));
  return fields;
}

function isFragment(cell: (column: string) => string[], isIpv4: boolean): boolean {
  if (!isIpv4) return cell('ipv6.fraghdr.offset').length > 0;
  const more = cell('ip.flags.mf')[0];
  return more === '1' || more === 'True' || Number(cell('ip.frag_offset')[0]) > 0;
}

/** PacketView's reading. */
export async function viewFrames(path: string): Promise<Frames> {
  const frames: Frames = new Map();
  const captures = openCaptures([{ path }]);
  const view = new PacketView();
  for await (const { batch, from, to } of captures.ranges()) {
    for (let i = from; i < to; i++) {
      const status = view.attach(
        batch.blocks[batch.block[i]!]!,
        batch.offset[i]!,
        batch.capturedLength[i]!,
        batch.originalLength[i]!,
        captures.interfaces[batch.interfaceIndex[i]!]!.linkType,
        batch.direction[i]!,
      );
      if (status === OK || status === FRAGMENT_NOT_FIRST) {
        frames.set(batch.frameNumber[i]!, fieldsOf(view));
      }
    }
  }
  return frames;
}

function fieldsOf(view: PacketView): FrameFields {
  const { source, source1, source2, source3 } = view;
  const { destination, destination1, destination2, destination3 } = view;
  const isIpv4 = view.family === 4;
  const fields: FrameFields = {
    version: String(view.family),
    source: isIpv4 ? formatIpv4(source) : formatIpv6(source, source1, source2, source3),
    destination: isIpv4
      ? formatIpv4(destination)
      : formatIpv6(destination, destination1, destination2, destination3),
    ttl: String(view.ipTtl),
    length: String(view.ipLength),
  };
  if (view.tagCount > 0) {
    const tags = Array.from({ length: view.tagCount }, (_, i) => vlanId(view, i));
    fields.vlans = tags.join('.');
  }
  if (view.isFragment) return { ...fields, fragment: 'yes' };
  if (view.protocol === 6) return { ...fields, ...tcpFields(view) };
  if (view.protocol === 17 || view.protocol === 132) {
    const transport = view.protocol === 17 ? 'udp' : 'sctp';
    return { ...fields, transport, sport: String(view.sport), dport: String(view.dport) };
  }
  const number = { 47: 'gre', 50: 'esp', 51: 'ah' }[view.protocol];
  if (number !== undefined) {
    const value = ((view.sport << 16) | view.dport) >>> 0;
    return { ...fields, transport: number, number: String(value) };
  }
  if (view.protocol === (isIpv4 ? 1 : 58)) return { ...fields, ...icmpFields(view) };
  return fields;
}

function tcpFields(view: PacketView): FrameFields {
  const fields: FrameFields = {
    transport: 'tcp',
    sport: String(view.sport),
    dport: String(view.dport),
    sequence: String(view.tcpSequence >>> 0),
    acknowledgment: String(view.tcpAcknowledgment >>> 0),
    window: String(view.tcpWindow),
    payload: String(view.payloadLength),
    flags: String(view.tcpFlags),
  };
  const scale = tcpWindowScale(view);
  if (scale >= 0) fields.scale = String(scale);
  if (tcpSackPermitted(view)) fields.sack = 'yes';
  const timestamp = tcpTimestampOffset(view);
  if (timestamp >= 0) fields.tsval = String(view.data.getUint32(timestamp));
  return fields;
}

/** CONTRACT: a query's ports are identifier and sequence number, a reply's the other way round. */
function icmpFields(view: PacketView): FrameFields {
  const fields: FrameFields = {
    transport: view.family === 4 ? 'icmp' : 'icmpv6',
    type: String(view.icmpType),
    code: String(view.icmpCode),
  };
  if (view.icmpKind === ICMP_OTHER || view.icmpKind >= ICMP_ERROR) return fields;
  const isReply = isIcmpReply(view.icmpKind);
  fields.ident = String(isReply ? view.dport : view.sport);
  fields.seq = String(isReply ? view.sport : view.dport);
  return fields;
}
