/**
 * This file reads control sessions a second time, as the firewall sent them on: where payload is
 * translated, an egress copy has the address and the port that the firewall itself chose (panos.md §6.1).
 * The same ALG reads it, and what it asks for is brought to the predict that the packet as received
 * asked for; that takes the translation that the capture shows.
 *
 * A copy with other payload is no longer the same packet to whoever compares bytes: it is known by the
 * ends of its session. Messages are compared as a whole, in order, and within a second; a copy that
 * stands before its packet teaches nothing.
 */

import type { Alg, AlgOutput, PredictRequest } from '../alg/alg.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import { FLAG_ALG, HOT_WORDS, STATE } from '../session/layout.ts';
import type { Predict } from '../session/predict.ts';
import { ahead } from '../session/tcp-sides.ts';
import { StreamBudget } from '../stream/tcp-stream.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { payloadEnd, payloadSequence, payloadStart } from '../wire/payload.ts';
import type { EngineParts } from './parts.ts';

/** Messages of a session that wait for their copy, and what each announces; others teach nothing. */
const MESSAGES_MAX = 16;
const ENDS_MAX = 64;
/** Messages of all sessions that wait: the oldest makes room. */
const ALL_MESSAGES_MAX = 1024;
/** As for copies of packets (CONTRACT: Copies). */
const WINDOW_SECONDS = 1;
/** Bytes, and calls and the like, that all readers together keep of messages: 4 MiB. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;
const KEPT_ITEMS_MAX = 65_536;

/** A predict, and what asked for it. */
interface Announced {
  readonly predict: Predict;
  readonly request: PredictRequest;
}

/** What one received packet announced. */
interface Message {
  readonly packet: number;
  /** Since 1970. */
  readonly seconds: number;
  readonly ends: Announced[];
}

interface Control {
  /** Those that wait, the oldest first. */
  readonly messages: Message[];
  reader: SentReader | null;
}

export class SentControls {
  private readonly parts: () => EngineParts;
  private readonly bySlot = new Map<number, Control>();
  /** What waits, of all sessions, the oldest first, from `oldest` on; some no longer do. */
  private waiting: { readonly message: Message; readonly messages: Message[] }[] = [];
  private oldest = 0;
  private readonly bytes = new StreamBudget(KEPT_BYTES_MAX);
  private readonly items = new StreamBudget(KEPT_ITEMS_MAX);

  /** @param parts may be asked for once all parts are there */
  constructor(parts: () => EngineParts) {
    this.parts = parts;
  }

  /** The attached packet of the session in `slot` announced what is in the table now. */
  announced(slot: number, predict: Predict, request: PredictRequest): void {
    if (predict.facts.natRule < 0 || predict.facts.family !== 4) return;
    const { packet } = this.parts().position;
    const { messages } = this.controlOf(slot);
    const last = messages.at(-1);
    if (last?.packet === packet) {
      if (last.ends.length < ENDS_MAX) last.ends.push({ predict, request });
      return;
    }
    const message = { packet, seconds: this.now(), ends: [{ predict, request }] };
    messages.push(message);
    if (messages.length > MESSAGES_MAX) messages.shift();
    this.waiting.push({ message, messages });
    this.forgetOld();
  }

  /** Lets go of messages whose copy would come too late: what they announced may be gone long since. */
  private forgetOld(): void {
    const since = this.now() - WINDOW_SECONDS;
    const { waiting } = this;
    while (this.oldest < waiting.length) {
      const { message, messages } = waiting[this.oldest]!;
      const isRoom = waiting.length - this.oldest <= ALL_MESSAGES_MAX;
      if (isRoom && message.seconds >= since) break;
      message.ends.length = 0;
      if (messages[0] === message) messages.shift();
      this.oldest++;
    }
    if (2 * this.oldest < waiting.length) return;
    this.waiting = waiting.slice(this.oldest);
    this.oldest = 0;
  }

  /** The attached frame is a copy of a packet of `flow` that the firewall sent. */
  take(flow: number): void {
    const { table, view, nat } = this.parts();
    const slot = flow >>> 1;
    const isRead = (table.hot[slot * HOT_WORDS + STATE]! & FLAG_ALG) !== 0;
    if (!isRead || view.payloadLength === 0 || view.isFragment) return;
    if (!this.bySlot.has(slot) && !nat.translations.has(slot)) return;
    const control = this.controlOf(slot);
    control.reader ??= this.begin(slot);
    control.reader?.take((flow & 1) === 0 ? 0 : 1, view);
    const said = control.reader?.said.splice(0) ?? [];
    if (said.length > 0) this.compare(control.messages, said);
  }

