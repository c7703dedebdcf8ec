/** This file counts the frames of a capture that meet filter expressions. */

import { openCaptures } from '../../src/capture/open-captures.ts';
import { compileFilter } from '../../src/filter/compile.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { Subject } from '../../src/filter/subject.ts';
import { PacketView } from '../../src/wire/packet-view.ts';

/** How many frames of the file meet each of the expressions. */
export async function countFrames(path: string, expressions: readonly string[]): Promise<number[]> {
  const conditions = expressions.map((text) => compileFilter(parseFilter(text, null)));
  const counts = expressions.map(() => 0);
  const subject = new Subject(new PacketView());
  const captures = openCaptures([{ path, stage: null, interfaceName: null, timeShift: 0 }]);
  for await (const { batch, from, to } of captures.ranges()) {
    for (let i = from; i < to; i++) {
      const { linkType } = captures.interfaces[batch.interfaceIndex[i]!]!;
      const bytes = batch.blocks[batch.block[i]!]!;
      const { offset, capturedLength, originalLength } = batch;
      subject.attach(bytes, offset[i]!, capturedLength[i]!, originalLength[i]!, linkType);
      conditions.forEach((condition, k) => {
        if (condition(subject)) counts[k]!++;
      });
    }
  }
  return counts;
}
