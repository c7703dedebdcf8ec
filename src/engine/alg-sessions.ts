/**
 * This file has the ALGs read the control sessions: payload in order from the moment that the application
 * is known, datagrams one by one. Only these sessions have FLAG_ALG set, and the fastpath of all others
 * pays nothing.
 *
 * An ALG that is switched off reads all the same: what it announces is refused, by which the report can
 * say why a data flow was denied. What all of them keep of streams together is bounded, and so is their
 * number; how much a parser keeps is its own bound.
 */

import type { Alg, AlgKind, AlgLimit, AlgOutput } from '../alg/alg.ts';
import type { Inspected } from '../appid/inspected.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import {
  COUNT_ALG_CALLS,
  COUNT_ALG_GAP,
  COUNT_ALG_HEADERS,
  COUNT_ALG_KEPT,
  COUNT_ALG_LINE,
  COUNT_ALG_MEDIA_LINES,
  COUNT_ALG_MESSAGE,
  COUNT_ALG_PREDICTS,
  COUNT_ALG_SESSIONS_LIMIT,
} from '../events/counters.ts';
import { EVENT_ALG_BLIND } from '../events/event-kinds.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import {
  ACKNOWLEDGED,
  APPLICATION,
  FLAG_ALG,
  HOT_WORDS,
  KEY_META,
  SERIAL,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import type { AlgRow } from '../session/session-row.ts';
import { StreamBudget } from '../stream/tcp-stream.ts';
import { payloadEnd, payloadSequence, payloadStart } from '../wire/payload.ts';
import { AlgStream } from './alg-stream.ts';
import { sessionAsReceived, sessionAsSent } from './control-ends.ts';
import type { EngineParts } from './parts.ts';
import { SentControls } from './sent-controls.ts';
import { streamStart } from './stream-start.ts';

/** Control sessions that are read at once. */
const ALG_SESSIONS_MAX = 65_536;
/** Bytes of control channels that may wait for others, all together: 16 MiB. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;

/** Calls, streams and what each announced that ALGs remember, all together. */
const KEPT_ITEMS_MAX = 262_144;

const COUNTER_OF: Readonly<Record<AlgLimit, number>> = {
  line: COUNT_ALG_LINE,
  headers: COUNT_ALG_HEADERS,
  'media-lines': COUNT_ALG_MEDIA_LINES,
  message: COUNT_ALG_MESSAGE,
  predicts: COUNT_ALG_PREDICTS,
  calls: COUNT_ALG_CALLS,
};

/** What an ALG keeps: bytes of messages, calls and the like. */
interface Kept {
  bytes: number;
  items: number;
}

/** One control session. */
interface Control {
  readonly alg: Alg;
  /** null for datagrams. */
  readonly streams: readonly [AlgStream, AlgStream] | null;
  /** What its ALG keeps of messages that are half read; null once nothing more is read. */
  kept: Kept | null;
  readonly row: { -readonly [K in keyof AlgRow]: AlgRow[K] };
}

export class AlgSessions {
  /** Reads what the firewall sent of the same sessions. */
  readonly sent: SentControls;

  private readonly parts: () => EngineParts;
  private readonly kinds: ReadonlyMap<string, AlgKind>;
  private readonly budget = new StreamBudget(WAITING_BYTES_MAX);
  private readonly items = new StreamBudget(KEPT_ITEMS_MAX);
  private readonly bySlot = new Map<number, Control>();
  private datagramSessions = 0;
  /** The configuration that `kindOf` is of. */
  private config: FirewallConfig | null = null;
  /** By application. */
  private kindOf: readonly (AlgKind | null)[] = [];

  /** @param parts may be asked for once all parts are there */
  constructor(parts: () => EngineParts, kinds: readonly AlgKind[]) {
    this.parts = parts;
    this.sent = new SentControls(parts);
    this.kinds = new Map(kinds.map((kind) => [kind.application, kind]));
  }

