/**
 * This file writes the packet record of CONTRACT.md: one line of JSON from one row of the packet log.
 */

import type { PacketRow } from '../engine/packet-row.ts';
import { type ByteWriter, utf8 } from './byte-writer.ts';
import { jsonText } from './escape.ts';
import { frameOf, type RecordContext } from './session-record.ts';

const HEAD = utf8('{"record":"packet","packet":');
const COMMA = 44;
const TIME = utf8('"time":"');
const SESSION = utf8('","session":');
const DIRECTION = utf8(',"direction":');
const STATE_BEFORE = utf8(',"state_before":"');
const STATE_AFTER = utf8('","state_after":"');
const FLAGS = utf8('","flags":');
const SEQUENCE = utf8(',"seq":');
const ACKNOWLEDGMENT = utf8(',"ack":');
const LENGTH = utf8(',"length":');
const CAPTURED_LENGTH = utf8(',"captured_length":');
const IP_LENGTH = utf8(',"ip_length":');
const PAYLOAD_LENGTH = utf8(',"payload_length":');
const VERDICT = utf8(',"verdict":"');
const COUNTER = utf8('","counter":');
const STAGE = utf8(',"stage":');
const CAPTURE_STAGE = utf8(',"capture_stage":');
const CLOSE = utf8('}');
const NULL = utf8('null');

/** Flags of the TCP header from the lowest bit on, in the order in which Wireshark names them. */
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;
const ACK_BIT = 1 << TCP_FLAGS.indexOf('ACK');
/** By flag byte, as JSON: `"SYN,ACK"`. */
const FLAG_TEXTS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  JSON.stringify(TCP_FLAGS.filter((_flag, bit) => (byte & (1 << bit)) !== 0).join(',')),
);

/** Appends the record as JSON, without a newline. */
export function writePacketRecord(row: PacketRow, context: RecordContext, to: ByteWriter): void {
  to.literal(HEAD);
  to.integer(row.packet);
  to.character(COMMA);
  // Of every packet another: not to be kept among the texts that recur.
  if (context.fileNames !== null) to.literal(utf8(frameOf(row, context)));
  to.literal(TIME);
  to.time(row.second, row.nanosecond);
  to.literal(SESSION);
  to.integer(row.serial);
  to.literal(DIRECTION);
  to.text(row.isReply ? '"s2c"' : '"c2s"');
  to.literal(STATE_BEFORE);
  to.text(row.stateBefore);
  to.literal(STATE_AFTER);
  to.text(row.stateAfter);
  writeTcp(row, to);
  number(to, LENGTH, row.length);
  number(to, CAPTURED_LENGTH, row.capturedLength);
  number(to, IP_LENGTH, row.ipLength);
  number(to, PAYLOAD_LENGTH, row.payloadLength);
  to.literal(VERDICT);
  to.text(row.verdict);
  to.literal(COUNTER);
  to.text(jsonText(row.counter));
  to.literal(STAGE);
  to.text(jsonText(row.path));
  to.literal(CAPTURE_STAGE);
  to.text(jsonText(row.captureStage));
  to.literal(CLOSE);
}

/** Flags and sequence numbers; null for other protocols, and without ACK no acknowledgement. */
function writeTcp(row: PacketRow, to: ByteWriter): void {
  const { isTcp, tcpFlags } = row;
  to.literal(FLAGS);
  if (isTcp) to.text(FLAG_TEXTS[tcpFlags & 255] ?? '""');
  else to.literal(NULL);
  optional(to, SEQUENCE, isTcp ? row.sequence : null);
  optional(to, ACKNOWLEDGMENT, isTcp && (tcpFlags & ACK_BIT) !== 0 ? row.acknowledgment : null);
}

function number(to: ByteWriter, label: Uint8Array, value: number): void {
  to.literal(label);
  to.integer(value);
}

function optional(to: ByteWriter, label: Uint8Array, value: number | null): void {
  to.literal(label);
  if (value === null) to.literal(NULL);
  else to.integer(value);
}
