/** This file numbers what a session took of a pool (KeptTranslation.claim). */

export const CLAIM_NONE = 0;
export const CLAIM_PORT = 1;
/** A pool chose it, and nothing is held: an ICMP identifier, or a port that another session has. */
export const CLAIM_GUESS = 2;
/** A port that is counted alone: a twin's. */
export const CLAIM_TWIN = 3;
/** From here on the number of the pool of addresses. */
export const CLAIM_ADDRESSES = 4;