  /** Whether an application has an ALG. */
  reads(application: string): boolean {
    return this.kinds.has(application);
  }

  /** Begins with a session whose application is known, if that has an ALG; whether it does. */
  begin(slot: number): boolean {
    const { table, config, counters } = this.parts();
    if (config !== this.config) this.adopt(config);
    const kind = this.kindOf[table.tail[slot * TAIL_WORDS + APPLICATION]! - 1] ?? null;
    if (kind === null || this.bySlot.has(slot)) return false;
    if (this.bySlot.size >= ALG_SESSIONS_MAX) {
      counters[COUNT_ALG_SESSIONS_LIMIT]!++;
      return false;
    }
    const control = this.makeControl(slot, kind);
    this.bySlot.set(slot, control);
    if (control.streams === null) this.datagramSessions++;
    table.setFlags(slot, FLAG_ALG);
    return true;
  }

  /**
   * The application of a session was identified by the attached packet: begins with what was seen of it
   * before, the other side's first, and with the packet itself.
   */
  identified(slot: number, side: number, before: Inspected): void {
    if (!this.begin(slot)) return;
    const { alg, streams } = this.bySlot.get(slot)!;
    for (const one of side === 0 ? ([1, 0] as const) : ([0, 1] as const)) {
      before.handOver(one, {
        begin: (start) => streams![one].begin(start),
        read: (bytes, from, to) => alg.read(one, bytes, from, to),
      });
    }
    this.take(slot, side);
  }

  /** Takes the attached packet, which has payload, of a session that is read. */
  take(slot: number, side: number): void {
    const control = this.bySlot.get(slot);
    if (control === undefined) return;
    const { view, table, counters } = this.parts();
    const own: 0 | 1 = side === 0 ? 0 : 1;
    const from = payloadStart(view);
    const to = payloadEnd(view);
    const { alg, streams, row } = control;
    if (streams === null) {
      // One that comes in fragments is read when it is whole (alg-datagrams).
      if (view.isFragment) return;
      // Of one that the capture cut the rest is not guessed.
      if (to - from === view.payloadLength) alg.read(own, view.bytes, from, to);
      else this.noteGap(slot, own);
      return;
    }
    const gaps = row.gaps;
    const acknowledged = slot * HOT_WORDS + ACKNOWLEDGED;
    // First what the other side says that it has: of its own packets, which this one answers.
    streams[own === 0 ? 1 : 0].acknowledged(table.hot[acknowledged + own]!);
    streams[own].begin(streamStart(this.parts(), slot, own));
    streams[own].take(payloadSequence(view), view.bytes, from, to, view.payloadLength);
    streams[own].acknowledged(table.hot[acknowledged + (own ^ 1)]!);
    row.gaps = streams[0].gaps + streams[1].gaps;
    counters[COUNT_ALG_GAP]! += row.gaps - gaps;
  }

  /** Whether any session of datagrams is read. */
  get readsDatagrams(): boolean {
    return this.datagramSessions > 0;
  }

  /** Whether the session in `slot` is still the one of this serial, and read by datagrams. */
  readsSession(slot: number, serial: number): boolean {
    const isIt = this.parts().table.hot[slot * HOT_WORDS + SERIAL]! >>> 0 === serial;
    return isIt && this.bySlot.get(slot)?.streams === null;
  }

  /** Takes a datagram that came in fragments. */
  readDatagram(slot: number, side: 0 | 1, payload: Uint8Array): void {
    this.bySlot.get(slot)?.alg.read(side, payload, 0, payload.length);
  }

  /** A datagram, or a part of it, is not in the capture. */
  noteGap(slot: number, side: 0 | 1): void {
    const control = this.bySlot.get(slot);
    if (control === undefined) return;
    control.row.gaps++;
    this.parts().counters[COUNT_ALG_GAP]!++;
    control.alg.gap(side);
  }

