/** This file holds what the checks between a session and hardware are asked about: plain values. */

/** One session as it is when it is judged; texts are as reports show them. */
export interface OffloadFacts {
  hasHardware: boolean;
  /** The model, or the key that says it; null where nothing does. */
  platform: string | null;
  /** What switches offload off for the session's protocol, each for itself: keys, a command. */
  switchedOff: readonly string[];
  /** The rule that denied it, or the state that it had left ACTIVE for; null for nothing. */
  state: string | null;
  /** IP protocol number. */
  protocol: number;
  /** One of its ends is the firewall itself. */
  isHost: boolean;
  /** The handshake is complete, and both sides were seen; number of the packet since which, 0 for none. */
  hasHandshake: boolean;
  handshakePacket: number;
  /** What it is shown as. */
  application: string | null;
  /** It is known, and nothing else is looked for. */
  isIdentified: boolean;
  identifiedPacket: number;
  /** An application of one's own that a rule gave it: its payload is not looked at (panos.md §9). */
  isUninspected: boolean;
  /** It is what an ALG announced, and no control channel in its turn. */
  isAlgData: boolean;
  /** The decryption rule that it met; null for none. */
  decryptionRule: string | null;
  isDecrypted: boolean;
  /** An ALG that is on reads what its application says. */
  isAlgControl: boolean;
  /** There is one, be it off. */
  hasAlg: boolean;
  /** The security rule that lets it pass. */
  rule: string;
  hasProfiles: boolean;
  /** The feature of the dataplane that it met; null for none. */
  feature: string | null;
}

/** Nothing of a session, to be filled. */
export function newOffloadFacts(): OffloadFacts {
  return {
    hasHardware: true,
    platform: null,
    switchedOff: [],
    state: null,
    protocol: 0,
    isHost: false,
    hasHandshake: false,
    handshakePacket: 0,
    application: null,
    isIdentified: false,
    identifiedPacket: 0,
    isUninspected: false,
    isAlgData: false,
    decryptionRule: null,
    isDecrypted: false,
    isAlgControl: false,
    hasAlg: false,
    rule: '',
    hasProfiles: false,
    feature: null,
  };
}
