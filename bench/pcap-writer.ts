/**
 * This file writes a little-endian microsecond pcap in large chunks. The caller asks for room for
 * one frame and writes its bytes straight into the chunk at `bytes` / `view`.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

/** Bytes of a frame that the bench captures keep. */
export const SNAP_LENGTH = 128;

const CHUNK_BYTES = 4 << 20;
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const LINKTYPE_ETHERNET = 1;
/** 2026-01-05 09:00:00 UTC: a fixed date, since no clock may enter the capture. */
const EPOCH_SECONDS = 1_767_603_600;

/** One pcap file being written. Call `close` once, or bytes are missing at its end. */
export class PcapWriter {
  readonly bytes = new Uint8Array(CHUNK_BYTES);
  readonly view = new DataView(this.bytes.buffer);
  packets = 0;
  /** Bytes of the file so far, headers included. */
  fileBytes = FILE_HEADER_BYTES;
  private readonly file: number;
  private used = FILE_HEADER_BYTES;

  constructor(path: string) {
    this.file = openSync(path, 'w');
    const view = this.view;
    view.setUint32(0, MAGIC_MICROSECONDS, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, SNAP_LENGTH, true);
    view.setUint32(20, LINKTYPE_ETHERNET, true);
  }

  /**
   * Starts a record and returns the offset in `bytes` where its min(SNAP_LENGTH, originalLength)
   * bytes go. They hold old bytes until the caller writes them.
   * @param time microseconds since the start of the capture, never less than in the record before.
   */
  record(time: number, originalLength: number): number {
    if (this.used > CHUNK_BYTES - RECORD_HEADER_BYTES - SNAP_LENGTH) this.flush();
    const at = this.used;
    const captured = Math.min(originalLength, SNAP_LENGTH);
    const second = Math.floor(time / 1e6);
    const view = this.view;
    view.setUint32(at, EPOCH_SECONDS + second, true);
    view.setUint32(at + 4, time - second * 1e6, true);
    view.setUint32(at + 8, captured, true);
    view.setUint32(at + 12, originalLength, true);
    this.used = at + RECORD_HEADER_BYTES + captured;
    this.fileBytes += RECORD_HEADER_BYTES + captured;
    this.packets++;
    return at + RECORD_HEADER_BYTES;
  }

  /** Writes what is left and closes the file. */
  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    for (let written = 0; written < this.used; ) {
      written += writeSync(this.file, this.bytes, written, this.used - written);
    }
    this.used = 0;
  }
}
