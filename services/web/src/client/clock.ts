/** The server's clock, as well as this machine can know it. */

const FORGET_AFTER_MS = 10 * 60_000;

/** Estimates how far this machine's clock is from the server's, so countdowns agree with it. */
export class ServerClock {
  #offset = 0;
  #uncertainty = Number.POSITIVE_INFINITY;
  #observedAt = 0;

  /**
   * Take note of a time that the server told.
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

  /** What time it is on the server, in ms since 1970. */
  now(): number {
    return Date.now() + this.#offset;
  }
}
