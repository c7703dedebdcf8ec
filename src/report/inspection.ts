/**
 * This file gathers what inspecting captures found into one plain object: the document of
 * `inspect --print json`, and the source of its text. Names are those of the records (CONTRACT.md).
 */

import type { CaptureReplayReport } from '../capture/capture-report.ts';
import type { CaptureInterface } from '../capture/frame-batch.ts';
import type { ReaderTotals, SecondOpinion } from '../capture/second-opinion.ts';
import type { CaptureFacts, MacFacts, RepeatFacts, SegmentFacts } from '../inspect/facts.ts';
import { timeText } from '../net/time.ts';
import { isLinkTypeDecoded } from '../wire/link-type.ts';
import { damageOf, inputReport, interfaceReport, SCHEMA_VERSION } from './run-report.ts';

/** What the document is made from. */
export interface InspectionParts {
  readonly version: string;
  readonly captures: CaptureReplayReport;
  readonly interfaces: readonly CaptureInterface[];
  readonly facts: CaptureFacts;
  /** By input; null where none was asked for. */
  readonly opinions: readonly (SecondOpinion | null)[];
}

export type Inspection = ReturnType<typeof inspection>;

/** The document; key order is its own. */
export function inspection(parts: InspectionParts) {
  const { captures, facts, opinions } = parts;
  return {
    schema_version: SCHEMA_VERSION,
    tool: { name: 'slowpath', version: parts.version },
    complete: !captures.stopped && captures.files.every((file) => file.damage === null),
    inputs: captures.files.map((file, i) => ({
      ...inputReport(file),
      section_count: file.sectionCount,
      sections: file.sections,
      interfaces: interfaceRecords(file, facts),
      second_opinion: opinionRecord(opinions[i] ?? null),
    })),
    frames: {
      count: facts.frames,
      captured_bytes: facts.capturedBytes,
      original_bytes: facts.originalBytes,
      snapped: facts.snappedFrames,
      longest_snapped: facts.longestSnapped,
      decode_statuses: facts.statuses,
      protocols: facts.protocols,
      ether_types: facts.etherTypes,
    },
    time: timeRecord(facts, captures),
    segments: facts.segments.map((segment) => segmentRecord(segment, parts)),
    macs: facts.macs.map(macRecord),
    repeats: repeatRecord(facts.repeats),
    checksums: {
      ipv4_checked: facts.checksums.ipv4Checked,
      ipv4_wrong: facts.checksums.ipv4Wrong,
      ipv4_left_out: facts.checksums.ipv4LeftOut,
      transport_checked: facts.checksums.transportChecked,
      transport_wrong: facts.checksums.transportWrong,
      transport_left_out: facts.checksums.transportLeftOut,
      frames_wrong: facts.checksums.framesWrong,
      frames_wrong_of_capturing_host: facts.checksums.framesWrongOfCapturingHost,
      offload: facts.checksums.isOffload,
    },
    conversations: {
      by_protocol: facts.conversations.byProtocol.map((counts) => ({
        protocol: counts.protocol,
        conversations: counts.conversations,
        both_directions: counts.bothDirections,
        one_direction: counts.oneDirection,
        one_direction_acknowledging: counts.oneDirectionAcknowledging,
        without_start: counts.withoutStart,
      })),
      one_sided_examples: facts.conversations.oneSidedExamples,
    },
    limits: {
      frames_without_segment: facts.limits.framesWithoutSegment,
      frames_without_mac: facts.limits.framesWithoutMac,
      packets_without_conversation: facts.limits.packetsWithoutConversation,
      packets_forgotten: facts.limits.packetsForgotten,
      packets_without_path: facts.limits.packetsWithoutPath,
      packets_without_translation: facts.limits.packetsWithoutTranslation,
      frames_without_ether_type: facts.limits.framesWithoutEtherType,
    },
    damage: damageOf(captures),
  };
}

function interfaceRecords(file: CaptureReplayReport['files'][number], facts: CaptureFacts) {
  return file.interfaces.map((face) => ({
    section: face.section,
    ...interfaceReport(face),
    decoded: isLinkTypeDecoded(face.linkType),
    time_resolution: resolutionText(face.timeResolution),
    frames: facts.framesByInterface[face.index] ?? 0,
  }));
}

