/** This file tests the signatures over UDP, each by its own row. */

import { UDP_SIGNATURES } from '../../src/appid/rows-udp.ts';
import { testTable } from '../support/signature-table.ts';

testTable(UDP_SIGNATURES, {
  // Their checks ask for the port on either side, so the rows do not have it.
  ports: { ntp: 123, mdns: 5353, llmnr: 5355 },
});
