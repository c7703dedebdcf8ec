/**
 * This file describes what a replay's inputs turned out to be: plain data, grown while the frames
 * are handed over, and bounded whatever the captures hold.
 */

import type { CaptureError } from '../errors.ts';
import type { CaptureComment, CaptureInterface, CaptureSection, Stage } from './frame-batch.ts';
import type { CaptureFormat, Compression } from './open.ts';
import type { ReaderName } from './open-reader.ts';

/** A point in time: whole seconds since 1970, and 0 to 999,999,999 nanoseconds. */
export interface CaptureTime {
  readonly second: number;
  readonly nanosecond: number;
}

/** A place from which a file's clock was found to be set back. */
export interface ClockShift {
  /** The first frame that is shifted, and all behind it; number in its file, from 1. */
  readonly frame: number;
  /** What was added to the file's times from there on, beside all shifts before; seconds. */
  readonly seconds: number;
}

/** Clock shifts of one file that are listed; the rest is counted. */
export const CLOCK_SHIFTS_MAX = 100;

/** How a file's times had to be repaired; all counts are of frames, times are the repaired ones. */
export interface ClockReport {
  /** Earliest and latest time; null while no frame is placed. */
  firstTime: CaptureTime | null;
  lastTime: CaptureTime | null;
  /** Put in their place within the window. */
  reorderedFrames: number;
  /** Older than the window: taken at the newest time. */
  lateFrames: number;
  /** Of the late ones, those that would be in the window but for its bound in bytes. */
  reorderWindowCut: number;
  /** Far ahead, or outside the years 1970 to 9999: taken at the newest time. */
  outliers: number;
  /** Without a time stamp in the file. */
  framesWithoutTime: number;
  clockShifts: ClockShift[];
  clockShiftsNotListed: number;
  /** The farthest that a frame lay behind the newest time before it; nanoseconds. */
  largestStepBackNs: number;
}

/** One input of a replay. */
export interface CaptureFileReport extends ClockReport {
  /** As given. */
  readonly path: string;
  /** Its last part, for display. */
  readonly name: string;
  readonly stage: Stage | null;
  /** Null while nothing could be recognised. */
  format: CaptureFormat | null;
  compression: Compression;
  /** Of a pcapng file, its first section's. */
  byteOrder: 'little' | 'big' | null;
  /** Size of the input as given; where it has none (a pipe), the bytes read of it. */
  bytes: number;
  /** SHA-256 of these bytes in hex, where it was asked for and the whole input was read. */
  sha256: string | null;
  frames: number;
  capturedBytes: number;
  originalBytes: number;
  /** Frames of which the file has less than was on the wire. */
  snappedFrames: number;
  /** The first sections, and how many there are; a pcap file is one. */
  sections: readonly CaptureSection[];
  sectionCount: number;
  interfaces: readonly CaptureInterface[];
  comments: readonly CaptureComment[];
  /** Comments beyond the bounds, not kept. */
  commentsDropped: number;
  /** Why the file was not read to its end; null where it was. */
  damage: CaptureError | null;
}

/** All inputs of a replay. Complete once the last range was handed over. */
export interface CaptureReplayReport {
  /** Who read the formats. */
  readonly reader: ReaderName;
  readonly files: readonly CaptureFileReport[];
  /** Earliest and latest time over all files. */
  firstTime: CaptureTime | null;
  lastTime: CaptureTime | null;
  /**
   * The latest end of capture that interface statistics name and that is credible: at most a day
   * after `lastTime`. Null where none is named or credible. Set at the end.
   */
  captureEnd: CaptureTime | null;
  /** Ends of capture that are more than a day after `lastTime`. */
  incredibleEnds: number;
  /** True when the replay was stopped before the inputs' ends. */
  stopped: boolean;
}

/** A clock report of nothing. */
export function emptyClockReport(): ClockReport {
  return {
    firstTime: null,
    lastTime: null,
    reorderedFrames: 0,
    lateFrames: 0,
    reorderWindowCut: 0,
    outliers: 0,
    framesWithoutTime: 0,
    clockShifts: [],
    clockShiftsNotListed: 0,
    largestStepBackNs: 0,
  };
}

/** Negative where `a` is earlier; exact for times of which the seconds are. */
export function compareCaptureTimes(a: CaptureTime, b: CaptureTime): number {
  return a.second === b.second ? a.nanosecond - b.nanosecond : a.second - b.second;
}
