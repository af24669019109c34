/** Goes to a task, project, view or saved view by name, and changes settings. */
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useSavedViews } from "../../views/tasks/savedViews";
import { useAddedViews } from "../addedViews";
import { useProjects } from "../projects";
import { mayAdminister, useSession } from "../session";
import { usePaused } from "../usePaused";
import { type Choice, choicesFor } from "./places";

/** What of the text may name a project: without the word before or after it that says so. */
function namedIn(text: string): string {
  return text.trim().replace(/^projects?(\s+|$)|\s+projects?$/i, "");
}

export function Palette(props: { projectId: string | null; onClose: () => void }) {
  const { projectId, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const choices = choicesFor(text, {
    projectId,
    projects: useProjects(usePaused(namedIn(text)), 12).data?.projects ?? [],
    added: useAddedViews(),
    saved: useSavedViews(projectId ?? "", projectId !== null).views ?? [],
    administers: mayAdminister(useSession().data),
    navigate: useNavigate(),
  });
  const take = (choice: Choice | undefined) => {
    if (!choice) return;
    dialog.current?.close();
    choice.act();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && choices.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + choices.length) % choices.length);
    }
  };
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-label="Go to"
      className="panel mx-auto mt-20 w-[min(560px,calc(100vw-24px))] p-2 text-ink shadow-raised backdrop:bg-[rgb(0_0_0/40%)]"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          take(choices[chosen]);
        }}
      >
        <input
          type="text"
          role="combobox"
          aria-label="Go to a task, project or view"
          aria-expanded={choices.length > 0}
          aria-controls={`${id}-choices`}
          aria-activedescendant={choices.length > 0 ? `${id}-${chosen}` : undefined}
          placeholder="Task ID, project, view, saved view, setting"
          className="field w-full"
          maxLength={300}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </form>
      <div id={`${id}-choices`} role="listbox" aria-label="Choices" className="mt-1">
        {choices.map((choice, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={choice.key}
            id={`${id}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === chosen}
            className={`flex min-h-7 items-center gap-3 rounded px-2 ${place === chosen ? "bg-mark" : "hover:bg-hover"}`}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(choice)}
          >
            <span className="min-w-0 flex-1 truncate">{choice.says}</span>
            <span className="text-xs text-soft">{choice.kind}</span>
          </div>
        ))}
      </div>
    </dialog>
  );
}
