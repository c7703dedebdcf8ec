/**
 * This file types the npm package pcap-parser 0.2.1, which ships no types, as far as it is used here.
 *
 * What the package does not do: it knows neither nanoseconds nor pcapng nor compression, believes
 * every captured length, and ends a cut file like a whole one. `pcap-guard.ts` stands in front of it.
 */

declare module 'pcap-parser' {
  /** A stream as the package uses it: it pauses it, listens, and resumes it a tick later. */
  export interface PcapInput {
    pause(): unknown;
    resume(): unknown;
    on(event: 'data', listener: (chunk: Buffer) => void): unknown;
    on(event: 'error', listener: (error: Error) => void): unknown;
    on(event: 'end', listener: () => void): unknown;
  }

  /** The file header. `linkLayerType` is the whole field, with FCS length and flags in its top bits. */
  export interface PcapGlobalHeader {
    readonly magicNumber: string;
    readonly majorVersion: number;
    readonly minorVersion: number;
    readonly gmtOffset: number;
    readonly timestampAccuracy: number;
    readonly snapshotLength: number;
    readonly linkLayerType: number;
  }

  /** A record header; lengths in bytes. */
  export interface PcapPacketHeader {
    readonly timestampSeconds: number;
    readonly timestampMicroseconds: number;
    readonly capturedLength: number;
    readonly originalLength: number;
  }

  /** A record. `data` lies in the package's buffer, which it does not write again. */
  export interface PcapPacket {
    readonly header: PcapPacketHeader;
    readonly data: Buffer;
  }

  /** Emits while its input's `data` event runs; after an error no more packets, but `end` twice. */
  export interface PcapEvents {
    on(event: 'globalHeader', listener: (header: PcapGlobalHeader) => void): this;
    on(event: 'packet', listener: (packet: PcapPacket) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'end', listener: () => void): this;
  }

  export function parse(input: PcapInput | string): PcapEvents;
}