  /** Nothing more is read of a session. */
  forget(slot: number): void {
    if (this.bySlot.size === 0) return;
    this.bySlot.get(slot)?.reader?.close();
    this.bySlot.delete(slot);
  }

  private controlOf(slot: number): Control {
    const known = this.bySlot.get(slot) ?? { messages: [], reader: null };
    this.bySlot.set(slot, known);
    return known;
  }

  private begin(slot: number): SentReader | null {
    const reader = new SentReader(this.bytes, this.items);
    reader.alg = this.parts().algs.sentReader(slot, reader.output);
    return reader.alg === null ? null : reader;
  }

  /** Brings what a copy announces to the message that it is of: of those that fit the likeliest. */
  private compare(messages: Message[], said: readonly PredictRequest[]): void {
    const since = this.now() - WINDOW_SECONDS;
    let found = -1;
    let most = -1;
    messages.forEach(({ ends, seconds }, i) => {
      if (seconds < since || !isOneMessage(ends, said)) return;
      const same = ends.filter(({ request }, k) => request.to.port === said[k]!.to.port).length;
      if (same > most) [found, most] = [i, same];
    });
    const message = messages[found];
    if (message === undefined) return;
    messages.splice(0, found + 1);
    const { changes } = this.parts().predicts;
    message.ends.forEach(({ predict }, k) => {
      const { address, port } = said[k]!.to;
      if (address === 'own') changes.observe(predict, null, port);
      else if (address?.length === 1) changes.observe(predict, address[0], port);
    });
  }

  private now(): number {
    const { epochSeconds, clock } = this.parts().position;
    return epochSeconds + clock[0]! / 1e9;
  }
}

/** Whether what was received and what was sent differ in addresses and ports alone. */
function isOneMessage(ends: readonly Announced[], said: readonly PredictRequest[]): boolean {
  if (ends.length !== said.length) return false;
  return ends.every(({ request }, k) => {
    const { application, protocol, cause, triggeredBy } = said[k]!;
    return (
      request.application === application &&
      request.protocol === protocol &&
      request.cause === cause &&
      request.triggeredBy === triggeredBy
    );
  });
}

/** Reads one control session as it was sent. */
class SentReader {
  /** What the copies since then announced. */
  readonly said: PredictRequest[] = [];
  readonly output: AlgOutput;
  alg: Alg | null = null;
  private readonly bytes: StreamBudget;
  private readonly items: StreamBudget;
  private keptBytes = 0;
  private keptItems = 0;
  /** By side: the sequence number that comes next, TCP. */
  private readonly next: [number | null, number | null] = [null, null];

  constructor(bytes: StreamBudget, items: StreamBudget) {
    this.bytes = bytes;
    this.items = items;
    this.output = {
      predict: (request) => {
        if (this.said.length < ENDS_MAX) this.said.push(request);
      },
      withdraw: () => {},
      blind: () => {},
      exceeded: () => {},
      room: (count) => {
        if (!this.bytes.take(count)) return false;
        this.keptBytes += count;
        return true;
      },
      keep: (count) => {
        if (!this.items.take(count)) return false;
        this.keptItems += count;
        return true;
      },
    };
  }

  /** Takes a copy, in the order in which the firewall sent it; what lacks is a gap at once. */
  take(side: 0 | 1, view: PacketView): void {
    const { alg } = this;
    if (alg === null) return;
    const to = payloadEnd(view);
    let from = payloadStart(view);
    const isWhole = to - from === view.payloadLength;
    if (view.protocol === PROTO_TCP) {
      const sequence = payloadSequence(view);
      const expected = this.next[side] ?? sequence;
      const lead = ahead(sequence, expected);
      if (lead + view.payloadLength <= 0) return;
      if (lead > 0) alg.gap(side);
      else from -= lead;
      this.next[side] = (sequence + view.payloadLength) | 0;
    }
    if (isWhole) alg.read(side, view.bytes, from, to);
    else alg.gap(side);
  }

  close(): void {
    this.bytes.give(this.keptBytes);
    this.items.give(this.keptItems);
    this.alg = null;
  }
}
