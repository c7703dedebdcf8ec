/**
 * This file is the door to packet scripts: read a script, build its packets or its capture.
 */

export { buildPackets } from './build-packets.ts';
export { buildCapture, captureExtension } from './capture-file.ts';
export { parseScript } from './parse.ts';
export { type Script, ScriptError } from './script.ts';
