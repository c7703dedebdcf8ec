/** This file tests the signatures over TCP, each by its own row. */

import { TCP_SIGNATURES } from '../../src/appid/rows-tcp.ts';
import { testTable } from '../support/signature-table.ts';

const SHIFT = 'up to its headers the request is one, then the session shifts';

testTable(TCP_SIGNATURES, {
  // Without the server's greeting, clients' commands count on their ports.
  ports: { ftp: 21, smtp: 25, pop3: 110, imap: 143, nntp: 119 },
  overlaps: {
    "web-browsing says yes to websocket's example": SHIFT,
    "web-browsing says yes to http2's example": SHIFT,
  },
});
