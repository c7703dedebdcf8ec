/**
 * This file divides captures into places, each of which is to be a zone: by interface or file, else by
 * VLAN, else by the next hops of a firewall's MACs. Where none of these tells two places apart, networks
 * do (sides.ts).
 */

import type { Said, StarterCapture } from '../config/starter-yaml.ts';
import type { CaptureFacts, MacFacts, SegmentFacts } from '../inspect/facts.ts';
import type { StarterInput } from './input.ts';
import { interfaceNameOf, type Link, type Links, linksOf } from './links.ts';
import { NetworkCounts } from './networks.ts';
import { nextHopPlaces } from './next-hops.ts';
import { twinOf } from './twins.ts';

/** What is to be a zone, and how its frames are known beside their networks. */
export interface Place {
  /** For people: `trust0`, `VLAN 100`. */
  readonly label: string;
  /** Name that may say what the zone is; null without one. */
  readonly hint: string | null;
  /** Zone name where networks say no better one; null for a number. */
  readonly fallback: string | null;
  readonly interfaces: readonly Said[];
  readonly vlans: readonly Said<number>[];
  readonly macs: readonly Said[];
  readonly frames: number;
  /** Conversations whose first packet comes in here. */
  readonly started: number;
  /** Networks of the sources that come in here. */
  readonly received: NetworkCounts;
  /** Networks of what was sent out here; empty where the capture has only what was received. */
  readonly reached: NetworkCounts;
  /** Networks of the destinations of all that is seen here. */
  readonly destined: NetworkCounts;
}

export interface Placing {
  readonly by: 'interface' | 'file' | 'vlan' | 'next-hop' | 'network';
  /** For `network`: one, which sides.ts divides. */
  readonly places: readonly Place[];
  readonly captures: readonly StarterCapture[];
  readonly notes: readonly string[];
}

/** Frames of one VLAN among several, from which on the others are strays. */
const DOMINANT_SHARE = 0.95;
/** Senders of a place without a name that are listed; beyond, networks have to do. */
const MACS_MAX = 32;

/** The places of captures. `copies` are the MACs of `firewall-macs`. */
export function placesOf(input: StarterInput, copies: ReadonlySet<string>): Placing {
  const found = linksOf(input);
  const { captures } = found;
  const notes = [...found.notes];
  const { facts } = input;
  if (found.by !== 'nothing' && isSeveral(found, facts, copies)) {
    const links = found.links.filter(({ name }) => name !== null);
    const places = links.flatMap((link) => placesOfLink(link, facts, copies));
    const twin = copies.size > 0 ? null : twinOf(places);
    if (twin === null) return { by: found.by, places, captures, notes };
    notes.push(twin);
  }
  const segments = found.links.flatMap((link) => link.segments);
  const stacks = stacksOf(segments).filter((stack) => hasNetworks(stack.segments, facts, copies));
  if (stacks.length > 1 && !isDominated(stacks, facts)) {
    const vlans = vlanPlaces(input, found, copies);
    const twin = copies.size > 0 ? null : twinOf(vlans.places);
    if (twin === null) return { by: 'vlan', ...vlans, notes };
    notes.push(twin);
  }
  const hops = nextHopPlaces(facts, segments, copies);
  const staged = captures.filter(({ stage }) => stage !== null);
  if (hops.length > 1) return { by: 'next-hop', places: hops, captures: staged, notes };
  const all = placeOf('the capture', segments, facts, copies);
  return { by: 'network', places: [all], captures: staged, notes };
}

/** Whether links are sides of something, and not one with traffic beside others that are idle. */
function isSeveral({ links }: Links, facts: CaptureFacts, copies: ReadonlySet<string>): boolean {
  const busy = links.filter(({ segments }) => hasNetworks(segments, facts, copies));
  if (busy.length > 1) return true;
  const isAnswered = facts.conversations.byProtocol.some(
    ({ bothDirections }) => bothDirections > 0,
  );
  return links.length > 1 && busy.length === 1 && !isAnswered;
}

