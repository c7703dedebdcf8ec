/**
 * This file brings FTP's replies to their commands. A client may send several commands at once; each gets
 * one final reply, in order (RFC 959 §5.4). Captures lose replies and servers send some too many, hence the
 * rule: a reply answers the first command that it can answer, and those before it got none.
 */

/** Commands whose reply matters and that may wait for it, in one session; the oldest is forgotten. */
export const FTP_PENDING_MAX = 32;

/** A command that waits for its reply. */
export interface PendingCommand {
  readonly verb: string;
  /** In capitals. */
  readonly argument: string;
  /** What it asked to be predicted; null for nothing. */
  readonly group: string | null;
  /** Commands that were sent before it, whose reply does not matter, and that still wait for it. */
  othersBefore: number;
}

/** The verbs whose reply matters, and what accepts them where that is one reply alone, else 0. */
const ANSWERED: ReadonlyMap<string, number> = new Map([
  ['PORT', 0],
  ['EPRT', 0],
  ['LPRT', 0],
  ['PASV', 227], // RFC 959 §5.4
  ['LPSV', 228], // RFC 1639 §4
  ['EPSV', 229], // RFC 2428 §3
  ['AUTH', 0],
  ['ADAT', 0],
  ['REIN', 0],
]);
/** Replies to these verbs only: those above, and RFC 2228 §5 for AUTH. */
const SPECIFIC: ReadonlySet<number> = new Set([227, 228, 229, 234, 334]);

/** A final reply that accepts. */
export function isPositive(code: number): boolean {
  return code >= 200 && code < 400;
}

/** Commands of one session that wait for their reply. */
export class FtpPending {
  private readonly commands: PendingCommand[] = [];
  private othersAfter = 0;

  /** @returns false where an older one had to be forgotten for it */
  add(verb: string, argument: string, group: string | null): boolean {
    // RFC 2428 §4: EPSV ALL is a promise and asks for no port.
    if (!ANSWERED.has(verb) || (verb === 'EPSV' && argument === 'ALL')) {
      this.othersAfter++;
      return true;
    }
    this.commands.push({ verb, argument, group, othersBefore: this.othersAfter });
    this.othersAfter = 0;
    if (this.commands.length <= FTP_PENDING_MAX) return true;
    this.commands.shift();
    return false;
  }

  /** Takes out the command that a final reply answers; null where that is another verb, or none. */
  answer(code: number): PendingCommand | null {
    const { commands } = this;
    for (let i = 0; i < commands.length; i++) {
      const command = commands[i];
      if (command === undefined) break;
      if (command.othersBefore > 0 && !SPECIFIC.has(code)) {
        command.othersBefore--;
        commands.splice(0, i);
        return null;
      }
      if (!answers(code, command.verb)) continue;
      commands.splice(0, i + 1);
      return command;
    }
    if (this.othersAfter > 0 && !SPECIFIC.has(code)) {
      this.othersAfter--;
      commands.length = 0;
    }
    return null;
  }
}

/** Whether a final reply may be one to this verb. */
function answers(code: number, verb: string): boolean {
  const accepting = ANSWERED.get(verb) ?? 0;
  if (accepting !== 0 && isPositive(code)) return code === accepting;
  if (SPECIFIC.has(code)) return verb === 'AUTH' && code >= 234;
  // RFC 959 §4.2: x5z are of the file system, and none of these verbs names a file.
  return Math.trunc(code / 10) % 10 !== 5;
}
