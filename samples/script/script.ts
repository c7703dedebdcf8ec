/**
 * This file holds the parsed form of a packet script: `parseScript` gives it, the builders read it.
 *
 * Times are nanoseconds as bigint, so that nine decimals stay exact. Nothing here is filled in yet:
 * a field that the script leaves out is null, and the builders decide its default.
 */

/** Container that a script asks for: pcap in microseconds or nanoseconds, or pcapng. */
export type CaptureFormat = 'pcap' | 'pcap-ns' | 'pcapng';

/** An IP address as bytes in network order: 4 of them for IPv4, 16 for IPv6. */
export interface Address {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/** A sequence number as a script writes it. */
export type SequenceValue =
  /** `seq=4000000000`: the number itself. */
  | { readonly kind: 'absolute'; readonly value: number }
  /** `seq=+1`: counted from the initial sequence number of the side that the number belongs to. */
  | { readonly kind: 'from-isn'; readonly value: number }
  /** `seq=next`, `seq=next+1460`, `seq=next-1`: counted from what would be filled in. */
  | { readonly kind: 'from-next'; readonly value: number };

/** A TCP segment. */
export interface TcpPart {
  readonly kind: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The header's flag byte (CWR and ECE included). */
  readonly flags: number;
  readonly seq: SequenceValue | null;
  readonly ack: SequenceValue | null;
  /** `isn=`: only on a SYN, begins this side's numbers anew. */
  readonly isn: number | null;
  readonly window: number | null;
  readonly windowScale: number | null;
  readonly mss: number | null;
  readonly sackPermitted: boolean;
  readonly timestamps: { readonly value: number; readonly echo: number } | null;
  readonly payload: Uint8Array;
}

/** A UDP datagram. */
export interface UdpPart {
  readonly kind: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

/** An ICMP or ICMPv6 message; `rest` is the header's second word, `body` what follows. */
export interface IcmpPart {
  readonly kind: 'icmp' | 'icmp6';
  readonly type: number;
  readonly code: number;
  readonly rest: number;
  /** Number of the script's packet that is quoted, from 1; null quotes nothing. */
  readonly quote: number | null;
  /** Neighbour discovery: the target address, and whether the sender's MAC goes along. */
  readonly target: Uint8Array | null;
  readonly linkLayerOption: 1 | 2 | null;
  readonly payload: Uint8Array;
}

/** Chunks that a script can name. */
export type SctpChunk =
  | 'DATA'
  | 'INIT'
  | 'INIT-ACK'
  | 'SACK'
  | 'HEARTBEAT'
  | 'HEARTBEAT-ACK'
  | 'ABORT'
  | 'SHUTDOWN'
  | 'SHUTDOWN-ACK'
  | 'ERROR'
  | 'COOKIE-ECHO'
  | 'COOKIE-ACK'
  | 'SHUTDOWN-COMPLETE';

/** An SCTP packet. */
export interface SctpPart {
  readonly kind: 'sctp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** At least one. */
  readonly chunks: readonly SctpChunk[];
  /** User data of the DATA chunk. */
  readonly payload: Uint8Array;
}

/** Any other IP protocol: a number and its bytes. */
export interface OtherPart {
  readonly kind: 'other';
  readonly protocol: number;
  readonly payload: Uint8Array;
}

/** What an IP packet of the script carries. */
export type Part = TcpPart | UdpPart | SctpPart | IcmpPart | OtherPart;

/** Fields that every packet line may set, whatever it carries. */
export interface FrameFields {
  /** VLAN ids, outermost first. */
  readonly vlans: readonly number[];
  readonly ttl: number | null;
  readonly sourceMac: Uint8Array | null;
  readonly destinationMac: Uint8Array | null;
  /** Bytes to keep of the frame; null for all. */
  readonly snap: number | null;
  /** DIRECTION_ value of capture/frame-batch.ts: 0 unknown, 1 in, 2 out. */
  readonly direction: 0 | 1 | 2;
  /** Short frames are filled with zeros to Ethernet's 60 bytes. */
  readonly pad: boolean;
  readonly comment: string | null;
}

interface LineBase {
  /** Line of the text, from 1. */
  readonly line: number;
  /** Nanoseconds since the script's start. */
  readonly time: bigint;
  readonly interface: string;
  readonly frame: FrameFields;
}

/** A part of an IP packet's payload: from this byte (a multiple of 8) to before that one. */
export interface FragmentRange {
  readonly from: number;
  readonly to: number;
}

/** A line that describes an IP packet. */
export interface PacketLine extends LineBase {
  readonly kind: 'packet';
  readonly source: Address;
  readonly destination: Address;
  /** Identification, in IPv6 of a fragment; null counts up for each source. */
  readonly ipId: number | null;
  /** Only these bytes of the IP payload, as one fragment; null is the whole packet. */
  readonly fragment: FragmentRange | null;
  /** The transport checksum is made wrong on purpose. */
  readonly badChecksum: boolean;
  readonly part: Part;
}

/** A new address and, where given, a new port (of an ICMP query: identifier); null leaves both. */
export interface NewEnd {
  readonly address: Address;
  readonly port: number | null;
}

/** What a copy has translated; `quoted` is of the packet that an ICMP error quotes. */
export interface Translation {
  readonly source: NewEnd | null;
  readonly destination: NewEnd | null;
  readonly quotedSource: NewEnd | null;
  readonly quotedDestination: NewEnd | null;
}

/** A line that shows an earlier packet again, as on the firewall's other side. */
export interface CopyLine extends LineBase {
  readonly kind: 'copy';
  /** Number of the packet, from 1. */
  readonly of: number;
  /** null where nothing is. */
  readonly translation: Translation | null;
}

/** An interface of the capture. */
export interface ScriptInterface {
  readonly name: string;
  /** Bytes; 0 for no limit. */
  readonly snapLength: number;
  /** Decimal digits of a second that time stamps keep, 0 to 9. */
  readonly resolution: number;
  /** `@drop`: packets that the interface dropped; null where nothing was said. */
  readonly dropped: number | null;
}

/** A whole script. */
export interface Script {
  readonly format: CaptureFormat;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  /** `@end`: nanoseconds since the start at which every interface's statistics end. */
  readonly end: bigint | null;
  readonly comments: readonly string[];
  readonly interfaces: readonly ScriptInterface[];
  readonly lines: readonly (PacketLine | CopyLine)[];
}

/** A script that makes no sense; `line` counts from 1 (or from `firstLine` of parseScript). */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  readonly line: number;
  readonly reason: string;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.line = line;
    this.reason = reason;
  }
}
