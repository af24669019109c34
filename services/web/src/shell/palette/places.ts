/** What the palette can go to or do, by name. */
import type { useNavigate } from "@tanstack/react-router";
import type { Project, SavedView } from "../../client";
import { withZone } from "../../ui/query/zoned";
import { isTaskId, zone } from "../../ui/wording";
import { chooseZone, zoneChosen } from "../../ui/zone";
import { searchOf } from "../../views/tasks/savedViews";
import { setTheme, type Theme } from "../theme";
import type { AddedView } from "../views";

export interface Choice {
  key: string;
  says: string;
  kind: "task" | "search" | "view" | "saved view" | "project" | "setting";
  act: () => void;
}

const AT_MOST = 12;

const OF_PROJECT = [
  ["Tasks", ""],
  ["Failures", "/failures"],
  ["Charts", "/charts"],
  ["Timeline", "/timeline"],
] as const;

const OF_ALL = [
  ["Projects", "/"],
  ["Tasks of all projects", "/tasks"],
  ["Failures of all projects", "/failures"],
  ["Charts of all projects", "/charts"],
  ["Queues", "/queues"],
  ["Workers", "/workers"],
  ["Schedules", "/schedules"],
  ["Notifications", "/notifications"],
] as const;

const THEMES: readonly Theme[] = ["light", "dark", "auto"];

export interface Known {
  projectId: string | null;
  projects: readonly Project[];
  added: readonly AddedView[];
  saved: readonly SavedView[];
  /** Whether tokens may be administered. */
  administers: boolean;
  navigate: ReturnType<typeof useNavigate>;
}

/** Every choice that has all words of `text`, views first; a task or a search by the text itself. */
export function choicesFor(text: string, known: Known): Choice[] {
  const { projectId, navigate } = known;
  const typed = text.trim();
  if (isTaskId(typed)) {
    const taskId = typed.toLowerCase();
    return [
      {
        key: "task",
        says: `Task ${taskId}`,
        kind: "task",
        act: () => void navigate({ to: "/tasks/$taskId", params: { taskId } }),
      },
    ];
  }
  const words = typed.toLowerCase().split(/\s+/);
  const found = placesOf(known).filter(({ says, kind }) => {
    const name = `${says} ${kind}`.toLowerCase();
    return words.every((word) => name.includes(word));
  });
  const shown = found.slice(0, AT_MOST);
  if (typed === "") return shown;
  const search = { query: withZone(typed) };
  const searching: Choice = {
    key: "search",
    says: `Search tasks for ${typed}`,
    kind: "search",
    act: () =>
      void (projectId === null
        ? navigate({ to: "/tasks", search })
        : navigate({ to: "/projects/$projectId", params: { projectId }, search })),
  };
  return [...shown, searching];
}

function placesOf(known: Known): Choice[] {
  const { projectId, projects, added, saved, navigate } = known;
  const places: Choice[] = [];
  const add = (kind: Choice["kind"], says: string, act: () => void) =>
    places.push({ key: `${kind} ${says}`, says, kind, act });
  if (projectId !== null) {
    const params = { projectId };
    for (const [title, to] of OF_PROJECT)
      add("view", title, () => void navigate({ to: `/projects/$projectId${to}`, params }));
    for (const { name: view, title } of added)
      add("view", title, () => {
        void navigate({ to: "/projects/$projectId/$view", params: { projectId, view } });
      });
    for (const view of saved)
      add("saved view", view.name, () => {
        void navigate({ to: "/projects/$projectId", params, search: searchOf(view) });
      });
  }
  for (const [title, to] of OF_ALL) add("view", title, () => void navigate({ to }));
  if (known.administers) add("view", "Tokens", () => void navigate({ to: "/tokens" }));
  const other = zoneChosen() === "utc" ? "local" : "utc";
  add("setting", `Show times in ${zone(Date.now(), other)}`, () => chooseZone(other));
  for (const theme of THEMES)
    add("setting", theme === "auto" ? "Theme of the system" : `Theme: ${theme}`, () =>
      setTheme(theme),
    );
  for (const { id, name } of projects)
    add("project", name === id ? id : `${name} (${id})`, () => {
      void navigate({ to: "/projects/$projectId", params: { projectId: id } });
    });
  return places;
}
