/**
 * This file is the ALG of TFTP: a request goes to port 69, and all that follows comes from a port that the
 * server chooses to the one that the request came from (RFC 1350 §4, panos.md §6.2).
 */

import { PROTO_UDP } from '../net/protocol.ts';
import type { Alg, AlgKind, AlgOutput, AlgSession, AlgSide } from './alg.ts';

const CLIENT: AlgSide = 0;
const SERVER: AlgSide = 1;
/** RFC 1350 §5: operations. */
const OPERATION_BYTES = 2;
const REQUESTS: ReadonlyMap<number, string> = new Map([
  [1, 'RRQ'],
  [2, 'WRQ'],
]);
const ERROR = 5;
/** RFC 2347 §2: a request fits into 512 bytes. */
export const TFTP_REQUEST_BYTES_MAX = 512;
/** A client has one transfer a port: the predicts of a session are one group. */
const GROUP = 'transfer';

class TftpAlg implements Alg {
  private readonly session: AlgSession;
  private readonly output: AlgOutput;

  constructor(session: AlgSession, output: AlgOutput) {
    this.session = session;
    this.output = output;
  }

  read(side: AlgSide, bytes: Uint8Array, from: number, to: number): void {
    if (to - from < OPERATION_BYTES) return;
    const operation = ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0);
    if (side === SERVER) {
      // A server that answers from port 69 itself refuses there, too.
      if (operation === ERROR) this.output.withdraw(GROUP, 'ERROR');
      return;
    }
    const cause = REQUESTS.get(operation);
    if (cause === undefined) return;
    if (to - from > TFTP_REQUEST_BYTES_MAX) this.output.exceeded('message');
    else if (hasFileAndMode(bytes, from + OPERATION_BYTES, to)) this.predict(cause);
  }

  /** Datagrams stand for themselves. */
  gap(): void {}

  private predict(cause: string): void {
    this.output.predict({
      application: 'tftp',
      protocol: PROTO_UDP,
      from: { side: SERVER, address: 'own', port: 0 },
      to: { side: CLIENT, address: 'own', port: this.session.sport },
      cause,
      triggeredBy: CLIENT,
      group: GROUP,
    });
  }
}

/**
 * Whether two texts that are not empty, each with a 0 behind it, stand at the beginning. Options may follow
 * (RFC 2347). A server answers an unknown mode as well, from the port that it chooses.
 */
function hasFileAndMode(bytes: Uint8Array, from: number, to: number): boolean {
  const texts = bytes.subarray(from, to);
  const file = texts.indexOf(0);
  return file > 0 && texts.indexOf(0, file + 1) > file + 1;
}

/** TFTP (RFC 1350). */
export const TFTP: AlgKind = {
  application: 'tftp',
  begin: (session, output) => new TftpAlg(session, output),
};
