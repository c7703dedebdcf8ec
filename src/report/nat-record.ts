/** This file writes `nat` of the session record of CONTRACT.md. */

import type { SessionRow } from '../session/session-row.ts';
import { type Literal, literal, NameLiterals } from './byte-literal.ts';
import type { ByteWriter } from './byte-writer.ts';

const NULL = literal('null');
const RULES = new NameLiterals((rule) => `{"rule":${JSON.stringify(rule)}`);
const FLAGS = new NameLiterals((flags) => `,"flags":"${flags}","source":`);
const DESTINATION = literal(',"destination":');
/** Whether it was observed, and whether that was inferred. */
const SEEN = [false, true].flatMap((isObserved) =>
  [false, true].map((isInferred) =>
    literal(`,"observed":${isObserved},"inferred":${isInferred},"model":`),
  ),
);
const FROM = literal('{"from":["');
const TO = literal('],"to":["');
const PORT = literal('",');
const CLOSE = literal(']}');
const OPEN_END = literal('["');
const CLOSE_END = 93;
const CLOSE_NAT = 125;
const modelWords = new Int32Array(1);

/** Appends the translation as JSON, its ends before and after; null where nothing is translated. */
export function writeNat(row: SessionRow, to: ByteWriter): void {
  const { nat } = row;
  if (nat === null) {
    to.literal(NULL);
    return;
  }
  to.literal(RULES.of(nat.rule));
  to.literal(FLAGS.of(nat.flags));
  if (nat.flags === 'ND') to.literal(NULL);
  else {
    writeEnd(to, FROM, row.sourceWords, row.sport);
    writeEnd(to, TO, row.translatedSourceWords, row.translatedSport);
    to.literal(CLOSE);
  }
  to.literal(DESTINATION);
  if (nat.flags === 'NS') to.literal(NULL);
  else {
    writeEnd(to, FROM, row.destinationWords, row.dport);
    writeEnd(to, TO, row.translatedDestinationWords, row.translatedDport);
    to.literal(CLOSE);
  }
  to.literal(SEEN[(nat.isObserved ? 2 : 0) + (nat.isInferred ? 1 : 0)] ?? NULL);
  if (nat.model === null) to.literal(NULL);
  else {
    modelWords[0] = nat.model.word;
    writeEnd(to, OPEN_END, modelWords, nat.model.port);
    to.character(CLOSE_END);
  }
  to.character(CLOSE_NAT);
}

function writeEnd(to: ByteWriter, before: Literal, words: Int32Array, port: number): void {
  to.address(before, 4, words);
  to.number(PORT, port);
}
