/**
 * This file reads the parts of H.225.0 messages (ITU-T H.225.0 Annex H): addresses, and what stands before
 * and behind them. A form that is not known here makes the reader fail.
 */

import { type H245End, readIpWords } from './h245-message.ts';
import type { PerReader } from './per-reader.ts';

/** TransportAddress; null for what is no address of IP. */
export function readTransport(per: PerReader): H245End | null {
  const { index, added } = per.choice(7);
  if (added !== null) return null;
  // ipAddress, ipSourceRoute, ipxAddress, ip6Address, netBios, nsap, nonStandardAddress.
  if (index !== 0 && index !== 3) {
    per.fail();
    return null;
  }
  const hasAdditions = index === 3 && per.isSet();
  const address = readIpWords(per, index === 0);
  const port = per.octets(2);
  per.additions(hasAdditions);
  return per.isSound ? { address, port } : null;
}

/** A sequence of AliasAddress. */
export function skipAliases(per: PerReader): void {
  const count = per.length();
  for (let i = 0; i < count && per.isSound; i++) {
    const { index, added } = per.choice(2);
    if (added !== null) continue;
    // Up to 128 digits of four bits from the next byte on, or up to 256 characters of two bytes.
    if (index === 0) {
      const digits = 1 + per.bits(7);
      per.skip(0);
      for (let k = 0; k < digits; k++) per.bits(4);
    } else per.skip(2 * (1 + per.octets(1)));
  }
}

/** EndpointType: vendor, and what kind of endpoint it is. */
export function skipEndpointType(per: PerReader): void {
  const hasAdditions = per.isSet();
  const [hasOther, hasVendor, hasGatekeeper, hasGateway, hasMcu, hasTerminal] = per.optionals(6);
  if (hasOther) skipNonStandard(per);
  if (hasVendor) skipVendor(per);
  if (hasGatekeeper) skipInfo(per);
  if (hasGateway) skipGateway(per);
  if (hasMcu) skipInfo(per);
  if (hasTerminal) skipInfo(per);
  per.optionals(2);
  per.additions(hasAdditions);
}

function skipVendor(per: PerReader): void {
  const hasAdditions = per.isSet();
  const isThere = per.optionals(2);
  skipH221(per);
  for (const one of isThere) if (one) per.skip(1 + per.octets(1));
  per.additions(hasAdditions);
}

/** A sequence of nothing but non-standard data, and additions. */
function skipInfo(per: PerReader): void {
  const hasAdditions = per.isSet();
  if (per.isSet()) skipNonStandard(per);
  per.additions(hasAdditions);
}

function skipGateway(per: PerReader): void {
  const hasAdditions = per.isSet();
  const [hasProtocols, hasOther] = per.optionals(2);
  if (hasProtocols) {
    const count = per.length();
    for (let i = 0; i < count && per.isSound; i++) {
      const { index, added } = per.choice(9);
      if (added !== null) continue;
      if (index === 0) skipNonStandard(per);
      else skipInfo(per);
    }
  }
  if (hasOther) skipNonStandard(per);
  per.additions(hasAdditions);
}

/** QseriesOptions: seven flags, and one's details. */
export function skipServices(per: PerReader): void {
  const hasAdditions = per.isSet();
  per.optionals(7);
  const hasMore = per.isSet();
  per.optionals(2);
  per.additions(hasMore);
  per.additions(hasAdditions);
}

/** NonStandardParameter. */
export function skipNonStandard(per: PerReader): void {
  const { index, added } = per.choice(2);
  if (added === null) {
    if (index === 0) per.piece();
    else skipH221(per);
  }
  per.piece();
}

/** Country, extension, manufacturer. */
function skipH221(per: PerReader): void {
  const hasAdditions = per.isSet();
  per.skip(4);
  per.additions(hasAdditions);
}
