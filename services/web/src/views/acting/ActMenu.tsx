import { useRef, useState } from "react";
import { mayOperate, useSession } from "../../shell/session";
import { usePopover } from "../../ui/usePopover";
import { counted, moment, number } from "../../ui/wording";
import { ActionProgress } from "./ActionProgress";
import { ActOnMany } from "./ActOnMany";
import { ACTS, type Kind } from "./acts";
import { selection, useSelected } from "./selection";
import { type Target, useRecentActions } from "./useActions";

const KINDS: Kind[] = ["rerun", "retry", "cancel", "comment"];

/** Acts on the selected tasks of a list, or on all that match it. */
export function ActMenu(props: { projectId: string | null; query: string }) {
  const details = useRef<HTMLDetailsElement>(null);
  usePopover(details);
  const session = useSession();
  const selected = useSelected();
  const [opened, setOpened] = useState(false);
  const [asked, setAsked] = useState<{ kind: Kind; target: Target } | null>(null);
  const [watched, setWatched] = useState<string | null>(null);
  const recent = useRecentActions(opened);
  if (!mayOperate(session.data)) return null;
  const close = () => {
    if (details.current) details.current.open = false;
  };
  const ask = (kind: Kind) => {
    const target: Target =
      selected.length > 0
        ? { projectId: props.projectId, taskIds: selected }
        : { projectId: props.projectId, query: props.query };
    close();
    setAsked({ kind, target });
  };
  return (
    <>
      <details
        ref={details}
        className="relative"
        onToggle={(event) => setOpened(event.currentTarget.open)}
      >
        <summary className="button list-none text-xs" data-act>
          {selected.length > 0 ? `Act on ${number(selected.length)} selected` : "Act on all"}
        </summary>
        <div className="panel absolute left-0 z-20 mt-1 grid w-80 gap-2 bg-raised p-2 text-sm shadow-raised max-sm:fixed max-sm:inset-x-3 max-sm:w-auto">
          <p className="px-2 text-soft">
            {selected.length > 0
              ? `With ${counted(selected.length, "selected task")}:`
              : "With all tasks that match this list:"}
          </p>
          <div className="grid gap-0.5">
            {KINDS.map((kind) => (
              <button
                key={kind}
                type="button"
                className="flex min-h-7 items-baseline gap-2 rounded px-2 py-1 text-left hover:bg-hover"
                onClick={() => ask(kind)}
              >
                <span className="font-medium">{ACTS[kind].name}…</span>
                <span className="text-xs text-soft">{ACTS[kind].applies}</span>
              </button>
            ))}
          </div>
          {recent.data !== undefined && recent.data.length > 0 && (
            <ul className="grid gap-0.5 border-t border-line pt-2" aria-label="Recent actions">
              {recent.data.map((action) => (
                <li key={action.id}>
                  <button
                    type="button"
                    className="flex min-h-7 w-full items-baseline gap-2 rounded px-2 text-left hover:bg-hover"
                    onClick={() => {
                      close();
                      setWatched(action.id);
                    }}
                  >
                    <span>
                      {number(action.done)} of {number(action.tasks)} {ACTS[action.kind].was}
                    </span>
                    <span className="ml-auto text-xs text-soft">
                      {action.ended_at
                        ? `${action.actor}, ${moment(action.ended_at)}`
                        : `${action.actor}, working`}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      </details>
      {selected.length > 0 && (
        <button type="button" className="button text-xs" onClick={() => selection.clear()}>
          Clear selection
        </button>
      )}
      {asked && (
        <ActOnMany
          kind={asked.kind}
          target={asked.target}
          onClose={() => {
            setAsked(null);
            selection.clear();
          }}
        />
      )}
      {watched && <ActionProgress id={watched} onClose={() => setWatched(null)} />}
    </>
  );
}
