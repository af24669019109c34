/** An estimate of the server's clock. */

const FORGET_AFTER_MS = 10 * 60_000;

/**
 * Estimates the offset between this machine's clock and the server's, so that countdowns are
 * correct.
 */
export class ServerClock {
  #offset = 0;
  #uncertainty = Number.POSITIVE_INFINITY;
  #observedAt = 0;

  /**
   * Take a sample of the server's time.
   *
   * @param serverTime when it answered, by its own clock.
   * @param sentAt, receivedAt when the request left and the answer came, in ms of this clock. The
   *   closer together they are, the better the estimate; a worse one does not replace it.
   */
  observe(serverTime: string, sentAt: number, receivedAt: number): void {
    const told = Date.parse(serverTime);
    const uncertainty = (receivedAt - sentAt) / 2;
    if (Number.isNaN(told) || uncertainty < 0) return;
    const old = receivedAt - this.#observedAt > FORGET_AFTER_MS;
    if (uncertainty > this.#uncertainty && !old) return;
    this.#offset = told - (sentAt + uncertainty);
    this.#uncertainty = uncertainty;
    this.#observedAt = receivedAt;
  }

  /** The server's current time, in ms since 1970. */
  now(): number {
    return Date.now() + this.#offset;
  }
}
