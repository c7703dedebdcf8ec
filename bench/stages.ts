/**
 * This file is the entry of the two stages that the command line cannot run on its own: reading a
 * capture, and reading and decoding it. `bench/main.ts` translates it to JavaScript once and runs
 * it as a process: node stages.mjs read|decode CAPTURE. It may therefore import only types from
 * the source; the modules themselves come from the build, through `built`.
 */
type Captures = typeof import('../src/capture/open-captures.ts');
type Views = typeof import('../src/wire/packet-view.ts');

/** The folder of built modules, as a URL; main.ts sets it for the processes that it starts. */
const DIST = process.env.SLOWPATH_BENCH_DIST ?? '';
/** Every bench capture is Ethernet. */
const LINKTYPE_ETHERNET = 1;

/** Imports a built module, such as `capture/pcap.js`, as the interface that the caller names. */
async function built<T>(path: string): Promise<T> {
  return (await import(new URL(path, DIST).href)) as T;
}

/** Reads every record of a capture and returns how many there were. */
async function readOnly(path: string): Promise<number> {
  const { openCaptures } = await built<Captures>('capture/open-captures.js');
  let packets = 0;
  for await (const { from, to } of openCaptures([{ path }]).ranges()) packets += to - from;
  return packets;
}

/** Reads a capture, decodes every frame up to its ports, and returns how many there were. */
async function readAndDecode(path: string): Promise<number> {
  const { openCaptures } = await built<Captures>('capture/open-captures.js');
  const { PacketView } = await built<Views>('wire/packet-view.js');
  const view = new PacketView();
  let packets = 0;
  for await (const range of openCaptures([{ path }]).ranges()) {
    decodeRange(view, range);
    packets += range.to - range.from;
  }
  return packets;
}

type PacketView = InstanceType<Views['PacketView']>;
type FrameRange =
  ReturnType<ReturnType<Captures['openCaptures']>['ranges']> extends AsyncGenerator<infer Range>
    ? Range
    : never;

function decodeRange(view: PacketView, { batch, from, to }: FrameRange): void {
  const { blocks, block, offset, capturedLength, originalLength, direction } = batch;
  for (let i = from; i < to; i++) {
    view.attach(
      blocks[block[i]!]!,
      offset[i]!,
      capturedLength[i]!,
      originalLength[i]!,
      LINKTYPE_ETHERNET,
      direction[i]!,
    );
  }
}

const [mode, capture = ''] = process.argv.slice(2);
const packets = await (mode === 'decode' ? readAndDecode(capture) : readOnly(capture));
process.stdout.write(`${packets}\n`);
