/**
 * This file checks the decision of offload check by check (panos.md §7): each one alone stands against a
 * session that passes all others, and the first one that fails is the reason.
 */

import { describe, expect, it } from 'vitest';
import { blockersOf, causeOf, firstFailing, isReady } from '../../src/offload/checks.ts';
import { newOffloadFacts, type OffloadFacts } from '../../src/offload/offload-facts.ts';
import { OFFLOAD_CHECKS, type OffloadCheck } from '../../src/session/offload-row.ts';

/** A session that hardware takes. */
const PASSES: OffloadFacts = {
  ...newOffloadFacts(),
  protocol: 6,
  hasHandshake: true,
  application: 'web-browsing',
  isIdentified: true,
  rule: 'web',
};

/** What alone is changed, which check that fails, and what it names. */
const ALONE: readonly (readonly [OffloadCheck, Partial<OffloadFacts>, string | null])[] = [
  ['no-hardware', { hasHardware: false, platform: 'PA-440' }, 'PA-440'],
  ['disabled', { switchedOff: ['session.offload'] }, 'session.offload'],
  ['state', { state: 'no-web' }, 'no-web'],
  ['tunnel', { isHost: true, protocol: 17, application: 'ike' }, 'ike'],
  ['protocol', { protocol: 1 }, 'icmp'],
  ['host-session', { isHost: true }, null],
  ['handshake', { hasHandshake: false }, null],
  ['appid-pending', { isIdentified: false }, 'web-browsing'],
  ['decrypt', { decryptionRule: 'tls', isDecrypted: true }, 'tls'],
  ['alg-control', { isAlgControl: true, hasAlg: true, application: 'ftp' }, 'ftp'],
  ['content-inspection', { hasProfiles: true }, 'web'],
  ['feature', { feature: 'qos' }, 'qos'],
];
/** Checks that another configuration would pass. */
const CONFIGURED: readonly OffloadCheck[] = [
  ...(['no-hardware', 'disabled', 'decrypt', 'alg-control'] as const),
  ...(['content-inspection', 'feature'] as const),
];

const reasonOf = (facts: OffloadFacts) => OFFLOAD_CHECKS[firstFailing(facts)] ?? null;

describe('the checks of offload', () => {
  it('let a session pass that none stands against', () => {
    expect(reasonOf(PASSES)).toBeNull();
    expect(isReady(PASSES)).toBe(true);
    expect(blockersOf(PASSES)).toEqual([]);
  });

  it('are all here', () => {
    expect(ALONE.map(([check]) => check)).toEqual([...OFFLOAD_CHECKS]);
  });

  it.each(ALONE)('%s', (check, change, cause) => {
    const facts = { ...PASSES, ...change };
    expect(reasonOf(facts)).toBe(check);
    expect(causeOf(check, facts)).toBe(cause);
    const isConfigured = CONFIGURED.includes(check);
    expect(isReady(facts)).toBe(isConfigured);
    expect(blockersOf(facts)).toEqual(isConfigured ? [{ check, cause }] : []);
  });

  it('stand in their order: of two that fail the earlier is the reason', () => {
    for (const [i, [first, one]] of ALONE.entries()) {
      for (const [, other] of ALONE.slice(i + 1)) {
        const facts = { ...PASSES, ...other, ...one };
        expect(reasonOf(facts)).toBe(first);
      }
    }
  });
});

describe('what is let pass', () => {
  // Documented: undecrypted ssl and ssh, routing protocols, override traffic (panos.md §7).
  it.each(['ssl', 'ssh', 'quic', 'ipsec-esp-udp', 'bgp', 'rip', 'rtp-base'])(
    '%s with profiles: nothing is left to inspect',
    (application) => {
      expect(reasonOf({ ...PASSES, hasProfiles: true, application })).toBeNull();
    },
  );

  it('an application of one’s own that a rule gave, with profiles', () => {
    expect(reasonOf({ ...PASSES, hasProfiles: true, isUninspected: true })).toBeNull();
  });

  it('the data of an ALG, be it an application that has one', () => {
    const child = { ...PASSES, application: 'tftp', hasAlg: true, isAlgControl: true };
    expect(reasonOf({ ...child, isAlgData: true })).toBeNull();
    expect(reasonOf(child)).toBe('alg-control');
  });

  it('a control channel whose ALG is off', () => {
    const facts = { ...PASSES, application: 'ftp', hasAlg: true, isAlgControl: false };
    expect(reasonOf(facts)).toBeNull();
  });

  it('IKE and ESP that only pass through: the one as UDP, the other not', () => {
    expect(reasonOf({ ...PASSES, protocol: 17, application: 'ike' })).toBeNull();
    expect(reasonOf({ ...PASSES, protocol: 50, application: 'ipsec-esp' })).toBe('protocol');
    expect(reasonOf({ ...PASSES, protocol: 50, isHost: true })).toBe('tunnel');
    expect(reasonOf({ ...PASSES, protocol: 89, isHost: true })).toBe('protocol');
  });
});

describe('what stands in the way', () => {
  const decrypted = { decryptionRule: 'all', isDecrypted: true, hasProfiles: true };

  it('is decryption alone where without it nothing could be inspected', () => {
    expect(blockersOf({ ...PASSES, ...decrypted, application: 'ssl' })).toEqual([
      { check: 'decrypt', cause: 'all' },
    ]);
  });

  it('is everything of the configuration, whatever the order', () => {
    const switchedOff = ['session.offload', 'session.udp-offload'];
    const facts = { ...PASSES, hasProfiles: true, feature: 'qos', switchedOff };
    expect(blockersOf(facts)).toEqual([
      { check: 'disabled', cause: 'session.offload' },
      { check: 'disabled', cause: 'session.udp-offload' },
      { check: 'content-inspection', cause: 'web' },
      { check: 'feature', cause: 'qos' },
    ]);
  });
});
