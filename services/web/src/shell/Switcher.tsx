import { useState } from "react";
import { number } from "../ui/wording";
import { Part } from "./Part";
import { PROJECT_PICKER } from "./parts";
import { useProject } from "./projects";

/** Shows the project and opens the choice of another one. */
export function Switcher({ projectId }: { projectId: string | null }) {
  const [open, setOpen] = useState(false);
  const project = useProject(projectId).data;
  const name = projectId === null ? "All projects" : (project?.name ?? projectId);
  const events = project?.hidden?.new_events ?? 0;
  return (
    <>
      <button
        type="button"
        aria-label={`Project: ${name}`}
        aria-haspopup="dialog"
        className="button max-w-44 min-w-24 justify-between font-medium sm:max-w-60"
        title={project?.description ?? name}
        onClick={() => setOpen(true)}
      >
        <span className="truncate">{name}</span>
        <span aria-hidden="true">▾</span>
      </button>
      {project?.hidden && (
        <span data-hidden className={`text-xs ${events > 0 ? "text-retry" : "text-soft"}`}>
          hidden{events > 0 && ` · ${number(events)} new events`}
        </span>
      )}
      {open && <Part of={PROJECT_PICKER} with={{ projectId, onClose: () => setOpen(false) }} />}
    </>
  );
}
