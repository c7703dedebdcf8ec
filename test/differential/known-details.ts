/** This file lists where App-ID reads in clear something else than tshark, and why. */

import type { KnownDifference } from '../support/differences.ts';

/** Told with `tshark -d tcp.port==PORT,PROTOCOL` it reads the same. */
const BY_PORT = 'tshark takes the port for that of another protocol, or of none';

export const KNOWN_DETAILS: readonly KnownDifference[] = [
  {
    file: 'arkime__http-tcp-seq-issue.pcap',
    conversation: '6 10.11.12.13 54162 > 13.12.11.10 80',
    reason: 'a segment that begins before one that came first: tshark takes it for a repetition',
  },
  {
    file: 'ndpi__ookla.pcap',
    conversation: '6 192.168.1.128 35830 > 89.96.108.170 8080',
    reason: BY_PORT,
  },
  {
    file: 'pcpp__example.pcap',
    conversation: '6 10.0.0.4 49682 > 10.0.0.138 5005',
    reason: BY_PORT,
  },
  {
    file: 'zeek__http__get-to-ssh-server.pcap',
    conversation: '6 136.216.42.40 44338 > 130.74.164.231 22',
    reason: BY_PORT,
  },
  {
    file: 'zeek__ssh__ssh.pcap',
    conversation: '6 10.0.0.18 40184 > 128.2.6.88 41644',
    reason: BY_PORT,
  },
  {
    file: 'zeek__ssh__ssh.pcap',
    conversation: '6 192.168.2.1 55179 > 192.168.2.158 2200',
    reason: BY_PORT,
  },
];
