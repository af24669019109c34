/** Follows a project's timeline: streamed, resumed where it was cut, polled where it is held up. */
import { apiRoot } from "./address";
import { answered, type LedgerClient, Problem, problemOf, type TimelineEvent } from "./api";
import { serverSentEvents } from "./events";

/**
 * connecting: nothing is known yet · live: events come as they happen · polling: the stream does
 * not come through (a proxy may hold it back), so the API is asked every few seconds · lost: the
 * server cannot be reached, and is tried again · denied: it refuses, and is not asked again.
 */
export type FollowState = "connecting" | "live" | "polling" | "lost" | "denied";

export interface FollowerOptions {
  client: LedgerClient;
  projectId: string;
  /** Begin behind this number of the timeline; without it, with what comes. */
  after?: number;
  /** Every event behind the start exactly once, in the order of their numbers. */
  onEvents: (events: TimelineEvent[]) => void;
  onState?: (state: FollowState, problem: Problem | null) => void;
  /**
   * The database was restored, moved or failed over, so that the numbers of earlier events may be
   * other events' now: forget what was read. The follower goes on with what comes.
   */
  onReset?: () => void;
  /** Where the server is mounted, without `/api/v1`. Default: where the page is. */
  baseUrl?: string;
  headers?: Record<string, string>;
  fetch?: typeof globalThis.fetch;
  /** The server says something every 15 s; a stream that is silent for longer is held up. */
  silenceMs?: number;
  pollEveryMs?: number;
}

const AT_ONCE = 500;
const LONGEST_PAUSE_MS = 10_000;

export class TimelineFollower {
  #seq: number | null;
  #epoch: string | null = null;
  #state: FollowState = "connecting";
  #heldUp = false;
  #stopped = new AbortController();
  #wake: () => void = () => undefined;

  constructor(private readonly options: FollowerOptions) {
    this.#seq = options.after ?? null;
  }

  get state(): FollowState {
    return this.#state;
  }

  /** The number of the last event that was handed over. */
  get seq(): number | null {
    return this.#seq;
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stopped.abort();
    this.#wake();
  }

  /** Try again at once; for when the network is back. */
  wake(): void {
    this.#wake();
  }

  async #run(): Promise<void> {
    let pause = 500;
    while (!this.#stopped.signal.aborted) {
      const began = Date.now();
      try {
        await this.#findStart();
        await this.#stream();
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        if (await this.#recover(error)) return;
      }
      if (Date.now() - began > LONGEST_PAUSE_MS) pause = 500;
      await this.#sleep(pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Whether there is nothing to be tried any more. */
  async #recover(error: unknown): Promise<boolean> {
    if (error instanceof Problem && !error.passing) {
      if (error.code === "beyond_the_end" || error.code === "epoch_changed") {
        this.#seq = null;
        this.#epoch = null;
        this.options.onReset?.();
        return false;
      }
      this.#become("denied", error);
      return true;
    }
    try {
      await this.#findStart();
      await this.#catchUp();
      this.#become("polling", null);
    } catch (again) {
      if (this.#stopped.signal.aborted) return true;
      this.#become("lost", again instanceof Problem ? again : null);
    }
    return false;
  }

  /** Where the timeline ends, and in which epoch: nothing is resumed in another. */
  async #findStart(): Promise<void> {
    if (this.#seq !== null && this.#epoch !== null) return;
    const page = await answered(
      this.options.client.GET("/projects/{project_id}/events", {
        params: { path: { project_id: this.options.projectId }, query: { limit: 1 } },
        signal: this.#stopped.signal,
      }),
    );
    this.#seq ??= page.head;
    this.#epoch = page.epoch;
  }

  async #stream(): Promise<void> {
    const cut = new AbortController();
    const signal = AbortSignal.any([cut.signal, this.#stopped.signal]);
    const silenceMs = this.options.silenceMs ?? 20_000;
    let heardAt: number | null = null;
    let silence = setTimeout(() => this.#holdUp(cut), silenceMs);
    const heard = () => {
      heardAt = Date.now();
      this.#heldUp = false;
      this.#become("live", null);
      clearTimeout(silence);
      silence = setTimeout(() => this.#holdUp(cut), silenceMs);
    };
    // Until the stream has said anything, nobody knows that it will: ask as well.
    const polling = setInterval(() => {
      if (heardAt !== null) clearInterval(polling);
      else this.#catchUp().catch(() => undefined);
    }, this.options.pollEveryMs ?? 2000);
    try {
      const body = await this.#open(signal);
      if (!this.#heldUp) this.#become("live", null);
      for await (const events of serverSentEvents(body, heard)) {
        await this.#deliver(events.map((event) => JSON.parse(event.data) as TimelineEvent));
      }
    } finally {
      clearTimeout(silence);
      clearInterval(polling);
      cut.abort();
    }
  }

  async #open(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { projectId, baseUrl, headers = {} } = this.options;
    const fetched = (this.options.fetch ?? globalThis.fetch)(
      `${apiRoot(baseUrl)}/projects/${encodeURIComponent(projectId)}/events/stream`,
      {
        headers: {
          ...headers,
          Accept: "text/event-stream",
          "Last-Event-ID": `${this.#seq}@${this.#epoch}`,
        },
        cache: "no-store",
        signal,
      },
    );
    const response = await fetched.catch((error: unknown) => {
      throw new Problem(0, "unreachable", "The server cannot be reached.", { cause: error });
    });
    if (!response.ok || response.body === null) {
      throw problemOf(response, await response.json().catch(() => null));
    }
    return response.body;
  }

  #holdUp(cut: AbortController): void {
    this.#heldUp = true;
    this.#become("polling", null);
    cut.abort();
  }

  async #deliver(events: TimelineEvent[]): Promise<void> {
    const fresh = this.#fresh(events);
    const first = fresh[0];
    if (first === undefined) return;
    // Numbers have no gaps: one here means that something was lost on the way.
    if (this.#seq !== null && first.seq > this.#seq + 1) await this.#catchUp();
    this.#hand(fresh);
  }

  /** Ask for everything behind the last number. */
  async #catchUp(): Promise<void> {
    while (this.#seq !== null) {
      const page = await answered(
        this.options.client.GET("/projects/{project_id}/events", {
          params: {
            path: { project_id: this.options.projectId },
            query: {
              order: "oldest",
              cursor: this.#seq,
              limit: AT_ONCE,
              ...(this.#epoch === null ? {} : { epoch: this.#epoch }),
            },
          },
          signal: this.#stopped.signal,
        }),
      );
      this.#hand(page.events);
      if (page.next === null) return;
    }
  }

  #fresh(events: TimelineEvent[]): TimelineEvent[] {
    const seq = this.#seq ?? 0;
    return events.filter((event) => event.seq > seq);
  }

  #hand(events: TimelineEvent[]): void {
    const fresh = this.#fresh(events);
    const last = fresh.at(-1);
    if (last === undefined || this.#stopped.signal.aborted) return;
    this.#seq = last.seq;
    this.options.onEvents(fresh);
  }

  #become(state: FollowState, problem: Problem | null): void {
    if (this.#stopped.signal.aborted || (state === this.#state && problem === null)) return;
    this.#state = state;
    this.options.onState?.(state, problem);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
