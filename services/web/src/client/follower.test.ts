import { afterEach, describe, expect, it } from "vitest";
import {
  createLedgerClient,
  type FollowerOptions,
  type FollowState,
  type TimelineEvent,
  TimelineFollower,
} from ".";

/** A project's timeline behind an API whose streams can be cut, held back and made to lose. */
class Timeline {
  head = 0;
  epoch = "0000000a";
  streaming = true;
  away = false;
  asked: string[] = [];
  #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();

  append(count: number, send = true): void {
    for (let n = 0; n < count; n += 1) {
      this.head += 1;
      if (send) this.#send(this.head);
    }
  }

  cut(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
  }

  fetch = (async (input: Request | string, init?: RequestInit): Promise<Response> => {
    const url = new URL(typeof input === "string" ? input : input.url);
    this.asked.push(`${url.pathname}${url.search}`);
    if (this.away) throw new TypeError("away");
    if (url.pathname.endsWith("/stream")) return this.#stream(new Headers(init?.headers));
    const limit = Number(url.searchParams.get("limit"));
    const after = Number(url.searchParams.get("cursor") ?? 0);
    const epoch = url.searchParams.get("epoch");
    if (epoch !== null && epoch !== this.epoch) return this.#refusal();
    const all = Array.from({ length: this.head - after }, (_, n) => this.#event(after + n + 1));
    const events = all.slice(0, limit);
    const next = all.length > limit ? (events.at(-1)?.seq ?? null) : null;
    return Response.json({ events, next, head: this.head, epoch: this.epoch });
  }) as typeof globalThis.fetch;

  #stream(headers: Headers): Response {
    const [number, epoch] = (headers.get("Last-Event-ID") ?? "").split("@");
    const after = Number(number);
    if (epoch !== this.epoch) return this.#refusal();
    if (after > this.head) {
      return Response.json({ code: "beyond_the_end", detail: "" }, { status: 400 });
    }
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        if (!this.streaming) return;
        this.#streams.add(controller);
        controller.enqueue(new TextEncoder().encode(": here\n\n"));
        for (let seq = after + 1; seq <= this.head; seq += 1) {
          controller.enqueue(this.#message(seq));
        }
      },
      cancel: () => undefined,
    });
    return new Response(body);
  }

  #refusal(): Response {
    return Response.json({ code: "epoch_changed", detail: "" }, { status: 409 });
  }

  #send(seq: number): void {
    for (const stream of this.#streams) {
      // In two pieces, as a network may deliver them.
      const message = this.#message(seq);
      stream.enqueue(message.slice(0, 7));
      stream.enqueue(message.slice(7));
    }
  }

  #message(seq: number): Uint8Array {
    const data = JSON.stringify(this.#event(seq));
    return new TextEncoder().encode(`id: ${seq}@${this.epoch}\r\ndata: ${data}\r\n\r\n`);
  }

  #event(seq: number): TimelineEvent {
    return { seq } as TimelineEvent;
  }
}

const followers: TimelineFollower[] = [];

function following(timeline: Timeline, options: Partial<FollowerOptions> = {}) {
  const seqs: number[] = [];
  const states: FollowState[] = [];
  const follower = new TimelineFollower({
    client: createLedgerClient({ baseUrl: "http://ledger", fetch: timeline.fetch }),
    baseUrl: "http://ledger",
    fetch: timeline.fetch,
    projectId: "p",
    onEvents: (events) => seqs.push(...events.map((event) => event.seq)),
    onState: (state) => states.push(state),
    pollEveryMs: 20,
    ...options,
  });
  followers.push(follower);
  follower.start();
  return { seqs, states, follower };
}

const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);

afterEach(() => {
  for (const follower of followers.splice(0)) follower.stop();
});

