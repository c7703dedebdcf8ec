/**
 * This file is the ALG of PPTP (RFC 2637): when a call is accepted, both ends have named the call ids by
 * which they tell its GRE packets, which are let through then (panos.md §6.2).
 *
 * A packet has the id that its receiver gave out (§4.1), in the place of a destination port; the two
 * directions are two flows. Each is withdrawn by the message that ends the call at its receiver.
 */

import { PROTO_GRE } from '../net/protocol.ts';
import type { Alg, AlgKind, AlgOutput, AlgSide } from './alg.ts';
import { FramedReader, type Framing } from './framed-reader.ts';

/** RFC 2637 §2: of every control message; numbers are big-endian. */
const TYPE_AT = 2;
const COOKIE_AT = 4;
const OPERATION_AT = 8;
const CALL_ID_AT = 12;
const PEER_CALL_ID_AT = 14;
const RESULT_AT = 16;
const CONTROL_MESSAGE = 1;
const MAGIC_COOKIE = 0x1a2b3c4d;
/** §2.7 to §2.13. */
const OUTGOING_CALL_REPLY = 8;
const INCOMING_CALL_REPLY = 10;
const CALL_CLEAR_REQUEST = 12;
const CALL_DISCONNECT_NOTIFY = 13;
/** §2.8, §2.10: the call is connected, or is to be. */
const CONNECTED = 1;

const FRAMING: Framing = {
  headerBytes: OPERATION_AT,
  // What is read ends with the result code.
  bytesMax: RESULT_AT + 1,
  lengthOf: (bytes) => {
    const { buffer, byteOffset } = bytes;
    const header = new DataView(buffer, byteOffset, OPERATION_AT);
    const isControl =
      header.getUint16(TYPE_AT) === CONTROL_MESSAGE && header.getUint32(COOKIE_AT) === MAGIC_COOKIE;
    return isControl ? header.getUint16(0) : 0;
  },
};

class PptpAlg implements Alg {
  private readonly output: AlgOutput;
  private readonly readers = [new FramedReader(FRAMING), new FramedReader(FRAMING)] as const;

  constructor(output: AlgOutput) {
    this.output = output;
  }

  read(side: AlgSide, bytes: Uint8Array, from: number, to: number): void {
    const reader = this.readers[side];
    for (let at = reader.next(bytes, from, to); at >= 0; at = reader.next(bytes, at, to)) {
      this.take(side, reader.message);
    }
  }

  gap(side: AlgSide): void {
    this.readers[side].clear();
  }

  private take(side: AlgSide, message: Uint8Array): void {
    const operation = u16(message, OPERATION_AT);
    const callId = u16(message, CALL_ID_AT);
    if (operation === OUTGOING_CALL_REPLY || operation === INCOMING_CALL_REPLY) {
      if (message[RESULT_AT] !== CONNECTED) return;
      const cause =
        operation === OUTGOING_CALL_REPLY ? 'Outgoing-Call-Reply' : 'Incoming-Call-Reply';
      this.predict(side, callId, cause, side);
      this.predict(side === 0 ? 1 : 0, u16(message, PEER_CALL_ID_AT), cause, side);
    } else if (operation === CALL_CLEAR_REQUEST) {
      this.output.withdraw(groupOf(side, callId), 'Call-Clear-Request');
    } else if (operation === CALL_DISCONNECT_NOTIFY) {
      this.output.withdraw(groupOf(side, callId), 'Call-Disconnect-Notify');
    }
  }

  /** Packets to `side`, which gave out the call id. */
  private predict(side: AlgSide, callId: number, cause: string, triggeredBy: AlgSide): void {
    // As a port, 0 would stand for any.
    if (callId === 0) return;
    this.output.predict({
      application: 'gre',
      protocol: PROTO_GRE,
      from: { side: side === 0 ? 1 : 0, address: 'own', port: 0 },
      to: { side, address: 'own', port: callId },
      cause,
      triggeredBy,
      group: groupOf(side, callId),
    });
  }
}

/** An end's own call ids are unique in a control connection (§2.7). */
function groupOf(side: AlgSide, callId: number): string {
  return `${side === 0 ? 'client' : 'server'} call ${callId}`;
}

/** What a short message lacks reads as 0. */
function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** PPTP (RFC 2637). */
export const PPTP: AlgKind = {
  application: 'pptp',
  begin: (_, output) => new PptpAlg(output),
};
