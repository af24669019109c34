// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLedgerClient, LedgerProvider, type Task, type TaskStatus, useTaskPolling } from ".";

const ID = "0199c0de-0000-7000-8000-000000000000";
const OTHER = "0199c0de-0000-7000-8000-000000000001";

function task(version: number, status: TaskStatus, task_id = ID): Task {
  const progress = { percent: version * 10, step: "x", detail: null, current: null, total: null };
  return { task_id, version, status, progress } as Task;
}

/**
 * A server that answers with what `now` says, with ETags, and remembers what it was asked. It
 * answers after `held`, also to clients that have given up. It does not wait for changes itself.
 */
function serving(first: Task | number | null) {
  const server = {
    now: first,
    held: Promise.resolve(),
    answering: null as Task | number | null,
    open: [] as Request[],
    mostOpen: 0,
    asked: [] as { method: string; url: string; etag: string | null; status: number }[],
  };
  const answer = (request: Request): Response => {
    server.answering = server.now;
    if (request.method === "POST") return Response.json({ outcome: "accepted" }, { status: 202 });
    if (server.now === null) throw new TypeError("network is away");
    if (typeof server.now === "number") {
      return Response.json({ code: "x", detail: "refused" }, { status: server.now });
    }
    const etag = `"${server.now.version}"`;
    if (request.headers.get("If-None-Match") === etag) return new Response(null, { status: 304 });
    return Response.json(server.now, { headers: { ETag: etag } });
  };
  const fetch = async (request: Request) => {
    let status = 0;
    const { held } = server;
    server.open.push(request);
    server.mostOpen = Math.max(server.mostOpen, server.open.length);
    try {
      const response = answer(request);
      await held;
      status = response.status;
      return response;
    } finally {
      server.open.splice(server.open.indexOf(request), 1);
      const etag = request.headers.get("If-None-Match");
      server.asked.push({ method: request.method, url: request.url, etag, status });
    }
  };
  return { server, fetch: fetch as unknown as typeof globalThis.fetch };
}

/** Whatever is asked from now on waits until what is returned is called, which gives it its time. */
function hold(server: { held: Promise<void> }): () => Promise<void> {
  let open: () => void = () => undefined;
  server.held = new Promise((resolve) => {
    open = resolve;
  });
  return async () => {
    open();
    await new Promise((resolve) => setTimeout(resolve, 10));
  };
}

function wrapper(fetch: typeof globalThis.fetch, queries = new QueryClient()) {
  const client = createLedgerClient({ baseUrl: "http://ledger", fetch });
  return (props: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>
      <LedgerProvider client={client}>{props.children}</LedgerProvider>
    </QueryClientProvider>
  );
}

