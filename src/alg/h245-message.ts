/**
 * This file reads those messages of H.245 (ITU-T H.245 Annex A) that open and close logical channels, and
 * of each where its sender waits for media and for RTCP. What is in a form that is not known here announces
 * nothing.
 */

import type { IpWords } from './alg.ts';
import { skipDataType, skipNonStandardList } from './h245-data-types.ts';
import type { PerReader } from './per-reader.ts';

/** Where the sender of a message receives. */
export interface H245Ends {
  readonly media: H245End | null;
  readonly control: H245End | null;
}

export interface H245End {
  readonly address: IpWords;
  readonly port: number;
}

/** A message about a channel; 0 is no channel. */
export interface H245Message {
  readonly kind: 'open' | 'ack' | 'reject' | 'close' | 'end';
  readonly channel: number;
  /** Of both directions, where a channel has two. */
  readonly ends: readonly H245Ends[];
}

/** Alternatives (H.245 Annex A): MultimediaSystemControlMessage, then of each kind. */
const REQUEST = 0;
const RESPONSE = 1;
const COMMAND = 2;
const MESSAGE_KINDS = 4;
const REQUESTS = 11;
const RESPONSES = 19;
const COMMANDS = 7;
const OPEN = 3;
const CLOSE = 4;
const OPEN_ACK = 5;
const OPEN_REJECT = 6;
const END_SESSION = 5;
/** `h2250LogicalChannelParameters` is the first addition to what a channel may be multiplexed by. */
const H2250 = 0;
/** `forwardMultiplexAckParameters` among the additions of OpenLogicalChannelAck. */
const ACK_PARAMETERS = 1;

/** Reads one message; null for one that is about no channel. */
export function readH245(per: PerReader): H245Message | null {
  const kind = per.choice(MESSAGE_KINDS);
  if (kind.added !== null) return null;
  switch (kind.index) {
    case REQUEST: {
      const { index, added } = per.choice(REQUESTS);
      if (added !== null) return null;
      if (index === OPEN) return readOpen(per);
      return index === CLOSE ? aboutChannel(per, 'close') : null;
    }
    case RESPONSE: {
      const { index, added } = per.choice(RESPONSES);
      if (added !== null) return null;
      if (index === OPEN_ACK) return readAck(per);
      return index === OPEN_REJECT ? aboutChannel(per, 'reject') : null;
    }
    case COMMAND: {
      const { index, added } = per.choice(COMMANDS);
      const isEnd = added === null && index === END_SESSION && per.isSound;
      return isEnd ? { kind: 'end', channel: 0, ends: [] } : null;
    }
    default:
      return null;
  }
}

/** Reads OpenLogicalChannel, which fast connect also has by itself (H.323 §8.1.7). */
export function readOpen(per: PerReader): H245Message | null {
  per.bit();
  const hasReverse = per.isSet();
  const channel = 1 + per.octets(2);
  const ends = [forwardEnds(per)];
  if (hasReverse) ends.push(reverseEnds(per));
  return messageOf('open', channel, ends);
}

function readAck(per: PerReader): H245Message | null {
  const hasAdditions = per.isSet();
  const hasReverse = per.isSet();
  const channel = 1 + per.octets(2);
  const ends: (H245Ends | null)[] = [];
  if (hasReverse) ends.push(reverseAckEnds(per));
  const parameters = per.additions(hasAdditions)[ACK_PARAMETERS] ?? null;
  if (parameters !== null && !parameters.isSet()) ends.push(ackEnds(parameters));
  return messageOf('ack', channel, ends);
}

function messageOf(
  kind: H245Message['kind'],
  channel: number,
  ends: readonly (H245Ends | null)[],
): H245Message | null {
  const known = ends.filter((one) => one !== null);
  return known.length === 0 ? null : { kind, channel, ends: known };
}

