/** This file makes starter configurations in a test, and says in which zone each frame then comes in. */

import { openCaptures } from '../../src/capture/open-captures.ts';
import { captureInputs } from '../../src/cli/capture-options.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { type StarterConfig, writeStarter } from '../../src/config/starter-yaml.ts';
import { IngressZones } from '../../src/ingress/ingress-zones.ts';
import { Inspector } from '../../src/inspect/inspector.ts';
import { starterInput } from '../../src/starter/input.ts';
import { proposeConfig } from '../../src/starter/propose.ts';
import { OK } from '../../src/wire/decode-status.ts';
import { vlanId } from '../../src/wire/ethernet.ts';
import { PacketView } from '../../src/wire/packet-view.ts';

export interface Starter {
  readonly proposal: StarterConfig;
  readonly text: string;
  /** The text as a replay reads it; throws where `check` would complain. */
  readonly config: FirewallConfig;
}

/** As `slowpath init` does. */
export async function starterFor(paths: readonly string[]): Promise<Starter> {
  const captures = openCaptures(captureInputs(inputs(paths), []));
  const inspector = new Inspector(captures.interfaces);
  for await (const { batch, from, to } of captures.ranges()) inspector.take(batch, from, to);
  const { report, interfaces } = captures;
  const proposal = proposeConfig(starterInput(report, interfaces, inspector.facts()));
  const text = writeStarter(proposal);
  return { proposal, text, config: parseFirewallConfig(text, 'firewall.yaml') };
}

/** An IP packet with where it came in. */
export interface PlacedFrame {
  /** Position of its file, and number in it from 1. */
  readonly file: number;
  readonly frame: number;
  /** As the capture has it. */
  readonly interface: string | null;
  readonly tags: readonly number[];
  /** Hex digits; empty without one. */
  readonly sourceMac: string;
  /** By the configuration. */
  readonly zone: string;
}

/** All IP packets of captures with the zone that a configuration gives each. */
export async function placeFrames(
  paths: readonly string[],
  config: FirewallConfig,
): Promise<PlacedFrame[]> {
  const captures = openCaptures(captureInputs(inputs(paths), config.captures));
  const zones = new IngressZones(config, captures.interfaces);
  const view = new PacketView();
  const placed: PlacedFrame[] = [];
  for await (const { batch, from, to } of captures.ranges()) {
    for (let i = from; i < to; i++) {
      const index = batch.interfaceIndex[i]!;
      const block = batch.blocks[batch.block[i]!]!;
      const captured = batch.capturedLength[i]!;
      const face = captures.interfaces[index]!;
      const status = view.attach(
        block,
        batch.offset[i]!,
        captured,
        batch.originalLength[i]!,
        face.linkType,
        batch.direction[i]!,
      );
      if (status !== OK) continue;
      const at = view.sourceMacOffset;
      placed.push({
        file: batch.file[i]!,
        frame: batch.frameNumber[i]!,
        interface: face.name,
        tags: Array.from({ length: view.tagCount }, (_, tag) => vlanId(view, tag)),
        sourceMac: at < 0 ? '' : Buffer.from(block.subarray(at, at + 6)).toString('hex'),
        zone: zones.zoneNames[zones.zoneOf(view, index)]!,
      });
    }
  }
  return placed;
}

function inputs(paths: readonly string[]): { path: string }[] {
  return paths.map((path) => ({ path }));
}