/** Whether one stack has nearly all frames, and nothing passes from one to another. */
function isDominated(stacks: readonly Stack[], { repeats }: CaptureFacts): boolean {
  if (repeats.paths.some(({ fromSegment, toSegment }) => fromSegment !== toSegment)) return false;
  const frames = stacks.map(({ segments }) => framesOf(segments));
  const all = frames.reduce((sum, count) => sum + count, 0);
  return Math.max(...frames) > DOMINANT_SHARE * all;
}

/** A stack of tags, as a link's segments have it; VLAN 0 and 4095 are none (IEEE 802.1Q §9.6). */
interface Stack {
  readonly tags: readonly number[];
  readonly segments: SegmentFacts[];
}

function stacksOf(segments: readonly SegmentFacts[]): Stack[] {
  const stacks = new Map<string, Stack>();
  for (const segment of segments) {
    const tags = segment.tags.filter((tag) => tag > 0 && tag < 4095);
    const key = tags.join('.');
    const stack = stacks.get(key);
    if (stack === undefined) stacks.set(key, { tags, segments: [segment] });
    else stack.segments.push(segment);
  }
  return [...stacks.values()];
}

/** One place, or one for each VLAN with networks; frames without any go with the busiest. */
function placesOfLink(link: Link, facts: CaptureFacts, copies: ReadonlySet<string>): Place[] {
  const { name, label, segments } = link;
  if (name === null) return [];
  const stacks = stacksOf(segments);
  const busy = stacks.filter((stack) => hasNetworks(stack.segments, facts, copies));
  if (busy.length < 2) {
    return [{ ...placeOf(label, segments, facts, copies), interfaces: [said(name)], hint: label }];
  }
  busy.sort((a, b) => framesOf(b.segments) - framesOf(a.segments));
  const hasUntagged = busy.some(({ tags }) => tags.length === 0);
  return busy.map((stack, i) => {
    const written = [name, ...stack.tags].join('.');
    const interfaces = [said(written)];
    if (i === 0 && !hasUntagged) {
      interfaces.push({ value: name, why: 'untagged frames, which show no network' });
    }
    const fallback = stack.tags.length === 0 ? null : `vlan-${stack.tags.join('-')}`;
    const place = placeOf(written, stack.segments, facts, copies);
    return { ...place, interfaces, hint: written, fallback };
  });
}

/** Places by VLAN alone: `vlans`, or a name for the only link where stacks need one. */
function vlanPlaces(
  input: StarterInput,
  { links, captures }: Links,
  copies: ReadonlySet<string>,
): { places: Place[]; captures: readonly StarterCapture[] } {
  const { facts, files } = input;
  const segments = links.flatMap((link) => link.segments);
  const stacks = stacksOf(segments);
  const only = links.length === 1 ? links[0] : undefined;
  if (only !== undefined && only.name !== null) {
    return { places: placesOfLink(only, facts, copies), captures };
  }
  if (stacks.some(({ tags }) => tags.length > 1) && captures.length === 0) {
    const name = interfaceNameOf(files.length === 1 ? (files[0]?.name ?? '') : '');
    const why = 'a name for the link, to which the tags below belong';
    const places = placesOfLink({ name, label: name, segments }, facts, copies);
    return { places, captures: [{ files: '*', stage: null, interface: name, why }] };
  }
  const busy = stacks.filter((stack) => hasNetworks(stack.segments, facts, copies));
  const places = busy.map(({ tags, segments: own }): Place => {
    const label = tags.length === 0 ? 'untagged frames' : `VLAN ${tags.join('.')}`;
    const place = placeOf(label, own, facts, copies);
    const vlan = tags.at(-1);
    if (vlan === undefined) return { ...place, macs: ownSenders(facts, own, copies) };
    return { ...place, vlans: [{ value: vlan, why: null }], fallback: `vlan-${vlan}` };
  });
  nativeSenders(facts, stacks, copies).forEach((macs, stack) => {
    const at = busy.indexOf(stack);
    const place = places[at];
    if (place !== undefined) places[at] = { ...place, macs };
  });
  return { places, captures: captures.filter(({ stage }) => stage !== null) };
}

