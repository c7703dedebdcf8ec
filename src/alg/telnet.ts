/**
 * This file takes Telnet's commands out of one direction's bytes: FTP's control channel is a Telnet
 * connection (RFC 959 §5.3), and a client sends `IAC IP IAC DM` before ABOR. A command may begin in one
 * piece and end in the next.
 */

/** RFC 854: interpret as command; 255 itself is sent twice. */
const IAC = 255;
/** RFC 854: commands are 240 (SE) and above; what else follows IAC is text. */
const COMMAND_MIN = 240;
/** RFC 854: WILL, WON'T, DO and DON'T (251 to 254) have the code of an option behind them. */
const NEGOTIATION_MIN = 251;

const NOTHING = new Uint8Array(0);

const IN_TEXT = 0;
const BEHIND_IAC = 1;
const BEHIND_NEGOTIATION = 2;

/** One direction. */
export class TelnetText {
  /** Where the text of the last piece lies: `from` to before `to`. Valid until the next call. */
  bytes: Uint8Array = NOTHING;
  from = 0;
  to = 0;

  private state = IN_TEXT;

  /** Bytes are missing. */
  clear(): void {
    this.state = IN_TEXT;
  }

  /** Lets go of the last piece: it is a part of the capture. */
  letGo(): void {
    this.bytes = NOTHING;
  }

  /** Takes a piece; without commands its text is the piece itself, where it lies. */
  take(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    const piece = bytes.subarray(from, to);
    if (this.state === IN_TEXT && !piece.includes(IAC)) return;
    const text = new Uint8Array(piece.length);
    let length = 0;
    for (const byte of piece) if (this.isText(byte)) text[length++] = byte;
    this.bytes = text;
    this.from = 0;
    this.to = length;
  }

  private isText(byte: number): boolean {
    const { state } = this;
    this.state = IN_TEXT;
    if (state === BEHIND_NEGOTIATION) return false;
    if (state === BEHIND_IAC) {
      if (byte >= NEGOTIATION_MIN && byte < IAC) this.state = BEHIND_NEGOTIATION;
      return byte < COMMAND_MIN || byte === IAC;
    }
    if (byte === IAC) this.state = BEHIND_IAC;
    return byte !== IAC;
  }
}
