/**
 * This file writes the packet record of CONTRACT.md: one line of JSON from one row of the packet log.
 */

import type { PacketRow } from '../engine/packet-row.ts';
import { type Literal, literal, NameLiterals } from './byte-literal.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { RecordContext } from './session-record.ts';
import { frameOf } from './transition-record.ts';

const HEAD = literal('{"record":"packet","packet":');
const COMMA = 44;
const TIME = literal('"time":"');
const SESSION = literal('","session":');
const DIRECTIONS = [literal(',"direction":"c2s"'), literal(',"direction":"s2c"')] as const;
const STATES_BEFORE = new NameLiterals((state) => `,"state_before":"${state}"`);
const STATES_AFTER = new NameLiterals((state) => `,"state_after":"${state}"`);
const SEQUENCE = literal(',"seq":');
const ACKNOWLEDGMENT = literal(',"ack":');
const LENGTH = literal(',"length":');
const CAPTURED_LENGTH = literal(',"captured_length":');
const IP_LENGTH = literal(',"ip_length":');
const PAYLOAD_LENGTH = literal(',"payload_length":');
const VERDICTS = new NameLiterals((verdict) => `,"verdict":"${verdict}"`);
const names = (key: string) => new NameLiterals((name) => `,"${key}":${JSON.stringify(name)}`);
const COUNTERS = names('counter');
const STAGES = names('stage');
const CAPTURE_STAGES = names('capture_stage');
const CLOSE = literal('}');
const NULL = literal('null');

/** Flags of the TCP header from the lowest bit on, in the order in which Wireshark names them. */
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;
const ACK_BIT = 1 << TCP_FLAGS.indexOf('ACK');
/** By flag byte, for example `,"flags":"SYN,ACK"`. */
const FLAGS: readonly Literal[] = Array.from({ length: 256 }, (_, byte) => {
  const set = TCP_FLAGS.filter((_flag, bit) => (byte & (1 << bit)) !== 0);
  return literal(`,"flags":"${set.join(',')}"`);
});
const NO_FLAGS = literal(',"flags":null');

/** Appends the record as JSON, without a newline. */
export function writePacketRecord(row: PacketRow, context: RecordContext, to: ByteWriter): void {
  to.number(HEAD, row.packet);
  to.character(COMMA);
  if (context.fileNames !== null) to.text(frameOf(row, context));
  to.time(TIME, row.second, row.nanosecond);
  to.number(SESSION, row.serial);
  to.literal(DIRECTIONS[row.isReply ? 1 : 0]);
  to.literal(STATES_BEFORE.of(row.stateBefore));
  to.literal(STATES_AFTER.of(row.stateAfter));
  writeTcp(row, to);
  to.number(LENGTH, row.length);
  to.number(CAPTURED_LENGTH, row.capturedLength);
  to.number(IP_LENGTH, row.ipLength);
  to.number(PAYLOAD_LENGTH, row.payloadLength);
  to.literal(VERDICTS.of(row.verdict));
  to.literal(COUNTERS.of(row.counter));
  to.literal(STAGES.of(row.path));
  to.literal(CAPTURE_STAGES.of(row.captureStage));
  to.literal(CLOSE);
}

/** Flags and sequence numbers; null for other protocols, and without ACK no acknowledgement. */
function writeTcp(row: PacketRow, to: ByteWriter): void {
  const { isTcp, tcpFlags } = row;
  to.literal(isTcp ? (FLAGS[tcpFlags & 255] ?? NO_FLAGS) : NO_FLAGS);
  optional(to, SEQUENCE, isTcp ? row.sequence : null);
  optional(to, ACKNOWLEDGMENT, isTcp && (tcpFlags & ACK_BIT) !== 0 ? row.acknowledgment : null);
}

function optional(to: ByteWriter, label: Literal, value: number | null): void {
  if (value !== null) to.number(label, value);
  else {
    to.literal(label);
    to.literal(NULL);
  }
}
