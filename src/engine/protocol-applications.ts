/**
 * This file tells a session's application by what its first packet is, where no payload is needed for
 * that (`app-id: payload`): the table of appid/by-protocol.ts, as indexes of the configuration.
 */

import { type FirstPacket, PROTOCOL_SIGNATURES, rowByProtocol } from '../appid/by-protocol.ts';
import type { ApplicationSettings } from '../config/application-config.ts';
import { NO_APPLICATION } from '../slowpath/port-applications.ts';

export class ProtocolApplications {
  /** By row of the table: index of its application. */
  private readonly indexes: readonly number[];

  constructor(applications: readonly ApplicationSettings[]) {
    const names = applications.map(({ name }) => name);
    this.indexes = PROTOCOL_SIGNATURES.map(({ application }) => names.indexOf(application));
  }

  /** Index of the application, or NO_APPLICATION. */
  find(packet: FirstPacket): number {
    const row = rowByProtocol(packet);
    return row < 0 ? NO_APPLICATION : this.indexes[row]!;
  }
}
