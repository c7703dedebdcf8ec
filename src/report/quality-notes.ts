/** This file says how good the captures of a run are: a sentence for each thing that is amiss. */

import { formatCount, formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';
import { natNotes } from './nat-findings.ts';
import type { RunReport } from './run-report.ts';

/** The notes, damage first; none of a capture that is whole and clean. */
export function qualityNotes(run: RunReport): string[] {
  return [
    ...damageNotes(run),
    ...completenessNotes(run),
    ...oddityNotes(run),
    ...firstFew(run.inputs.map(clockNotes).filter((notes) => notes.length > 0)),
    ...decodingNotes(run),
    ...natNotes(run.findings, run.capture_quality.unexplained_translations),
  ];
}

/** Files whose own notes are shown; a ring buffer has thousands. */
const FILES_SHOWN_MAX = 20;

/** The notes of the first files that have some, and how many others there are. */
function firstFew(notes: readonly string[][]): string[] {
  const hidden = notes.length - FILES_SHOWN_MAX;
  const more =
    hidden > 0 ? [`… and ${formatCount(hidden)} more files like these: see run.json`] : [];
  return [...notes.slice(0, FILES_SHOWN_MAX).flat(), ...more];
}

/** `one` or `many` behind the count, as a list of one; of nothing, no note. */
function note(count: number, one: string, many: string, rest: string): string[] {
  return count === 0 ? [] : [`${formatCountOf(count, one, many)}${rest}`];
}

/** What was damaged, where, and why, in one phrase; `file` is what to call the input. */
export function damageText(damage: RunReport['damage'][number], file: string): string {
  const at = damage.byte_offset === null ? '' : ` at byte ${damage.byte_offset}`;
  return `${file}${at}: ${damage.reason}`;
}

/** The files of folders and patterns that were set aside, and why; of many, the first. */
export function skippedLines(run: Pick<RunReport, 'skipped_files'>): string[] {
  const lines = run.skipped_files.slice(0, FILES_SHOWN_MAX).map(({ file, reason, hint }) => {
    const help = hint === null ? '' : ` (${hint})`;
    return terminalSafe(`${file}: skipped: ${reason}${help}`);
  });
  const hidden = run.skipped_files.length - FILES_SHOWN_MAX;
  return hidden > 0 ? [...lines, `… and ${formatCount(hidden)} more skipped`] : lines;
}

function damageNotes(run: RunReport): string[] {
  const notes = run.damage.map((damage) => {
    const what = terminalSafe(damageText(damage, damage.file));
    return damage.nothing_read
      ? `not read: ${what}`
      : `damaged: ${what}; what stood before is reported`;
  });
  if (!run.complete && notes.length === 0) notes.push('stopped early: this covers what was read');
  return notes;
}

/** What the capture lacks, so that sessions look broken that were not. */
function completenessNotes(run: RunReport): string[] {
  const q = run.capture_quality;
  return [
    ...note(
      q.lost_by_capture,
      'packet was',
      'packets were',
      ' lost by the capture (interface statistics): sessions may look broken that were not',
    ),
    ...note(
      q.acked_unseen_sessions,
      'TCP session acknowledges',
      'TCP sessions acknowledge',
      ' data that the capture lacks: packets were lost by the capture, or took another way',
    ),
    ...note(
      run.counters.flow_tcp_non_syn_drop ?? 0,
      'TCP packet without session was',
      'TCP packets without session were',
      ` rejected as non-SYN: ${whyNonSyn(run)}`,
    ),
    ...note(
      q.midstream_sessions,
      'TCP session was',
      'TCP sessions were',
      ' there before the capture began (--midstream): their start, state and counts are from the first packet seen',
    ),
    ...note(
      q.one_sided_sessions,
      'TCP session was',
      'TCP sessions were',
      ' seen in one direction only (asymmetric-suspect): the capture, or the routing, shows one side, or NAT changes the addresses in between',
    ),
    ...note(
      q.payload_cut_sessions,
      'session has',
      'sessions have',
      ' no application, for the capture lacks the payload that would tell it: with a larger snap length (tcpdump -s 0) it is there',
    ),
  ];
}

/** What is there twice, cut, or not what it seems. */
function oddityNotes(run: RunReport): string[] {
  const q = run.capture_quality;
  return [
    ...note(
      q.likely_duplicates,
      'packet is a likely duplicate',
      'packets are likely duplicates',
      ' (captured twice, as a SPAN port or two interfaces do)',
    ),
    ...note(
      q.twins_forgotten,
      'received packet was',
      'received packets were',
      ' forgotten within a second, there were so many: their egress copies, if any came, were judged again',
    ),
    ...note(
      run.counters.replay_egress_unmatched ?? 0,
      'sent frame is',
      'sent frames are',
      ' without the received packet within a second: packets of the firewall itself (ICMP errors, pings), or the capture lacks what came in',
    ),
    ...note(
      run.counters.replay_drop_unmatched ?? 0,
      'drop-stage frame has',
      'drop-stage frames have',
      ' no received packet within a second before: other traffic, or clocks apart (time-shift)?',
    ),
    ...note(
      q.unfinished_fragments,
      'fragment is',
      'fragments are',
      ' of datagrams that were not whole when the capture ended: counted as dropped',
    ),
    ...note(
      q.seen_on_both_sides,
      'of the first packets was',
      'of the first packets were',
      ' seen twice, the second time with a lower TTL: the capture shows both sides of a firewall, and without its MACs in firewall-macs packets count twice (slowpath inspect names them)',
    ),
    ...note(
      q.own_source_sessions,
      'session begins',
      'sessions begin',
      ' with a packet from an address that the firewall itself translates sources to: the capture shows what it sent. With the inside captured as well, its MACs in firewall-macs tell these frames apart; alone, capture inside, too',
    ),
    ...note(
      q.snapped_frames,
      'frame is',
      'frames are',
      ` cut by the snap length${snapLengths(run)}; lengths are counted as on the wire`,
    ),
    ...note(
      run.selection.packets?.not_held ?? 0,
      'packet is',
      'packets are',
      ' missing from the packet log: too many live sessions were chosen at once to hold more',
    ),
    ...note(
      q.incredible_capture_ends,
      'end of capture in interface statistics is',
      'ends of capture in interface statistics are',
      ' more than a day after the last packet: not believed',
    ),
  ];
}

/** Why TCP packets had no session; what `--midstream` did not take, began in the capture. */
function whyNonSyn(run: RunReport): string {
  return run.time.midstream
    ? 'their session had ended, or nothing could be told of it'
    : 'the capture began in the middle of a connection, or lost its SYN (--midstream takes such connections for established, tcp-reject-non-syn: no accepts such packets)';
}

/** What a decode status means, where its name doesn't say. */
const UNDECODED_WORDS: Readonly<Record<string, string>> = {
  'not-ip': 'without IP',
  'several-in-one-frame':
    'with several packets in one 802.11 frame (A-MSDU), which are not taken apart',
  'truncated-by-snap-length': 'cut within their headers by the snap length',
};

/** Frames by why they were not decoded: `3 without IP`. */
export function undecodedWords(statuses: Readonly<Record<string, number>>): string[] {
  return Object.entries(statuses)
    .filter(([status]) => status !== 'link-type-unsupported')
    .map(([status, n]) => `${formatCount(n)} ${UNDECODED_WORDS[status] ?? status}`);
}

/** What was read, but has no place in the session table or in a zone; what was read twice over. */
function decodingNotes(run: RunReport): string[] {
  const q = run.capture_quality;
  const list = undecodedWords(q.undecoded).join(', ');
  return [
    ...q.unsupported_interfaces.map(
      (i) =>
        `interface ${i.number} of ${terminalSafe(i.file ?? '')} has ${i.link_type}, which this version does not decode: its frames are counted only`,
    ),
    ...note(
      run.counters.replay_inner ?? 0,
      'packet inside a tunnel was',
      'packets inside tunnels were',
      ' replayed as well (--decapsulate)',
    ),
    ...note(
      q.unknown_zone_packets,
      'packet',
      'packets',
      ` came in through no known zone${unknownWhere(run)}`,
    ),
    ...(list !== '' ? [`frames outside the session table: ${list}`] : []),
  ];
}

function snapLengths(run: RunReport): string {
  const lengths = run.inputs.flatMap((i) => i.interfaces.map((f) => f.snap_length));
  const known = [...new Set(lengths)].filter((n) => n > 0).sort((a, b) => a - b);
  return known.length === 0 ? '' : ` (${known.slice(0, 4).join(', ')} bytes)`;
}

/** The first few networks and interfaces of such packets, so that a zone can be written for them. */
function unknownWhere(run: RunReport): string {
  const origins = run.capture_quality.unknown_zone_origins;
  return origins.length === 0 ? '' : ` (${origins.map(terminalSafe).join(', ')})`;
}

/** How an input's times had to be repaired. */
export function clockNotes(input: RunReport['inputs'][number]): string[] {
  const { clock } = input;
  const back = clock.largest_step_back.toFixed(6);
  const notes = [
    ...note(
      clock.reordered_frames,
      'frame was',
      'frames were',
      ` out of order and put in place (steps back up to ${back} s)`,
    ),
    ...note(
      clock.late_frames,
      'frame was',
      'frames were',
      ' too late to reorder: taken at the newest time',
    ),
    ...note(
      clock.outliers,
      'frame has',
      'frames have',
      ' a time far off: taken at the newest time',
    ),
    ...note(
      clock.frames_without_time,
      'frame has',
      'frames have',
      ' no time: taken at the newest time',
    ),
    ...clock.shifts
      .slice(0, 3)
      .map(
        (shift) =>
          `the clock was set back at frame ${shift.frame}; times from there on are shifted by ${shift.seconds} s`,
      ),
  ];
  return notes.map((text) => `${terminalSafe(input.name)}: ${text}`);
}
