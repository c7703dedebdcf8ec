/** This file is the schema of the sections `timeouts:` and `session:`. */

import { preset, section, sectionOf } from './containers.ts';
import { SESSION_DEFAULTS, TIMERS, type Timer } from './defaults.ts';
import type { Plain } from './key-path.ts';
import { choice, whole, yesNo } from './leaves.ts';

function timer(limits: Timer) {
  return preset(whole(1, limits.max, 'seconds'), limits.default, `Seconds: ${limits.meaning}.`);
}

const TIMEOUTS = {
  tcp: () => timer(TIMERS.tcp),
  'tcp-init': () => timer(TIMERS['tcp-init']),
  'tcp-handshake': () => timer(TIMERS['tcp-handshake']),
  'tcp-half-closed': () => timer(TIMERS['tcp-half-closed']),
  'tcp-time-wait': () => timer(TIMERS['tcp-time-wait']),
  'tcp-unverified-rst': () => timer(TIMERS['tcp-unverified-rst']),
  udp: () => timer(TIMERS.udp),
  icmp: () => timer(TIMERS.icmp),
  sctp: () => timer(TIMERS.sctp),
  'sctp-init': () => timer(TIMERS['sctp-init']),
  'sctp-cookie': () => timer(TIMERS['sctp-cookie']),
  'sctp-shutdown': () => timer(TIMERS['sctp-shutdown']),
  default: () => timer(TIMERS.default),
  'discard-tcp': () => timer(TIMERS['discard-tcp']),
  'discard-udp': () => timer(TIMERS['discard-udp']),
  'discard-sctp': () => timer(TIMERS['discard-sctp']),
  'discard-default': () => timer(TIMERS['discard-default']),
  predict: () => timer(TIMERS.predict),
};

const aging = SESSION_DEFAULTS['accelerated-aging'];
const acceleratedAging = () =>
  section({
    enable: preset(yesNo(), aging.enable, 'Shorten timers while the table is nearly full.'),
    threshold: preset(whole(50, 99, 'percent'), aging.threshold, 'Percent of the table in use.'),
    'scaling-factor': preset(whole(2, 16), aging['scaling-factor'], 'Timers are divided by it.'),
  });

const is = SESSION_DEFAULTS;
const SESSION = {
  'tcp-reject-non-syn': () =>
    preset(
      yesNo(),
      is['tcp-reject-non-syn'],
      'Drop TCP packets that belong to no session and are no SYN.',
    ),
  'asymmetric-path': () =>
    preset(
      choice(['drop', 'bypass']),
      is['asymmetric-path'],
      'What happens to TCP segments outside the window.',
    ),
  'no-refresh-on-discard': () =>
    preset(yesNo(), is['no-refresh-on-discard'], 'A packet does not refresh a session in DISCARD.'),
  'teardown-upon-fwd-zonechange': () =>
    preset(
      yesNo(),
      is['teardown-upon-fwd-zonechange'],
      'End a session when its route leads to another zone.',
    ),
  'tcp-reuse-strict-priority': () =>
    preset(
      yesNo(),
      is['tcp-reuse-strict-priority'],
      'Let tcp-reuse have the place in the order of end reasons that is documented.',
    ),
  'accelerated-aging': () => acceleratedAging().prefault({}).describe('Accelerated ageing.'),
  'state-model': () =>
    preset(
      choice(['connection', 'table']),
      is['state-model'],
      'How states are named: by the connection, or as the table itself does.',
    ),
  'app-timeouts': () =>
    preset(
      choice(['global', 'content']),
      is['app-timeouts'],
      'Whether the timers that ship with App-ID content apply.',
    ),
  'zonechange-count': () =>
    preset(
      choice(['lesson', 'strict']),
      is['zonechange-count'],
      'Whether flow_fwd_zonechange counts packets from a wrong ingress zone too, or as the vendor.',
    ),
  'app-id': () =>
    preset(
      choice(['payload', 'ports']),
      is['app-id'],
      'How applications are told: by what is in the packets, or by their default ports.',
    ),
  'nat-oversubscription': () =>
    preset(
      choice(['platform', '1', '2', '4', '8']),
      is['nat-oversubscription'],
      'How often one translated address and port may be in use at once, for different destinations.',
    ),
  'reset-before-handshake': () =>
    preset(
      yesNo(),
      is['reset-before-handshake'],
      'Answer a SYN that a rule resets with a RST to the client; else only what passed its handshake is reset.',
    ),
  'icmp-unreachable-rate': () =>
    preset(
      whole(1, 65_535, 'messages a second'),
      is['icmp-unreachable-rate'],
      'ICMP unreachable messages that are sent in a second.',
    ),
  'bypass-exceed-oo-queue': () =>
    preset(
      yesNo(),
      is['bypass-exceed-oo-queue'],
      'Forward TCP segments out of order beyond the 64 that may wait for inspection; else drop them.',
    ),
  'tcp-bypass-exceed-queue': () =>
    preset(
      yesNo(),
      is['tcp-bypass-exceed-queue'],
      'Forward TCP segments that cannot be kept for inspection; else drop them.',
    ),
  'udp-bypass-exceed-queue': () =>
    preset(
      yesNo(),
      is['udp-bypass-exceed-queue'],
      'Forward datagrams that cannot be kept for inspection; else drop them.',
    ),
  'pin-ftp-source-port': () =>
    preset(
      yesNo(),
      is['pin-ftp-source-port'],
      'Predict active FTP from port 20 of the server alone, not from any of its ports.',
    ),
  'ftp-bounce': () =>
    preset(
      choice(['refuse', 'predict']),
      is['ftp-bounce'],
      'What becomes of FTP that announces the address of a third host.',
    ),
  offload: () => preset(yesNo(), is.offload, 'Hand sessions to offload hardware.'),
  'udp-offload': () => preset(yesNo(), is['udp-offload'], 'Hand UDP sessions to it, too.'),
};

/** The whole of `timeouts:`. */
export const timeouts = (written: Plain | null) => sectionOf(TIMEOUTS, written);

/** The whole of `session:`. */
export const session = (written: Plain | null) => sectionOf(SESSION, written);