/** A message whose first component is the channel's number. */
function aboutChannel(per: PerReader, kind: 'close' | 'reject'): H245Message | null {
  per.bit();
  const channel = 1 + per.octets(2);
  return per.isSound ? { kind, channel, ends: [] } : null;
}

function forwardEnds(per: PerReader): H245Ends | null {
  const hasAdditions = per.isSet();
  const hasPort = per.isSet();
  if (hasPort) per.octets(2);
  skipDataType(per);
  // H.222, H.223, V.76.
  return multiplexEnds(per, 3, hasAdditions);
}

function reverseEnds(per: PerReader): H245Ends | null {
  const hasAdditions = per.isSet();
  const hasMultiplex = per.isSet();
  skipDataType(per);
  if (!hasMultiplex) return null;
  // H.223, V.76.
  return multiplexEnds(per, 2, hasAdditions);
}

/**
 * Multiplex parameters, and what was added behind them. H.225.0's own were added to the standard, so they
 * have a length; what stood there from the start has none.
 *
 * @param roots alternatives that stood there from the start
 */
function multiplexEnds(per: PerReader, roots: number, hasAdditions: boolean): H245Ends | null {
  const { index, added } = per.choice(roots);
  if (added === null) {
    per.fail();
    return null;
  }
  const ends = index === H2250 ? channelEnds(added) : null;
  per.additions(hasAdditions);
  return ends;
}

function reverseAckEnds(per: PerReader): H245Ends | null {
  const hasAdditions = per.isSet();
  const [hasPort, hasMultiplex] = per.optionals(2);
  per.octets(2);
  if (hasPort) per.octets(2);
  // H.222.
  if (hasMultiplex) return multiplexEnds(per, 1, hasAdditions);
  per.additions(hasAdditions);
  return null;
}

/** H2250LogicalChannelParameters, up to the last address. */
function channelEnds(per: PerReader): H245Ends {
  per.bit();
  const [hasOther, hasAssociated, hasMedia, hasGuarantee, hasControl] = per.optionals(10);
  if (hasOther) skipNonStandardList(per);
  per.octets(1);
  if (hasAssociated) per.bits(8);
  const media = hasMedia ? readAddress(per) : null;
  if (hasGuarantee) per.bit();
  const control = hasControl ? readAddress(per) : null;
  return per.isSound ? { media, control } : NO_ENDS;
}

/** H2250LogicalChannelAckParameters, up to the last address. */
function ackEnds(per: PerReader): H245Ends {
  per.bit();
  const [hasOther, hasSession, hasMedia, hasControl] = per.optionals(5);
  if (hasOther) skipNonStandardList(per);
  if (hasSession) per.bits(8);
  const media = hasMedia ? readAddress(per) : null;
  const control = hasControl ? readAddress(per) : null;
  return per.isSound ? { media, control } : NO_ENDS;
}

const NO_ENDS: H245Ends = { media: null, control: null };

/** A TransportAddress; null for one that is no unicast address of IP. */
function readAddress(per: PerReader): H245End | null {
  const { index, added } = per.choice(2);
  if (added !== null) return null;
  if (index !== 0) {
    // What follows a multicast address is not looked at.
    per.fail();
    return null;
  }
  // iPAddress, iPXAddress, iP6Address, netBios, iPSourceRouteAddress.
  const unicast = per.choice(5);
  if (unicast.added !== null) return null;
  if (unicast.index !== 0 && unicast.index !== 2) {
    per.fail();
    return null;
  }
  const hasAdditions = per.isSet();
  const address = readIpWords(per, unicast.index === 0);
  const port = per.octets(2);
  per.additions(hasAdditions);
  return per.isSound ? { address, port } : null;
}

/** The bytes of an address. */
export function readIpWords(per: PerReader, isIpv4: boolean): IpWords {
  if (isIpv4) return [per.octets(4)];
  return [per.octets(4), per.octets(4), per.octets(4), per.octets(4)];
}