  /** What a session's record says of its ALG; null where none reads it. */
  rowOf(slot: number): AlgRow | null {
    return this.bySlot.size === 0 ? null : (this.bySlot.get(slot)?.row ?? null);
  }

  /** Nothing more is read of a session; its row stays, for the record. */
  close(slot: number): void {
    const control = this.bySlot.size === 0 ? undefined : this.bySlot.get(slot);
    if (control === undefined) return;
    for (const stream of control.streams ?? []) stream.close();
    this.sent.forget(slot);
    this.budget.give(control.kept?.bytes ?? 0);
    this.items.give(control.kept?.items ?? 0);
    control.kept = null;
    this.parts().table.hot[slot * HOT_WORDS + STATE]! &= ~FLAG_ALG;
  }

  /** A session is over. */
  end(slot: number): void {
    const control = this.bySlot.size === 0 ? undefined : this.bySlot.get(slot);
    if (control === undefined) return;
    this.close(slot);
    if (control.streams === null) this.datagramSessions--;
    this.bySlot.delete(slot);
  }

  /** An ALG for what the firewall sent of a control session; null where none reads that. */
  sentReader(slot: number, output: AlgOutput): Alg | null {
    const kind = this.kinds.get(this.bySlot.get(slot)?.row.application ?? '');
    return kind?.begin(sessionAsSent(this.parts().table, slot), output) ?? null;
  }

  private adopt(config: FirewallConfig): void {
    this.config = config;
    this.kindOf = config.applications.map(({ name }) => this.kinds.get(name) ?? null);
  }

  private makeControl(slot: number, kind: AlgKind): Control {
    const { table, config } = this.parts();
    const { application } = kind;
    const isOn = config.applications.find(({ name }) => name === application)?.alg !== false;
    const row = { application, isOn, gaps: 0, blindSince: null, blindCause: null };
    const session = sessionAsReceived(table, slot);
    const kept = { bytes: 0, items: 0 };
    const alg = kind.begin(session, this.outputOf(slot, application, kept));
    const isTcp = (table.hot[slot * HOT_WORDS + KEY_META]! & 255) === PROTO_TCP;
    const stream = (side: 0 | 1) => new AlgStream(alg, side, this.budget);
    return { alg, row, kept, streams: isTcp ? [stream(0), stream(1)] : null };
  }

  private outputOf(slot: number, application: string, kept: Kept): AlgOutput {
    const { predicts, counters } = this.parts();
    return {
      predict: (request) => predicts.request(slot, request, application),
      withdraw: (group, cause) => predicts.withdraw(slot, group, cause),
      blind: (cause) => this.goBlind(slot, cause),
      exceeded: (limit) => {
        counters[COUNTER_OF[limit]]!++;
      },
      room: (bytes) => {
        // What was kept is given back with the session's end.
        if (this.bySlot.get(slot)?.kept === null) return true;
        if (bytes > 0 && !this.budget.take(bytes)) return false;
        if (bytes < 0) this.budget.give(-bytes);
        kept.bytes += bytes;
        return true;
      },
      keep: (items) => {
        if (this.bySlot.get(slot)?.kept === null) return true;
        if (!this.items.take(items)) {
          counters[COUNT_ALG_KEPT]!++;
          return false;
        }
        kept.items += items;
        return true;
      },
    };
  }

  /** The ALG takes nothing more; the row stays, for the record. */
  private goBlind(slot: number, cause: string): void {
    const { table, log, position } = this.parts();
    const control = this.bySlot.get(slot);
    if (control === undefined || control.row.blindSince !== null) return;
    control.row.blindSince = position.packet;
    control.row.blindCause = cause;
    this.close(slot);
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    log.append(
      EVENT_ALG_BLIND,
      position,
      serial,
      table.tail[slot * TAIL_WORDS + APPLICATION]! - 1,
      0,
    );
  }
}
