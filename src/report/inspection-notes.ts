/** This file says what is amiss with inspected captures: a sentence for each thing, damage first. */

import { formatCount, formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';
import type { Inspection } from './inspection.ts';
import { clockNotes, damageText, undecodedWords } from './quality-notes.ts';

const EXAMPLES_MAX = 3;

/** The notes; none of captures that are whole and clean. */
export function inspectionNotes(found: Inspection): string[] {
  return [
    ...damageNotes(found),
    ...found.inputs.flatMap(clockNotes),
    ...lossNotes(found),
    ...repeatNotes(found),
    ...checksumNotes(found),
    ...decodingNotes(found),
    ...limitNotes(found),
  ];
}

const LIMITS: Readonly<Record<keyof Inspection['limits'], string>> = {
  frames_without_segment: 'frames of further VLANs are counted with no segment',
  frames_without_mac: 'frames of further MACs are counted with no MAC',
  packets_without_conversation: 'packets of further conversations are counted with none',
  packets_forgotten:
    'packets were forgotten within a second: their repeats, if any, are not counted',
  packets_without_path: 'packets were forwarded between further segments, which are not listed',
  packets_without_translation: 'packets had further translated addresses, which are not listed',
  frames_without_ether_type: 'frames of further EtherTypes are not counted by type',
};

function limitNotes({ limits }: Inspection): string[] {
  const names = Object.keys(LIMITS) as (keyof Inspection['limits'])[];
  return names
    .filter((name) => limits[name] > 0)
    .map((name) => `a limit was reached: ${formatCount(limits[name])} ${LIMITS[name]}`);
}

function note(count: number, one: string, many: string, rest: string): string[] {
  return count === 0 ? [] : [`${formatCountOf(count, one, many)}${rest}`];
}

function damageNotes({ damage, complete }: Inspection): string[] {
  const notes = damage.map((entry) => {
    const what = terminalSafe(damageText(entry, entry.file));
    return entry.nothing_read ? `not read: ${what}` : `damaged: ${what}; what stood before counts`;
  });
  if (!complete && notes.length === 0) notes.push('stopped early: this covers what was read');
  return notes;
}

/** What the captures lack. */
function lossNotes({ inputs, frames, conversations }: Inspection): string[] {
  const lost = inputs
    .flatMap((input) => input.interfaces)
    .reduce((sum, i) => sum + (i.dropped_by_interface ?? 0) + (i.dropped_by_os ?? 0), 0);
  const oneSided = conversations.by_protocol.reduce(
    (sum, counts) => sum + counts.one_direction_acknowledging,
    0,
  );
  const examples = conversations.one_sided_examples.slice(0, EXAMPLES_MAX).join(', ');
  const cut = frames.decode_statuses['truncated-by-snap-length'] ?? 0;
  const inHeaders = cut === 0 ? '' : `, ${formatCount(cut)} of them within their headers`;
  return [
    ...note(lost, 'packet was', 'packets were', ' lost by the capture (interface statistics)'),
    ...note(
      oneSided,
      'TCP conversation shows',
      'TCP conversations show',
      ` one direction only, which acknowledges the other: the capture lacks a side (${examples})`,
    ),
    ...note(
      frames.snapped,
      'frame is',
      'frames are',
      ` cut by the snap length (at most ${frames.longest_snapped} bytes of one are there)${inHeaders}`,
    ),
  ];
}

function repeatNotes({ repeats, segments }: Inspection): string[] {
  // Copies that are marked as sent are known for copies without the MACs' names.
  const isMarked = segments.some((segment) => segment.outbound > 0);
  const advice = isMarked ? '' : ': name its MACs as firewall-macs, or its packets count twice';
  const { translations } = repeats;
  const shown = translations
    .slice(0, EXAMPLES_MAX)
    .map((t) => `${t.kind} ${t.from} to ${t.to}`)
    .join(', ');
  const translated =
    repeats.forwarded_translated === 0
      ? ''
      : `, ${formatCount(repeats.forwarded_translated)} of them translated${shown === '' ? '' : ` (${shown})`}`;
  return [
    ...note(
      repeats.same_interface,
      'packet is',
      'packets are',
      ' there twice on one interface (a SPAN port copies both directions)',
    ),
    ...note(
      repeats.other_vlan,
      'packet is',
      'packets are',
      ' there twice, on two VLANs of one interface (a SPAN port sees both sides of a switch)',
    ),
    ...note(
      repeats.other_interface,
      'packet is',
      'packets are',
      ' there twice, on two interfaces with the same MACs and TTL (a bridge, a virtual wire, or one link captured twice)',
    ),
    ...note(
      repeats.forwarded,
      'packet is',
      'packets are',
      ` there before and behind a forwarding device (one TTL lower, other MACs)${translated}${advice}`,
    ),
    ...note(
      repeats.hops_apart,
      'packet is',
      'packets are',
      ' there again several hops away (more than one TTL lower)',
    ),
    ...note(
      repeats.rewritten,
      'packet is',
      'packets are',
      ' there again with other MACs and the TTL as it was (a proxy, a load balancer, or a firewall that keeps TTLs)',
    ),
    ...note(
      repeats.looped,
      'packet',
      'packets',
      ' came by again with the same MACs and a lower TTL: a routing loop',
    ),
  ];
}

function checksumNotes({ checksums }: Inspection): string[] {
  const { transport_wrong: wrong, frames_wrong: frames } = checksums;
  if (frames === 0) return [];
  const kinds = Object.entries({ IPv4: checksums.ipv4_wrong, ...wrong })
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${formatCount(count)}`);
  const leftOut = checksums.ipv4_left_out + checksums.transport_left_out;
  if (leftOut > 0) kinds.push(`left to the network card ${formatCount(leftOut)}`);
  const own = checksums.frames_wrong_of_capturing_host;
  const who =
    own === frames
      ? ', all of them sent by the capturing host'
      : own === 0
        ? ''
        : `, ${formatCount(own)} of them sent by the capturing host`;
  const meaning = checksums.offload
    ? ': checksum offload, no damage'
    : ': damaged on the way, or rewritten by somebody who did not mend them';
  return note(
    frames,
    'frame has a wrong checksum',
    'frames have wrong checksums',
    ` (${kinds.join(', ')})${who}${meaning}`,
  );
}

function decodingNotes({ inputs, frames }: Inspection): string[] {
  const unknown = inputs.flatMap((input) =>
    input.interfaces
      .filter((face) => !face.decoded)
      .map(
        (face) =>
          `interface ${face.number} of ${terminalSafe(input.name)} has ${face.link_type}, which this version does not decode: its frames are counted only`,
      ),
  );
  const { ok: _, 'not-ip': __, ...others } = frames.decode_statuses;
  const list = undecodedWords(others);
  return [...unknown, ...(list.length === 0 ? [] : [`frames not decoded: ${list.join(', ')}`])];
}
