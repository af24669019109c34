import { describe, expect, it } from "vitest";
import { arranged } from "./tree";

const task = (task_id: string, parent_id: string | null = null) => ({ task_id, parent_id });
const told = (tasks: ReturnType<typeof task>[], root: string) =>
  arranged(tasks, root).map((each) => `${each.depth}${each.task.task_id}`);

describe("a tree of work", () => {
  it("has each task under the one that enqueued it", () => {
    const tasks = [task("r"), task("a", "r"), task("b", "r"), task("c", "a")];
    expect(told(tasks, "r")).toEqual(["0r", "1a", "2c", "1b"]);
  });

  it("has steps, and what came from tasks that are not shown, under the first one", () => {
    expect(told([task("r"), task("step"), task("x", "gone")], "r")).toEqual(["0r", "1step", "1x"]);
  });

  it("is a list where its first task is not known", () => {
    expect(told([task("a", "r"), task("b", "a")], "r")).toEqual(["0a", "1b"]);
  });
});