describe("TimelineFollower", () => {
  it("begins with what comes, and hands over every event once and in order", async () => {
    const timeline = new Timeline();
    timeline.append(5);
    const { seqs, follower } = following(timeline);
    await expect.poll(() => follower.state).toBe("live");
    timeline.append(3);
    await expect.poll(() => seqs).toEqual([6, 7, 8]);
  });

  it("resumes behind the last number when the stream is cut", async () => {
    const timeline = new Timeline();
    const { seqs, follower } = following(timeline, { after: 0 });
    await expect.poll(() => follower.state).toBe("live");
    timeline.append(2);
    await expect.poll(() => seqs).toEqual([1, 2]);
    timeline.cut();
    timeline.append(4);
    await expect.poll(() => seqs, { timeout: 5000 }).toEqual(upTo(6));
    timeline.append(1);
    await expect.poll(() => seqs, { timeout: 5000 }).toEqual(upTo(7));
  });

  it("asks for what a stream has left out", async () => {
    const timeline = new Timeline();
    const { seqs, follower } = following(timeline, { after: 0 });
    await expect.poll(() => follower.state).toBe("live");
    timeline.append(3, false);
    timeline.append(1);
    await expect.poll(() => seqs).toEqual([1, 2, 3, 4]);
  });

  it("polls where a proxy holds the stream back", async () => {
    const timeline = new Timeline();
    timeline.streaming = false;
    const { seqs, states } = following(timeline, { after: 0, silenceMs: 60 });
    timeline.append(600);
    await expect.poll(() => seqs, { timeout: 5000 }).toEqual(upTo(600));
    await expect.poll(() => states).toContain("polling");
    timeline.append(1);
    await expect.poll(() => seqs.length, { timeout: 5000 }).toBe(601);
  });

  it("says that it is lost, and comes back when it is woken", async () => {
    const timeline = new Timeline();
    const { seqs, states, follower } = following(timeline, { after: 0 });
    await expect.poll(() => follower.state).toBe("live");
    timeline.away = true;
    timeline.cut();
    await expect.poll(() => states, { timeout: 5000 }).toContain("lost");
    timeline.append(2);
    timeline.away = false;
    follower.wake();
    await expect.poll(() => seqs, { timeout: 5000 }).toEqual([1, 2]);
    await expect.poll(() => follower.state, { timeout: 5000 }).toBe("live");
  });

  it("is lost, and does not poll, where it has never reached anything", async () => {
    const timeline = new Timeline();
    timeline.away = true;
    const { seqs, states, follower } = following(timeline);
    await expect.poll(() => states, { timeout: 5000 }).toContain("lost");
    expect(states).not.toContain("polling");
    timeline.away = false;
    follower.wake();
    await expect.poll(() => follower.state, { timeout: 5000 }).toBe("live");
    timeline.append(1);
    await expect.poll(() => seqs, { timeout: 5000 }).toEqual([1]);
  });

  it("begins anew with a timeline that is shorter than it was", async () => {
    const timeline = new Timeline();
    timeline.append(3);
    const { seqs, follower } = following(timeline, { after: 90 });
    await expect.poll(() => follower.seq, { timeout: 5000 }).toBe(3);
    await expect.poll(() => follower.state, { timeout: 5000 }).toBe("live");
    timeline.append(1);
    await expect.poll(() => seqs).toEqual([4]);
  });

  it("forgets what it knew, and says so, when the database was restored", async () => {
    const timeline = new Timeline();
    timeline.append(3);
    const resets: number[] = [];
    const { seqs, follower } = following(timeline, { onReset: () => resets.push(seqs.length) });
    await expect.poll(() => follower.state).toBe("live");
    timeline.append(1);
    await expect.poll(() => seqs).toEqual([4]);
    // Longer than it was, so that only the epoch tells.
    timeline.epoch = "0000000b";
    timeline.cut();
    timeline.append(6);
    await expect.poll(() => resets, { timeout: 5000 }).toEqual([1]);
    await expect.poll(() => follower.seq, { timeout: 5000 }).toBe(10);
    timeline.append(1);
    await expect.poll(() => seqs, { timeout: 5000 }).toEqual([4, 11]);
  });
});
