/**
 * This file describes what inspecting captures finds out: plain data, apart from how it is printed, so
 * that other parts (a starter configuration, say) can reason with it. Bounded by the limits beside the
 * parts that collect it; what was left out is counted in `limits`.
 */

/** A part of the network: one capture interface, and one stack of VLAN tags on it. */
export interface SegmentFacts {
  /** Position in `CaptureFacts.segments`. */
  readonly index: number;
  /** CaptureInterface.index. */
  readonly interfaceIndex: number;
  /** VLAN ids, the outermost first; at most two are told apart. */
  readonly tags: readonly number[];
  readonly frames: number;
  /** Bytes on the wire. */
  readonly bytes: number;
  /** Frames that the capture marks as received, and as sent, by the capturing host. */
  readonly inbound: number;
  readonly outbound: number;
  /** Networks of the sources of its packets that have no source MAC. */
  readonly networksWithoutMac: readonly NetworkFacts[];
}

/** A network and the packets of it. */
export interface NetworkFacts {
  /** As a prefix: `10.1.2.0/24`. Wider than /24 and /64 only where there were too many. */
  readonly network: string;
  readonly packets: number;
}

/** Why a MAC is taken for what it is; `count` is of packets, or networks, as the kind says. */
export interface Evidence {
  readonly kind: EvidenceKind;
  readonly count: number;
}

/**
 * - `forwards`: packets seen on both sides of it: one TTL lower, from or to another MAC
 * - `forwards-translated`: the same, with another address or port in between
 * - `hops-apart`: packets seen before and behind it, more than one TTL apart
 * - `split-path`: conversations whose two directions are received by different MACs than send them
 * - `capturing-host`: frames that the capture marks as sent by it, or received by it alone
 * - `router-advertisement`: sends them (RFC 4861 §4.2)
 * - `virtual-router`: its address is one of VRRP, HSRP or GLBP
 * - `vendor`: its address was given to Palo Alto Networks
 * - `off-link`: networks that it passes on and that lie outside of the link, as ARP and neighbour
 *   discovery show the link's addresses
 * - `lowered-ttl`: packets whose TTL was lowered on the way
 * - `many-networks`: networks of its packets
 */
export type EvidenceKind =
  | 'forwards'
  | 'forwards-translated'
  | 'hops-apart'
  | 'split-path'
  | 'capturing-host'
  | 'router-advertisement'
  | 'virtual-router'
  | 'vendor'
  | 'off-link'
  | 'lowered-ttl'
  | 'many-networks';

export type MacRole = 'firewall' | 'router' | 'host';

/** A MAC on a segment; the same MAC on two segments is there twice. */
export interface MacFacts {
  /** `aa:bb:cc:dd:ee:ff` */
  readonly mac: string;
  /** SegmentFacts.index. */
  readonly segment: number;
  readonly framesSent: number;
  /** Unicast frames only. */
  readonly framesReceived: number;
  /** Addresses that ARP or neighbour discovery say are its own, in the order they were seen. */
  readonly addresses: readonly string[];
  readonly addressesNotListed: number;
  /** Networks of the packets' sources that it sends; what lies behind it. */
  readonly networksBehind: readonly NetworkFacts[];
  /** Networks of the packets' destinations that it is sent; what is reached by it. */
  readonly networksReached: readonly NetworkFacts[];
  /** MACs on its segment that it sends IP packets to, most frames first; at most the first 16 met. */
  readonly sendsTo: readonly { readonly mac: string; readonly frames: number }[];
  /** Conversations whose first packet it sends; of TCP, those that begin with a SYN. */
  readonly conversationsStarted: number;
  /** What it likely is; null where nothing tells. */
  readonly likely: MacRole | null;
  /** Reasons for `likely`, the strongest first. */
  readonly evidence: readonly Evidence[];
  /** Number of the device whose MACs forward to one another, from 1; null where none is known. */
  readonly device: number | null;
  readonly checksumsWrong: number;
}

/** Packets that came in on one segment and went out on another, through one forwarding device. */
export interface PathFacts {
  readonly fromSegment: number;
  readonly toSegment: number;
  readonly packets: number;
}

/** An address that was translated while a packet was forwarded. */
export interface TranslationFacts {
  readonly kind: 'source' | 'destination';
  readonly from: string;
  readonly to: string;
  readonly packets: number;
}

