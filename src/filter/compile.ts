/**
 * This file turns a filter's tree into a function of an attached frame. It allocates when it compiles,
 * never when it judges.
 */

import { vlanId } from '../wire/ethernet.ts';
import { addressCondition } from './address-condition.ts';
import {
  destinationMacOffset,
  etherType,
  portsOffset,
  type Subject,
  wireLength,
} from './subject.ts';
import type { FilterTree, Primitive, Side } from './tree.ts';

/** Whether the subject meets the filter. */
export type Condition = (subject: Subject) => boolean;

/**
 * Compiles a tree.
 *
 * @param isReply the frames come from the server: then source and destination change places
 */
export function compileFilter(tree: FilterTree, isReply = false): Condition {
  switch (tree.kind) {
    case 'everything':
      return () => true;
    case 'not': {
      const inner = compileFilter(tree.term, isReply);
      return (subject) => !inner(subject);
    }
    case 'chain': {
      const first = compileFilter(tree.first, isReply);
      const terms = tree.links.map(({ term }) => compileFilter(term, isReply));
      const isAnd = tree.links.map(({ operator }) => operator === 'and');
      return chain(first, terms, isAnd);
    }
    default:
      return compilePrimitive(tree, isReply);
  }
}

function chain(
  first: Condition,
  terms: readonly Condition[],
  isAnd: readonly boolean[],
): Condition {
  const [second] = terms;
  if (second !== undefined && terms.length === 1) {
    return isAnd[0] === true ? (s) => first(s) && second(s) : (s) => first(s) || second(s);
  }
  return (subject) => {
    let isMet = first(subject);
    for (let i = 0; i < terms.length; i++) {
      // Left to right: what is met stays met through an or, what is not stays so through an and.
      if (isMet === isAnd[i]) isMet = (terms[i] as Condition)(subject);
    }
    return isMet;
  };
}

function compilePrimitive(primitive: Primitive, isReply: boolean): Condition {
  switch (primitive.kind) {
    case 'address':
      return sided(turned(primitive.side, isReply), (isSource) =>
        addressCondition(primitive, isSource),
      );
    case 'mac':
      return sided(turned(primitive.side, isReply), (isSource) =>
        macCondition(primitive, isSource),
      );
    case 'ports':
      return portsCondition(primitive, turned(primitive.side, isReply));
    case 'protocol':
      return protocolCondition(primitive);
    case 'ether-type': {
      const { number } = primitive;
      return (subject) => etherType(subject) === number;
    }
    case 'vlan':
      return vlanCondition(primitive.id);
    case 'length': {
      const { least, most } = primitive;
      return (subject) => {
        const length = wireLength(subject);
        return length >= least && length <= most;
      };
    }
    default:
      return sessionCondition(primitive);
  }
}

function sessionCondition(
  primitive: Extract<Primitive, { kind: 'session' | 'zone' | 'rule' | 'application' }>,
): Condition {
  switch (primitive.kind) {
    case 'session': {
      const { serial } = primitive;
      return (subject) => subject.serial === serial;
    }
    case 'zone': {
      const { zone, side } = primitive;
      // A session's zones are client's and server's, whoever sent the frame in hand.
      return sided(side, (isSource) => (subject) => {
        return (isSource ? subject.clientZone : subject.serverZone) === zone;
      });
    }
    case 'rule': {
      const { rules } = primitive;
      return (subject) => rules.has(subject.rule);
    }
    case 'application': {
      const { application } = primitive;
      return (subject) => subject.application === application;
    }
  }
}

/** The side as the frame has it. */
function turned(side: Side, isReply: boolean): Side {
  if (!isReply || side === 'either' || side === 'both') return side;
  return side === 'src' ? 'dst' : 'src';
}

/** A condition on one end, for the end or ends that are meant. */
function sided(side: Side, of: (isSource: boolean) => Condition): Condition {
  if (side === 'src') return of(true);
  if (side === 'dst') return of(false);
  const source = of(true);
  const destination = of(false);
  return side === 'both'
    ? (subject) => source(subject) && destination(subject)
    : (subject) => source(subject) || destination(subject);
}

function macCondition(
  { high, low }: Extract<Primitive, { kind: 'mac' }>,
  isSource: boolean,
): Condition {
  return (subject) => {
    const at = isSource ? subject.view.sourceMacOffset : destinationMacOffset(subject);
    if (at < 0) return false;
    const { data } = subject.view;
    // Two overlapping words, since three bytes are no word: the upper 24 bits, the lower 24.
    return data.getUint32(at) >>> 8 === high && (data.getUint32(at + 2) & 0xff_ffff) === low;
  };
}

function portsCondition(
  { protocols, first, last }: Extract<Primitive, { kind: 'ports' }>,
  side: Side,
): Condition {
  const hasPorts = new Uint8Array(256);
  for (const protocol of protocols) hasPorts[protocol] = 1;
  const onSide = (isSource: boolean): Condition => {
    const offset = isSource ? 0 : 2;
    return (subject) => {
      const at = portsOffset(subject);
      if (at < 0) return false;
      const port = subject.view.data.getUint16(at + offset);
      return port >= first && port <= last;
    };
  };
  const isPort = sided(side, onSide);
  return (subject) => hasPorts[subject.view.protocol] === 1 && isPort(subject);
}

function protocolCondition({
  family,
  number,
}: Extract<Primitive, { kind: 'protocol' }>): Condition {
  return family === 0
    ? ({ view }) => view.family !== 0 && view.protocol === number
    : ({ view }) => view.family === family && view.protocol === number;
}

/** Any tag counts, the outer and the inner ones. */
function vlanCondition(id: number | null): Condition {
  if (id === null) return ({ view }) => view.tagCount > 0;
  return ({ view }) => {
    for (let i = 0; i < view.tagCount; i++) if (vlanId(view, i) === id) return true;
    return false;
  };
}
