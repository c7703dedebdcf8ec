/** This file asks tshark what the payload of a capture says in clear, frame by frame. */

import { spawnSync } from 'node:child_process';

const ONE_OF = '\x1f';
/** By tshark's field. */
const ENDS = [
  ...['frame.number', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst'],
  ...['tcp.srcport', 'tcp.dstport', 'udp.srcport', 'udp.dstport'],
] as const;
const SAID = [
  ...['tls.handshake.type', 'tls.handshake.extensions_server_name'],
  ...['tls.handshake.extensions_alpn_str', 'dtls.handshake.extensions_server_name'],
  ...['dtls.handshake.extensions_alpn_str', 'http.request.method', 'http.host', 'ssh.protocol'],
  ...['dns.qry.name', 'x509ce.dNSName', 'x509sat.uTF8String', 'x509sat.printableString'],
  'x509sat.teletexString',
] as const;

type SaidField = (typeof SAID)[number];

/** What tshark reads of one frame. */
export interface TsharkSaid {
  readonly frame: number;
  readonly proto: 6 | 17;
  /** Address, blank, port. */
  readonly source: string;
  readonly destination: string;
  of(field: SaidField): readonly string[];
}

/** The frames that say something; those of tunnels, which have two IP headers, are left out. */
export function tsharkDetails(path: string): TsharkSaid[] {
  const fields = [...ENDS, ...SAID];
  const filter =
    'tls.handshake.type or dtls.handshake.type or http.request or ssh.protocol or dns.qry.name';
  const options = ['-n', '-r', path, '-Y', filter, '-T', 'fields', '-E', `aggregator=${ONE_OF}`];
  const { stdout } = spawnSync('tshark', [...options, ...fields.flatMap((f) => ['-e', f])], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return stdout.split('\n').flatMap((line) => {
    const cells = line.split('\t');
    const of = (field: string): string[] => {
      const cell = cells[fields.map(String).indexOf(field)] ?? '';
      return cell === '' ? [] : cell.split(ONE_OF);
    };
    const sources = [...of('ip.src'), ...of('ipv6.src')];
    const destinations = [...of('ip.dst'), ...of('ipv6.dst')];
    const isTcp = of('tcp.srcport').length > 0;
    const [sport, dport] = [...of('tcp.srcport'), ...of('udp.srcport')].length
      ? [
          isTcp ? of('tcp.srcport') : of('udp.srcport'),
          isTcp ? of('tcp.dstport') : of('udp.dstport'),
        ]
      : [[], []];
    if (sources.length !== 1 || destinations.length !== 1 || sport.length !== 1) return [];
    return [
      {
        frame: Number(of('frame.number')[0]),
        proto: isTcp ? 6 : 17,
        source: `${sources[0]} ${sport[0]}`,
        destination: `${destinations[0]} ${dport[0]}`,
        of,
      } satisfies TsharkSaid,
    ];
  });
}