/**
 * MACs that send frames of no network without a tag (link-local multicast on a trunk) and also on VLANs:
 * by the stack in which each sends most. A tag counts before a MAC, so only the former are meant.
 */
function nativeSenders(
  { macs }: CaptureFacts,
  stacks: readonly Stack[],
  copies: ReadonlySet<string>,
): Map<Stack, Said[]> {
  const byStack = new Map<Stack, Said[]>();
  const stackOf = new Map(
    stacks.flatMap((stack) => stack.segments.map(({ index }) => [index, stack] as const)),
  );
  const sent = macs.filter(({ mac, framesSent }) => framesSent > 0 && !copies.has(mac));
  const isTagged = ({ segment }: MacFacts) => (stackOf.get(segment)?.tags.length ?? 0) > 0;
  for (const native of sent) {
    if (isTagged(native) || native.networksBehind.length > 0) continue;
    const [most] = sent
      .filter((mac) => mac.mac === native.mac && isTagged(mac))
      .sort((a, b) => b.framesSent - a.framesSent);
    const stack = stackOf.get(most?.segment ?? -1);
    const list = stack === undefined ? undefined : (byStack.get(stack) ?? []);
    if (stack === undefined || list === undefined || list.length === MACS_MAX) continue;
    const isListed = [...byStack.values()].flat().some(({ value }) => value === native.mac);
    if (isListed) continue;
    list.push({ value: native.mac, why: 'for its untagged frames, which show no network' });
    byStack.set(stack, list);
  }
  return byStack;
}

/** MACs that send on these segments and on no others. */
function ownSenders(
  { macs }: CaptureFacts,
  segments: readonly SegmentFacts[],
  copies: ReadonlySet<string>,
): Said[] {
  const own = new Set(segments.map(({ index }) => index));
  const senders = macs.filter((mac) => mac.framesSent > 0 && !copies.has(mac.mac));
  const elsewhere = new Set(senders.filter((m) => !own.has(m.segment)).map(({ mac }) => mac));
  const only = senders.filter(({ mac, segment }) => own.has(segment) && !elsewhere.has(mac));
  const names = [...new Set(only.map(({ mac }) => mac))];
  return names.length > MACS_MAX ? [] : names.map(said);
}

/** What was received on segments, without the copies that a firewall sent. */
export function placeOf(
  label: string,
  segments: readonly SegmentFacts[],
  facts: CaptureFacts,
  copies: ReadonlySet<string>,
): Place {
  const received = new NetworkCounts();
  const reached = new NetworkCounts();
  const destined = new NetworkCounts();
  const macs = macsOf(segments, facts);
  for (const segment of segments) {
    for (const { network, packets } of segment.networksWithoutMac) received.add(network, packets);
  }
  const hasCopies = macs.some(({ mac }) => copies.has(mac));
  const senders = macs.filter(({ mac }) => !copies.has(mac));
  const started = senders.reduce((sum, mac) => sum + mac.conversationsStarted, 0);
  for (const { networksReached } of macs) {
    for (const { network, packets } of networksReached) destined.add(network, packets);
  }
  for (const mac of senders) {
    for (const { network, packets } of mac.networksBehind) received.add(network, packets);
    if (!hasCopies) continue;
    for (const { network, packets } of mac.networksReached) reached.add(network, packets);
  }
  const none = { hint: null, fallback: null, interfaces: [], vlans: [], macs: [] };
  return { label, ...none, frames: framesOf(segments), started, received, reached, destined };
}

function macsOf(segments: readonly SegmentFacts[], { macs }: CaptureFacts): MacFacts[] {
  const own = new Set(segments.map(({ index }) => index));
  return macs.filter(({ segment }) => own.has(segment));
}

function hasNetworks(
  segments: readonly SegmentFacts[],
  facts: CaptureFacts,
  copies: ReadonlySet<string>,
): boolean {
  return placeOf('', segments, facts, copies).received.packets.size > 0;
}

function framesOf(segments: readonly SegmentFacts[]): number {
  return segments.reduce((sum, { frames }) => sum + frames, 0);
}

function said(value: string): Said {
  return { value, why: null };
}