/** Packets that are in the capture more than once; counts are of the later copies. */
export interface RepeatFacts {
  /** The same packet with the same MACs: on the same interface, on another VLAN, on another interface. */
  readonly sameInterface: number;
  readonly otherVlan: number;
  readonly otherInterface: number;
  /** Both sides of a forwarding device: TTL one lower, other MACs; and of these, those translated. */
  readonly forwarded: number;
  readonly forwardedTranslated: number;
  /** More than one TTL lower. */
  readonly hopsApart: number;
  /** Other MACs, and the TTL as it was. */
  readonly rewritten: number;
  /** The same MACs with a lower TTL: the packet came by again. */
  readonly looped: number;
  readonly paths: readonly PathFacts[];
  readonly translations: readonly TranslationFacts[];
}

export interface ChecksumFacts {
  readonly ipv4Checked: number;
  readonly ipv4Wrong: number;
  readonly ipv4LeftOut: number;
  readonly transportChecked: number;
  /** By protocol: `tcp`, `udp`, `icmp`, `ipv6-icmp`. */
  readonly transportWrong: Readonly<Record<string, number>>;
  /** Left to the network card: the field holds the pseudo header's sum. */
  readonly transportLeftOut: number;
  /** Frames with a checksum that is wrong or left out, by who sent them. */
  readonly framesWrong: number;
  readonly framesWrongOfCapturingHost: number;
  /** Whether the wrong ones are what checksum offload leaves behind. */
  readonly isOffload: boolean;
}

/** Conversations of one protocol; a conversation is two addresses and two ports. */
export interface ConversationCounts {
  readonly protocol: string;
  readonly conversations: number;
  readonly bothDirections: number;
  readonly oneDirection: number;
  /** TCP: one direction that acknowledges the other, which the capture lacks. */
  readonly oneDirectionAcknowledging: number;
  /** TCP: no SYN seen, so that they began before the capture, or it lost packets. */
  readonly withoutStart: number;
}

export interface ConversationFacts {
  readonly byProtocol: readonly ConversationCounts[];
  /** A few that have one direction and acknowledge the other, as `10.0.0.1:443 > 10.0.0.2:51000`. */
  readonly oneSidedExamples: readonly string[];
}

/** Seconds since 1970, and 0 to 999,999,999 ns. */
export interface TimeFacts {
  readonly second: number;
  readonly nanosecond: number;
}

export interface GapFacts {
  readonly from: TimeFacts;
  readonly seconds: number;
}

export interface TimelineFacts {
  readonly first: TimeFacts | null;
  readonly last: TimeFacts | null;
  readonly seconds: number;
  /** Width of a bin in seconds; the first begins with the first frame. */
  readonly binSeconds: number;
  readonly frames: readonly number[];
  /** On the wire. */
  readonly bytes: readonly number[];
  /** The whole second with most frames; null without a frame. */
  readonly busiest: {
    readonly second: number;
    readonly frames: number;
    readonly bytes: number;
  } | null;
  /** The longest pauses between two frames, the longest first. */
  readonly gaps: readonly GapFacts[];
}

/** What did not fit into the limits; 0 where nothing was left out. */
export interface LimitFacts {
  readonly framesWithoutSegment: number;
  readonly framesWithoutMac: number;
  readonly packetsWithoutConversation: number;
  /** Left the ring of packets in which repeats are looked for before their second was over. */
  readonly packetsForgotten: number;
  /** Forwarded, but not listed in `paths` and `translations`. */
  readonly packetsWithoutPath: number;
  readonly packetsWithoutTranslation: number;
  readonly framesWithoutEtherType: number;
}

/** What inspecting captures found out. */
export interface CaptureFacts {
  readonly frames: number;
  readonly capturedBytes: number;
  readonly originalBytes: number;
  readonly snappedFrames: number;
  /** The most bytes that a snapped frame has; 0 without one. */
  readonly longestSnapped: number;
  /** By CaptureInterface.index. */
  readonly framesByInterface: readonly number[];
  /** Frames by decode status, `ok` included. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Packets by IP protocol name. */
  readonly protocols: Readonly<Record<string, number>>;
  /** Frames without IP by EtherType name. */
  readonly etherTypes: Readonly<Record<string, number>>;
  readonly segments: readonly SegmentFacts[];
  /** By frames, the most first. */
  readonly macs: readonly MacFacts[];
  readonly timeline: TimelineFacts;
  readonly repeats: RepeatFacts;
  readonly checksums: ChecksumFacts;
  readonly conversations: ConversationFacts;
  readonly limits: LimitFacts;
}
