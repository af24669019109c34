/**
 * Follows a project's timeline: streams, resumes after interruptions, and polls if the stream is
 * blocked.
 */
import { apiRoot } from "./address";
import { answered, type LedgerClient, Problem, problemOf, type TimelineEvent } from "./api";
import { serverSentEvents } from "./events";

/**
 * connecting: no response yet · live: events arrive as they happen · polling: the stream is
 * blocked, perhaps by a proxy, so the API is polled every few seconds · lost: the server cannot be
 * reached and is retried · denied: the server refuses and is not retried.
 */
export type FollowState = "connecting" | "live" | "polling" | "lost" | "denied";

export interface FollowerOptions {
  client: LedgerClient;
  projectId: string;
  /** Start after this timeline number. Default: only new events. */
  after?: number;
  /** Called with every event after the start exactly once, in the order of their numbers. */
  onEvents: (events: TimelineEvent[]) => void;
  onState?: (state: FollowState, problem: Problem | null) => void;
  /**
   * The database was restored, moved or failed over, so earlier numbers may belong to other
   * events: discard what was read. The follower continues with new events.
   */
  onReset?: () => void;
  /** Where the server is mounted, without `/api/v1`. Default: where the page is. */
  baseUrl?: string;
  headers?: Record<string, string>;
  fetch?: typeof globalThis.fetch;
  /** The server sends something every 15 s; a stream that is silent for longer is blocked. */
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

  /** The number of the last delivered event. */
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

  /** Retry at once, for example when the network returns. */
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

  /** Whether following has ended. */
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

  /** The timeline's end and its epoch; nothing is resumed in another epoch. */
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
    // Until the stream has sent something, it may be blocked: poll as well.
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
    // Numbers have no gaps, so a gap here means lost events.
    if (this.#seq !== null && first.seq > this.#seq + 1) await this.#catchUp();
    this.#hand(fresh);
  }

  /** Fetch everything after the last number. */
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
