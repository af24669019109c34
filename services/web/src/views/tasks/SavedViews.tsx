import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { Problem } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { Confirm } from "../../ui/Confirm";
import { usePopover } from "../../ui/usePopover";
import { NAME, searchOf, useSavedViews, viewOf } from "./savedViews";
import type { TasksSearch, Wanted } from "./search";

/** Opens the project's saved views, and saves the list as one. */
export function SavedViews(props: {
  projectId: string;
  wanted: Wanted;
  columns: TasksSearch["columns"];
}) {
  const { projectId } = props;
  const details = useRef<HTMLDetailsElement>(null);
  usePopover(details);
  const [opened, setOpened] = useState(false);
  const [problem, setProblem] = useState("");
  const [deleting, setDeleting] = useState<string | null>(null);
  const { views, error, put, remove } = useSavedViews(projectId, opened);
  const mayChange = mayOperate(useSession().data);
  const view = viewOf(props.wanted, props.columns);
  const trying = async (act: () => Promise<void>) => {
    setProblem("");
    try {
      await act();
    } catch (refused) {
      setProblem(refused instanceof Problem ? refused.message : String(refused));
    }
  };
  return (
    <details
      ref={details}
      className="relative"
      onToggle={(event) => event.currentTarget.open && setOpened(true)}
    >
      <summary className="button list-none text-xs">Views</summary>
      <div className="panel absolute left-0 z-20 mt-1 grid w-80 gap-2 bg-raised p-2 text-sm shadow-raised max-sm:fixed max-sm:inset-x-3 max-sm:w-auto">
        <ul aria-label="Saved views" className="grid max-h-80 gap-0.5 overflow-y-auto">
          {views?.map((saved) => (
            <li
              key={saved.name}
              className="flex items-center gap-2 rounded px-2 py-1 hover:bg-hover"
            >
              <Link
                to="/projects/$projectId"
                params={{ projectId }}
                search={searchOf(saved)}
                className="min-w-0 flex-1 leading-6"
                title={`Saved by ${saved.saved_by}`}
                onClick={() => {
                  if (details.current) details.current.open = false;
                }}
              >
                <span className="block truncate font-medium">{saved.name}</span>
                <span className="block truncate font-mono text-xs text-soft">
                  {saved.query || "all tasks"}
                </span>
              </Link>
              {mayChange && (
                <button
                  type="button"
                  className="button px-2 text-xs"
                  aria-label={`Delete view ${saved.name}`}
                  onClick={() => setDeleting(saved.name)}
                >
                  Delete
                </button>
              )}
            </li>
          ))}
        </ul>
        {views?.length === 0 && <p className="px-2 text-soft">No saved views in this project.</p>}
        {(problem || error) && (
          <p role="alert" className="px-2 text-failure">
            {problem || error?.message}
          </p>
        )}
        {deleting !== null && (
          <Confirm
            title={`Delete the view ${deleting}?`}
            action="Delete view"
            keep="Keep view"
            onConfirm={() => void trying(() => remove(deleting))}
            onClose={() => setDeleting(null)}
          >
            It is deleted for everybody in this project. Links to its tasks still work.
          </Confirm>
        )}
        {mayChange && (
          <form
            className="flex gap-2 border-t border-line pt-2"
            onSubmit={(event) => {
              event.preventDefault();
              const form = event.currentTarget;
              const name = String(new FormData(form).get("name")).trim();
              if (name) void trying(() => put(name, view)).then(() => form.reset());
            }}
          >
            <input
              name="name"
              aria-label="Name of the view"
              placeholder="Name of this view"
              className="field min-w-0 flex-1"
              maxLength={100}
              pattern={NAME}
              title="A name without /, other than . and .."
              required
              autoComplete="off"
            />
            <button type="submit" className="button">
              Save view
            </button>
          </form>
        )}
      </div>
    </details>
  );
}