function show(visible: boolean): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(visible ? "visible" : "hidden");
  window.dispatchEvent(new Event("visibilitychange"));
}

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("useTaskPolling", () => {
  it("stops at a terminal status and tells of success once", async () => {
    const { server, fetch } = serving(task(1, "PENDING"));
    const onSuccess = vi.fn();
    const onError = vi.fn();
    const { result, rerender } = renderHook(
      () => useTaskPolling(ID, { interval: 5, onSuccess, onError }),
      { wrapper: wrapper(fetch) },
    );
    await waitFor(() => expect(result.current.taskStatus).toBe("PENDING"));
    expect(result.current.isPolling).toBe(true);
    server.now = task(4, "SUCCESS");
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    const asked = server.asked.length;
    rerender();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.asked.length).toBe(asked);
    expect(result.current.isPolling).toBe(false);
    expect(onSuccess).toHaveBeenCalledTimes(1);
    expect(onSuccess).toHaveBeenCalledWith(server.now);
    expect(onError).not.toHaveBeenCalled();
  });

  it.each<TaskStatus>(["FAILURE", "REVOKED"])("counts %s as an error", async (status) => {
    const { fetch } = serving(task(3, status));
    const onError = vi.fn();
    const { result } = renderHook(() => useTaskPolling(ID, { interval: 5, onError }), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(result.current.isError).toBe(true));
    expect(onError).toHaveBeenCalledTimes(1);
    expect(result.current.isPolling).toBe(false);
  });

  it("does not count a retry's countdown as an error", async () => {
    const { server, fetch } = serving(task(3, "RETRY"));
    const onError = vi.fn();
    const { result } = renderHook(() => useTaskPolling(ID, { interval: 5, onError }), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(server.asked.length).toBeGreaterThan(3));
    expect(result.current).toMatchObject({ taskStatus: "RETRY", isError: false, isPolling: true });
    expect(onError).not.toHaveBeenCalled();
  });

  it("asks with the ETag that it knows", async () => {
    const { server, fetch } = serving(task(2, "STARTED"));
    renderHook(() => useTaskPolling(ID, { interval: 5 }), { wrapper: wrapper(fetch) });
    await waitFor(() => expect(server.asked.length).toBeGreaterThan(2));
    expect(server.asked[0]).toMatchObject({ etag: null, status: 200 });
    expect(server.asked[1]).toMatchObject({ etag: '"2"', status: 304 });
  });

  it("never goes back to an older version", async () => {
    const { server, fetch } = serving(task(5, "PROGRESS"));
    const { result } = renderHook(() => useTaskPolling(ID, { interval: 5 }), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(result.current.task?.version).toBe(5));
    server.now = task(2, "STARTED");
    const asked = server.asked.length;
    await waitFor(() => expect(server.asked.length).toBeGreaterThan(asked + 2));
    expect(result.current.task?.version).toBe(5);
    expect(result.current.progress?.percent).toBe(50);
  });

  it.each([null, 429, 503])("keeps the last state through %j, and goes on", async (away) => {
    const { server, fetch } = serving(task(2, "STARTED"));
    const onError = vi.fn();
    const { result } = renderHook(() => useTaskPolling(ID, { interval: 5, onError }), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(result.current.taskStatus).toBe("STARTED"));
    server.now = away;
    await waitFor(() => expect(server.asked.at(-1)?.status).toBe(away ?? 0));
    expect(result.current).toMatchObject({ taskStatus: "STARTED", isError: false });
    server.now = task(3, "SUCCESS");
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    expect(onError).not.toHaveBeenCalled();
  });

  it("ends with an error where the API refuses", async () => {
    const { fetch } = serving(404);
    const onError = vi.fn();
    const { result } = renderHook(() => useTaskPolling(ID, { interval: 5, onError }), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(result.current.isError).toBe(true));
    expect(result.current).toMatchObject({ isPolling: false, taskStatus: null });
    expect(result.current.problem?.status).toBe(404);
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it("invalidates the named queries when the task has ended", async () => {
    const { server, fetch } = serving(task(1, "PENDING"));
    const queries = new QueryClient();
    const invalidate = vi.spyOn(queries, "invalidateQueries");
    renderHook(() => useTaskPolling(ID, { interval: 5, invalidateKeys: [["pages", 1]] }), {
      wrapper: wrapper(fetch, queries),
    });
    await waitFor(() => expect(server.asked.length).toBeGreaterThan(1));
    expect(invalidate).not.toHaveBeenCalled();
    server.now = task(2, "FAILURE");
    await waitFor(() => expect(invalidate).toHaveBeenCalledTimes(1));
    expect(invalidate).toHaveBeenCalledWith({ queryKey: ["pages", 1] });
  });

  it("begins anew with another task and asks for none without an id", async () => {
    const { server, fetch } = serving(task(3, "SUCCESS"));
    const onSuccess = vi.fn();
    const { result, rerender } = renderHook(
      ({ id }: { id: string | null }) => useTaskPolling(id, { interval: 5, onSuccess }),
      { wrapper: wrapper(fetch), initialProps: { id: ID as string | null } },
    );
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    server.now = task(1, "PENDING", OTHER);
    rerender({ id: OTHER });
    expect(result.current.taskStatus).toBeNull();
    await waitFor(() => expect(result.current.taskStatus).toBe("PENDING"));
    server.now = task(2, "SUCCESS", OTHER);
    await waitFor(() => expect(onSuccess).toHaveBeenCalledTimes(2));
    const asked = server.asked.length;
    rerender({ id: null });
    expect(result.current).toMatchObject({ taskStatus: null, isPolling: false });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.asked.length).toBe(asked);
  });

  it("calls back once for each task, however often it is looked at", async () => {
    const { server, fetch } = serving(task(3, "SUCCESS"));
    const onSuccess = vi.fn();
    const { result, rerender } = renderHook(
      ({ id }) => useTaskPolling(id, { interval: 5, onSuccess }),
      { wrapper: wrapper(fetch), initialProps: { id: ID } },
    );
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    server.now = task(2, "SUCCESS", OTHER);
    rerender({ id: OTHER });
    await waitFor(() => expect(result.current.task?.task_id).toBe(OTHER));
    server.now = task(3, "SUCCESS");
    rerender({ id: ID });
    await waitFor(() => expect(result.current.task?.task_id).toBe(ID));
    expect(onSuccess.mock.calls.map(([ended]) => ended.task_id)).toEqual([ID, OTHER]);
  });

  it("hears nothing more of a task that is not looked at any more", async () => {
    const { server, fetch } = serving(task(9, "SUCCESS"));
    const onSuccess = vi.fn();
    const letGo = hold(server);
    const { result, rerender, unmount } = renderHook(
      ({ id }) => useTaskPolling(id, { interval: 5, onSuccess }),
      { wrapper: wrapper(fetch), initialProps: { id: ID } },
    );
    server.now = task(1, "PENDING", OTHER);
    server.held = Promise.resolve();
    rerender({ id: OTHER });
    await waitFor(() => expect(result.current.taskStatus).toBe("PENDING"));
    await act(letGo);
    expect(result.current.task?.task_id).toBe(OTHER);
    server.now = task(2, "SUCCESS", OTHER);
    const letGoAgain = hold(server);
    const asked = server.asked.length;
    await waitFor(() => expect(server.now).toBe(server.answering));
    unmount();
    await act(letGoAgain);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.asked.length).toBeLessThanOrEqual(asked + 1);
    expect(onSuccess).not.toHaveBeenCalled();
  });

  it("gives up a request that waits on the server for a look after a cancel", async () => {
    const { server, fetch } = serving(task(1, "STARTED"));
    const { result } = renderHook(() => useTaskPolling(ID, { interval: 5 }), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(server.asked.length).toBeGreaterThan(1));
    const letGo = hold(server);
    await waitFor(() => expect(server.open).toHaveLength(1));
    server.held = Promise.resolve();
    server.now = task(2, "REVOKED");
    await act(() => result.current.cancel());
    await waitFor(() => expect(result.current.taskStatus).toBe("REVOKED"));
    expect(server.asked.at(-1)?.url).not.toContain("wait_s");
    await act(letGo);
    expect(result.current.taskStatus).toBe("REVOKED");
  });

  it("waits on the server for a change, for two tasks at a time", async () => {
    const { server, fetch } = serving(null);
    server.now = task(1, "STARTED");
    const ids = [1, 2, 3, 4].map((n) => `${ID.slice(0, -1)}${n}`);
    const { unmount } = renderHook(() => ids.map((id) => useTaskPolling(id, { interval: 5 })), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(server.asked.length).toBeGreaterThanOrEqual(4));
    expect(server.asked.slice(0, 4).some(({ url }) => url.includes("wait_s"))).toBe(false);
    const letGo = hold(server);
    await waitFor(() => expect(server.open).toHaveLength(4));
    expect(server.open.filter(({ url }) => url.includes("wait_s=20"))).toHaveLength(2);
    unmount();
    await act(letGo);
  });

  it("shares its requests with all instances of the same task", async () => {
    const { server, fetch } = serving(task(1, "STARTED"));
    const wrapped = { wrapper: wrapper(fetch) };
    const { result } = renderHook(
      () => [1, 2, 3].map(() => useTaskPolling(ID, { interval: 5 })),
      wrapped,
    );
    await waitFor(() => expect(server.asked.length).toBeGreaterThan(8));
    expect(server.mostOpen).toBe(1);
    expect(server.asked.filter(({ etag }) => etag === null)).toHaveLength(1);
    expect(result.current.map(({ taskStatus }) => taskStatus)).toEqual(Array(3).fill("STARTED"));
  });

  it("calls back in every instance that awaited the end, and in none that comes later", async () => {
    const { server, fetch } = serving(task(1, "STARTED"));
    const queries = new QueryClient();
    const wrapped = { wrapper: wrapper(fetch, queries) };
    const calls: string[] = [];
    const look = (name: string) =>
      renderHook(
        () => useTaskPolling(ID, { interval: 5, onSuccess: () => calls.push(name) }),
        wrapped,
      );
    const first = look("first");
    const second = look("second");
    await waitFor(() => expect(second.result.current.taskStatus).toBe("STARTED"));
    server.now = task(2, "SUCCESS");
    await waitFor(() => expect(calls.toSorted()).toEqual(["first", "second"]));
    first.unmount();
    second.unmount();
    const third = look("third");
    await waitFor(() => expect(third.result.current.isSuccess).toBe(true));
    third.unmount();
    // Even when the answer is not known any more.
    queries.clear();
    const fourth = look("fourth");
    await waitFor(() => expect(fourth.result.current.isSuccess).toBe(true));
    expect(calls.toSorted()).toEqual(["first", "second"]);
  });

  it("requests nothing in a hidden tab, and at once when it is shown again", async () => {
    const { server, fetch } = serving(task(1, "STARTED"));
    const { result } = renderHook(() => useTaskPolling(ID, { interval: 5 }), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(server.asked.length).toBeGreaterThan(2));
    await act(async () => show(false));
    await waitFor(() => expect(server.open).toHaveLength(0));
    const asked = server.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(server.asked.length).toBe(asked);
    server.now = task(2, "SUCCESS");
    await act(async () => show(true));
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
  });

  it("asks for a cancel and looks at once", async () => {
    const { server, fetch } = serving(task(1, "STARTED"));
    const { result } = renderHook(() => useTaskPolling(ID, { interval: 60_000 }), {
      wrapper: wrapper(fetch),
    });
    await waitFor(() => expect(result.current.taskStatus).toBe("STARTED"));
    server.now = task(3, "REVOKED");
    await act(() => result.current.cancel());
    expect(
      server.asked.some(({ method, url }) => method === "POST" && url.endsWith("/cancel")),
    ).toBe(true);
    await waitFor(() => expect(result.current.isError).toBe(true));
  });
});
