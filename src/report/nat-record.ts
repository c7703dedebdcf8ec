/** This file writes `nat` of the session record of CONTRACT.md. */

import type { SessionRow } from '../session/session-row.ts';
import { type ByteWriter, utf8 } from './byte-writer.ts';
import { jsonText } from './escape.ts';

const NULL = utf8('null');
const FROM = utf8('{"from":["');
const TO = utf8('],"to":["');
const PORT = utf8('",');
const CLOSE = utf8(']}');
const MODEL = utf8(',"model":');
const OPEN_END = utf8('["');
const CLOSE_END = 93;
const CLOSE_NAT = 125;

/** Appends the translation as JSON, its ends before and after; null where nothing is translated. */
export function writeNat(row: SessionRow, to: ByteWriter): void {
  const { nat } = row;
  if (nat === null) {
    to.literal(NULL);
    return;
  }
  to.text(`{"rule":${jsonText(nat.rule)},"flags":"${nat.flags}","source":`);
  if (nat.flags === 'ND') to.literal(NULL);
  else {
    writeEnd(to, FROM, row.sourceWords, row.sport);
    writeEnd(to, TO, row.translatedSourceWords, row.translatedSport);
    to.literal(CLOSE);
  }
  to.text(',"destination":');
  if (nat.flags === 'NS') to.literal(NULL);
  else {
    writeEnd(to, FROM, row.destinationWords, row.dport);
    writeEnd(to, TO, row.translatedDestinationWords, row.translatedDport);
    to.literal(CLOSE);
  }
  to.text(`,"observed":${nat.isObserved},"inferred":${nat.isInferred}`);
  to.literal(MODEL);
  if (nat.model === null) to.literal(NULL);
  else {
    writeEnd(to, OPEN_END, Int32Array.of(nat.model.word), nat.model.port);
    to.character(CLOSE_END);
  }
  to.character(CLOSE_NAT);
}

function writeEnd(to: ByteWriter, before: Uint8Array, words: Int32Array, port: number): void {
  to.literal(before);
  to.address(4, words);
  to.literal(PORT);
  to.integer(port);
}
