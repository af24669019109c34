import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Problem } from "../../client";
import { Dialog } from "../../ui/Dialog";
import { Progress } from "../../ui/Progress";
import { number, short } from "../../ui/wording";
import { ACTS, outcomeSays } from "./acts";
import { useAction } from "./useActions";

/** An action's progress and the tasks it skipped. */
export function ActionProgress({ id, onClose }: { id: string; onClose: () => void }) {
  const { action, error, stop } = useAction(id);
  const [refused, setRefused] = useState("");
  if (!action) {
    return (
      <Dialog title="Action" className="w-[28rem]" onClose={onClose}>
        <p className="mt-1 text-soft">{error?.message ?? "Loading…"}</p>
      </Dialog>
    );
  }
  const looked = Object.values(action.outcomes).reduce((sum, count) => sum + count, 0);
  const stopped = action.stopped_at !== null;
  const state = stopped ? "Stopped" : action.ended_at ? "Ended" : "Working";
  return (
    <Dialog title={ACTS[action.kind].name} className="w-[28rem]" onClose={onClose}>
      <div className="mt-1 grid gap-2 text-soft" role="status" data-action={state.toLowerCase()}>
        <p className="flex flex-wrap items-center gap-x-3">
          <span className="text-ink">
            {state}: {number(action.done)} of {number(action.tasks)} {ACTS[action.kind].was}
          </span>
          {!action.ended_at && (
            <Progress percent={(100 * looked) / action.tasks} label="Tasks processed" />
          )}
        </p>
        {Object.entries(action.outcomes)
          .filter(([outcome]) => outcome !== "done")
          .map(([outcome, count]) => (
            <p key={outcome}>
              {number(count)} left alone: {outcomeSays(outcome)}
            </p>
          ))}
        {action.refused.length > 0 && (
          <p className="flex flex-wrap gap-x-3 text-xs">
            {action.refused.slice(0, 5).map((task) => (
              <Link
                key={task.task_id}
                to="/tasks/$taskId"
                params={{ taskId: task.task_id }}
                className="font-mono leading-6"
                title={task.detail ?? outcomeSays(task.outcome)}
              >
                {short(task.task_id)}
              </Link>
            ))}
          </p>
        )}
        {!action.ended_at && <p>It continues if this page is closed.</p>}
      </div>
      {refused && (
        <p role="alert" className="mt-2 text-failure">
          {refused}
        </p>
      )}
      <form method="dialog" className="mt-3 flex justify-end gap-2">
        {!action.ended_at && !stopped && (
          <button
            type="button"
            className="button"
            onClick={() =>
              void stop(id).catch((problem: unknown) =>
                setRefused(problem instanceof Problem ? problem.message : String(problem)),
              )
            }
          >
            Stop
          </button>
        )}
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </Dialog>
  );
}
