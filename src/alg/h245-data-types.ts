/**
 * This file passes over what an H.245 channel carries (ITU-T H.245 Annex A, DataType): it is read as far as
 * what stands behind it needs it. A form that is not known here makes the reader fail.
 */

import type { PerReader } from './per-reader.ts';

/** DataType. */
export function skipDataType(per: PerReader): void {
  const { index, added } = per.choice(6);
  if (added !== null) return;
  switch (index) {
    case 0:
      skipNonStandard(per);
      break;
    case 1:
      break;
    case 2:
      skipVideo(per);
      break;
    case 3:
      skipAudio(per);
      break;
    case 4:
      skipData(per);
      break;
    default:
      per.fail();
  }
}

/** AudioCapability; of the root two are of MPEG, and not read. */
function skipAudio(per: PerReader): void {
  const { index, added } = per.choice(14);
  if (added !== null) return;
  if (index === 0) skipNonStandard(per);
  else if (index >= 12) per.fail();
  else per.octets(1);
  // G.723.1 has whether silence is suppressed.
  if (index === 8 && added === null) per.bit();
}

/** VideoCapability: H.261 and H.263; those of MPEG are not read, newer ones are additions. */
function skipVideo(per: PerReader): void {
  const { index, added } = per.choice(5);
  if (added !== null) return;
  if (index === 0) skipNonStandard(per);
  else if (index === 1) {
    const hasAdditions = per.isSet();
    for (const isThere of per.optionals(2)) if (isThere) per.bits(2);
    per.bit();
    per.octets(2);
    per.bit();
    per.additions(hasAdditions);
  } else if (index === 3) skipH263(per);
  else per.fail();
}

function skipH263(per: PerReader): void {
  const hasAdditions = per.isSet();
  const isThere = per.optionals(7);
  // The intervals of five sizes of a picture.
  for (let i = 0; i < 5; i++) if (isThere[i]) per.bits(5);
  per.large(3);
  per.bits(5);
  if (isThere[5]) per.large(3);
  if (isThere[6]) per.octets(2);
  per.additions(hasAdditions);
}

/** DataApplicationCapability: T.120 and what else has but a protocol, additions such as T.38. */
function skipData(per: PerReader): void {
  const hasAdditions = per.isSet();
  const { index, added } = per.choice(10);
  if (added === null) {
    if (index === 0) skipNonStandard(per);
    else if ([1, 2, 3, 5, 6, 9].includes(index)) {
      const protocol = per.choice(7);
      if (protocol.added === null && protocol.index === 0) skipNonStandard(per);
    } else if (index !== 8) per.fail();
  }
  per.large(4);
  per.additions(hasAdditions);
}

/** A sequence of non-standard parameters. */
export function skipNonStandardList(per: PerReader): void {
  const count = per.length();
  for (let i = 0; i < count && per.isSound; i++) skipNonStandard(per);
}

function skipNonStandard(per: PerReader): void {
  // An object identifier, or four bytes of T.35.
  if (per.bit() === 0) per.piece();
  else per.skip(4);
  per.piece();
}
