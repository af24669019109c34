/** Switches the project and keeps the kind of view. */
import { useMatches, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Dialog } from "../ui/Dialog";
import { useProjects } from "./projects";
import { usePaused } from "./usePaused";

const AT_MOST = 50;

/** The view of all projects that corresponds to a project's view. */
const OF_ALL: Partial<Record<string, "/tasks" | "/failures" | "/charts">> = {
  "/projects/$projectId": "/tasks",
  "/projects/$projectId/failures": "/failures",
  "/projects/$projectId/charts": "/charts",
};

function useSwitch(): (projectId: string | null) => void {
  const navigate = useNavigate();
  const at = useMatches({ select: (matches) => matches.at(-1) });
  const view = at?.routeId ?? "";
  return (projectId) => {
    if (projectId === null) {
      void navigate({ to: OF_ALL[view] ?? "/" });
      return;
    }
    const params = { projectId };
    if (view === "/failures" || view === "/projects/$projectId/failures")
      void navigate({ to: "/projects/$projectId/failures", params });
    else if (view === "/charts" || view === "/projects/$projectId/charts")
      void navigate({ to: "/projects/$projectId/charts", params });
    else if (view === "/projects/$projectId/timeline") void navigate({ to: view, params });
    else if (view === "/projects/$projectId/$view")
      void navigate({ to: view, params: { ...at?.params, projectId } as never });
    else void navigate({ to: "/projects/$projectId", params });
  };
}

export function ProjectPicker(props: { projectId: string | null; onClose: () => void }) {
  const [text, setText] = useState("");
  const [moved, setMoved] = useState(0);
  const [entered, setEntered] = useState(false);
  const search = usePaused(text.trim());
  const found = useProjects(search, AT_MOST);
  const open = useSwitch();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const projects = found.data?.projects ?? [];
  const choices = [
    ...(search === "" ? [{ id: null, name: "All projects" }] : []),
    ...projects.map((each) => ({ id: each.id as string | null, name: each.name })),
  ];
  // An answer may list fewer than there were when an arrow was pressed.
  const chosen = Math.max(0, Math.min(moved, choices.length - 1));
  // What is listed answers another text until the pause is over.
  const current = search === text.trim() && !found.isPlaceholderData && !found.isPending;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen option scrolls into view
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen, found.data]);
  const take = (place: number) => {
    const choice = choices[place];
    if (!choice) return;
    props.onClose();
    open(choice.id);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: Enter waits for what it takes from
  useEffect(() => {
    if (!entered || !current) return;
    setEntered(false);
    take(chosen);
  }, [entered, current]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && choices.length > 0) {
      event.preventDefault();
      setMoved((chosen + step + choices.length) % choices.length);
    }
  };
  return (
    <Dialog
      title="Switch project"
      className="w-[min(440px,calc(100vw-24px))]"
      onClose={props.onClose}
    >
      <form
        className="mt-2"
        onSubmit={(event) => {
          event.preventDefault();
          setEntered(true);
        }}
      >
        <input
          type="text"
          role="combobox"
          aria-label="Search projects"
          aria-expanded={choices.length > 0}
          aria-controls={`${id}-choices`}
          aria-activedescendant={choices.length > 0 ? `${id}-${chosen}` : undefined}
          placeholder="Id or name"
          className="field w-full"
          maxLength={300}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setMoved(0);
            setEntered(false);
          }}
          onKeyDown={onKeyDown}
        />
      </form>
      <div
        ref={list}
        id={`${id}-choices`}
        role="listbox"
        aria-label="Projects"
        className="mt-2 max-h-[50vh] overflow-y-auto"
      >
        {choices.map((choice, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={choice.id ?? ""}
            id={`${id}-${place}`}
            role="option"
            tabIndex={-1}
            data-project={choice.id ?? ""}
            aria-selected={place === chosen}
            className={`flex min-h-7 items-center gap-3 rounded px-2 ${place === chosen ? "bg-mark" : "hover:bg-hover"}`}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(place)}
          >
            <span className="min-w-0 flex-1 truncate">{choice.name}</span>
            {choice.id !== null && choice.id !== choice.name && (
              <span className="max-w-40 truncate font-mono text-xs text-soft">{choice.id}</span>
            )}
            {choice.id === props.projectId && <span className="text-xs text-soft">current</span>}
          </div>
        ))}
      </div>
      <p role="status" className="mt-2 text-xs text-soft">
        {found.error
          ? found.error.message
          : found.data === undefined
            ? "Loading…"
            : choices.length === 0
              ? found.data.next === null
                ? "No project matches."
                : "Not found among the first 100,000 projects. The view of projects searches all."
              : found.data.next !== null
                ? `The first ${projects.length} are shown. Type to find others.`
                : ""}
      </p>
    </Dialog>
  );
}
