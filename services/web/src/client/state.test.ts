import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NewestTasks, ServerClock, type Task } from ".";

const task = (version: number) => ({ task_id: "t", version }) as Task;

describe("NewestTasks", () => {
  it("keeps the newest version, whatever comes last", () => {
    const tasks = new NewestTasks();
    const heard = vi.fn();
    tasks.subscribe("t", heard);
    tasks.put(task(3));
    expect(tasks.put(task(2)).version).toBe(3);
    expect(tasks.get("t")?.version).toBe(3);
    tasks.put(task(3));
    expect(heard).toHaveBeenCalledTimes(1);
  });
});

describe("ServerClock", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is the server's, however wrong this machine's is", () => {
    const clock = new ServerClock();
    clock.observe(new Date(9_000_000).toISOString(), 1_000_000, 1_000_200);
    expect(clock.now() - Date.now()).toBe(9_000_000 - 1_000_100);
  });

  it("keeps the answer that came fastest", () => {
    const clock = new ServerClock();
    clock.observe(new Date(1_000_050).toISOString(), 1_000_000, 1_000_020);
    clock.observe(new Date(1_009_000).toISOString(), 1_000_000, 1_004_000);
    expect(clock.now() - Date.now()).toBe(40);
  });

  it("takes a slower answer when the fast one is old", () => {
    const clock = new ServerClock();
    clock.observe(new Date(1_000_050).toISOString(), 1_000_000, 1_000_020);
    const later = 1_000_000 + 11 * 60_000;
    clock.observe(new Date(later + 5_000).toISOString(), later, later + 200);
    expect(clock.now() - Date.now()).toBe(4_900);
  });
});