const UNITS: Readonly<Record<number, string>> = { 0: '1 s', 3: '1 ms', 6: '1 µs', 9: '1 ns' };

/** `1 µs`, `10^-7 s`, `2^-20 s`, of an if_tsresol. */
function resolutionText(resolution: number): string {
  const exponent = resolution & 0x7f;
  if (resolution > 0x7f) return `2^-${exponent} s`;
  return UNITS[exponent] ?? `10^-${exponent} s`;
}

function opinionRecord(opinion: SecondOpinion | null) {
  if (opinion === null) return null;
  return {
    reader: 'pcap-parser',
    verdict: opinion.verdict,
    reason: opinion.reason,
    native: totalsRecord(opinion.native),
    package: opinion.verdict === 'not-comparable' ? null : totalsRecord(opinion.package),
    first_difference: opinion.firstDifference,
  };
}

function totalsRecord(totals: ReaderTotals) {
  return {
    frames: totals.frames,
    captured_bytes: totals.capturedBytes,
    original_bytes: totals.originalBytes,
    first_packet: timeText(totals.firstTime),
    last_packet: timeText(totals.lastTime),
    sha256: totals.sha256,
    damage: totals.damage === null ? null : totals.damage.message,
  };
}

/** The ends are the captures' own, exact however long they are. */
function timeRecord(
  { timeline, frames, originalBytes }: CaptureFacts,
  { firstTime, lastTime }: CaptureReplayReport,
) {
  const { busiest, seconds } = timeline;
  const perSecond = (count: number) => (seconds > 0 ? count / seconds : null);
  return {
    first_packet: timeText(firstTime),
    last_packet: timeText(lastTime),
    seconds,
    frames_per_second: perSecond(frames),
    bytes_per_second: perSecond(originalBytes),
    busiest_second:
      busiest === null
        ? null
        : {
            time: timeText({ second: busiest.second, nanosecond: 0 }),
            frames: busiest.frames,
            bytes: busiest.bytes,
          },
    longest_pauses: timeline.gaps.map((gap) => ({
      from: timeText(gap.from),
      seconds: gap.seconds,
    })),
    rate: { bin_seconds: timeline.binSeconds, frames: timeline.frames, bytes: timeline.bytes },
  };
}

function segmentRecord(segment: SegmentFacts, { interfaces, captures, facts }: InspectionParts) {
  const face = interfaces[segment.interfaceIndex];
  return {
    segment: segment.index,
    file: captures.files[face?.file ?? -1]?.name ?? null,
    section: face?.section ?? null,
    interface: face?.name ?? null,
    interface_number: face?.idInSection ?? null,
    vlans: segment.tags,
    frames: segment.frames,
    bytes: segment.bytes,
    inbound: segment.inbound,
    outbound: segment.outbound,
    macs: facts.macs.filter((mac) => mac.segment === segment.index).length,
  };
}

function macRecord(mac: MacFacts) {
  return {
    mac: mac.mac,
    segment: mac.segment,
    frames_sent: mac.framesSent,
    frames_received: mac.framesReceived,
    addresses: mac.addresses,
    addresses_not_listed: mac.addressesNotListed,
    networks_behind: mac.networksBehind,
    networks_reached: mac.networksReached,
    likely: mac.likely,
    evidence: mac.evidence,
    device: mac.device,
    checksums_wrong: mac.checksumsWrong,
  };
}

function repeatRecord(repeats: RepeatFacts) {
  return {
    same_interface: repeats.sameInterface,
    other_vlan: repeats.otherVlan,
    other_interface: repeats.otherInterface,
    forwarded: repeats.forwarded,
    forwarded_translated: repeats.forwardedTranslated,
    hops_apart: repeats.hopsApart,
    rewritten: repeats.rewritten,
    looped: repeats.looped,
    paths: repeats.paths.map((path) => ({
      from_segment: path.fromSegment,
      to_segment: path.toSegment,
      packets: path.packets,
    })),
    translations: repeats.translations,
  };
}
