/**
 * This file reads what ndpiReader 4.2 says of a capture's flows (`truth/FILE.ndpi42.json`, see
 * `captures/tools/README.md`): one flow a five-tuple and VLAN, which it never ends.
 */

import { existsSync, readFileSync } from 'node:fs';
import { conversationName } from './flow-totals.ts';
import { type TruthEnd, truthFile } from './truth-files.ts';

/** How nDPI came to its answer: `DPI` from payload; the others guess by port, address or neighbour. */
type Confidence = 'DPI' | 'DPI (cache)' | 'Match by port' | 'Match by IP' | 'Unknown';

/** One flow of TCP or UDP. */
export interface NdpiFlow {
  /** As `ndpiConversation` names it. */
  readonly conversation: string;
  /** `DNS`, or with what it carries: `TLS.Google`. */
  readonly proto: string;
  readonly confidence: Confidence;
}

interface NdpiFile {
  readonly flows: readonly {
    readonly l4: string;
    readonly a: TruthEnd;
    readonly b: TruthEnd;
    readonly proto: string;
    readonly confidence: Confidence;
  }[];
}

/** Flows of a capture by conversation: of several VLANs there are several. */
export function ndpiFlows(file: string): Map<string, NdpiFlow[]> {
  const flows = new Map<string, NdpiFlow[]>();
  const path = truthFile(`${file}.ndpi42.json`);
  if (!existsSync(path)) return flows;
  for (const { l4, a, b, proto, confidence } of readFlows(path)) {
    if (l4 !== 'TCP' && l4 !== 'UDP') continue;
    const conversation = ndpiConversation(
      l4.toLowerCase(),
      `${a.ip}:${a.port}`,
      `${b.ip}:${b.port}`,
    );
    const flow = { conversation, proto, confidence };
    flows.set(conversation, [...(flows.get(conversation) ?? []), flow]);
  }
  return flows;
}

/** Name of a conversation; nDPI writes the first group of zero of an IPv6 address as `::`. */
export function ndpiConversation(protocol: string, a: string, b: string): string {
  return conversationName(protocol, a.replace(':0:', '::'), b.replace(':0:', '::'));
}

function readFlows(path: string): NdpiFile['flows'] {
  return (JSON.parse(readFileSync(path, 'utf8')) as NdpiFile).flows;
}
