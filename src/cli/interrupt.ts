/**
 * This file answers signals. The first SIGINT ends reading, and what was analysed is reported; a
 * second one, or SIGTERM, quits. Temporary files are removed either way.
 */

const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;
const BREATHE_EVERY_MS = 50;

/** What a signal does while a command runs. */
export class Interrupts {
  /** Whether reading was stopped; then a read of a silent pipe may still keep the process alive. */
  static wasStopped = false;
  private readonly stop: () => void;
  private readonly cleanUp: (() => void) | null;
  // performance.now() would have Node load 1 ms of modules.
  private breathedMs = process.uptime() * 1000;
  private readonly onInterrupt = () => this.interrupt();
  private readonly onTerminate = () => this.quit('SIGTERM');

  /**
   * @param stop ends reading
   * @param cleanUp removes what must not stay when the process quits at once; null if nothing would.
   *   Then signals have their usual effect but while reading: a write that waits for a stalled
   *   reader lets no handler run.
   */
  constructor(stop: () => void, cleanUp: (() => void) | null) {
    this.stop = stop;
    this.cleanUp = cleanUp;
    process.on('SIGINT', this.onInterrupt);
    if (cleanUp !== null) process.on('SIGTERM', this.onTerminate);
  }

  /** Reading is over. */
  readingEnded(): void {
    if (this.cleanUp === null) this.release();
  }

  /** Gives signals their usual effect again. */
  release(): void {
    process.removeListener('SIGINT', this.onInterrupt);
    process.removeListener('SIGTERM', this.onTerminate);
  }

  /**
   * The same items, with a turn of the event loop now and then: files are read synchronously, and
   * without one no signal would be heard.
   */
  async *hearing<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    for await (const item of items) {
      yield item;
      const now = process.uptime() * 1000;
      if (now - this.breathedMs < BREATHE_EVERY_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      this.breathedMs = process.uptime() * 1000;
    }
  }

  private interrupt(): void {
    if (Interrupts.wasStopped) this.quit('SIGINT');
    Interrupts.wasStopped = true;
    this.stop();
  }

  private quit(signal: keyof typeof SIGNAL_EXIT): never {
    this.cleanUp?.();
    process.exit(SIGNAL_EXIT[signal]);
  }
}
