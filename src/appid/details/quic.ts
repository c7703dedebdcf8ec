/** This file reads the client's hello of QUIC, whose pieces come in datagrams. */

import { HELLO_BYTES_MAX } from '../hello-pieces.ts';
import { QuicHello } from '../quic-hello.ts';
import { CLIENT, type DetailSource, enterHello } from './detail-source.ts';

/** The pieces, and a byte for each that says that it is there. */
const BYTES = 2 * HELLO_BYTES_MAX;

/** Of `quic`. The server's part is encrypted from its hello on, the certificate too. */
export const QUIC_DETAIL: DetailSource = {
  sides: CLIENT,
  bytes: BYTES,
  newReader: () => {
    const quic = new QuicHello();
    return ({ bytes, from, to }, into) => {
      quic.take(bytes, from, to);
      enterHello(quic.hello, into);
      return quic.isDone;
    };
  },
};
