/** A task beside the list that it was chosen in. */
import { Link, useNavigate } from "@tanstack/react-router";
import type { Task, TaskEvent } from "../../client";
import { EventType } from "../../ui/EventType";
import { Loading, ProblemNotice } from "../../ui/Notice";
import { Status } from "../../ui/Status";
import { exact, moment } from "../../ui/wording";
import { ActOnTask } from "../acting/ActOnTask";
import { Cancel } from "../task/Cancel";
import { Errors } from "../task/Errors";
import { Facts } from "../task/Facts";
import { says } from "../task/says";
import { useEvents, useTask } from "../task/useTask";
import { Doing } from "../tasks/columns";

const NEWEST = 8;
const NONE: TaskEvent[] = [];

export function Peek({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const { task, query } = useTask(taskId);
  const events = useEvents(taskId, task?.version).data ?? NONE;
  const navigate = useNavigate();
  const params = { taskId };
  const toEvent = (version: number) =>
    void navigate({ to: "/tasks/$taskId", params, search: { version } });
  return (
    <aside
      aria-label="Selected task"
      data-peek={taskId}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="panel grid content-start gap-3 overflow-y-auto p-3 outline-offset-[-2px] max-lg:fixed max-lg:inset-x-2 max-lg:top-1/3 max-lg:bottom-2 max-lg:z-20 max-lg:shadow-raised lg:w-[340px] lg:shrink-0 xl:w-[440px]"
    >
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 text-lg font-semibold wrap-anywhere">
          {task?.task_name ?? "Task"}
        </h2>
        <Link className="button" to="/tasks/$taskId" params={params} title="Enter">
          Open
        </Link>
        <button type="button" className="button" onClick={onClose} title="Esc">
          Close
        </button>
      </div>
      {task ? (
        <>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Status status={task.status} />
            <Doing task={task} />
          </div>
          <Acts key={taskId} task={task} refresh={() => void query.refetch()} />
          <Errors task={task} events={events} onEvent={toEvent} />
          <Newest events={events} onEvent={toEvent} />
          <Facts task={task} events={events} onEvent={toEvent} />
        </>
      ) : query.error ? (
        <ProblemNotice problem={query.error} retry={() => void query.refetch()} />
      ) : (
        <Loading rows={6} />
      )}
    </aside>
  );
}

function Acts({ task, refresh }: { task: Task; refresh: () => void }) {
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      <ActOnTask task={task} onActed={refresh} />
      <Cancel task={task} onAsked={refresh} />
    </div>
  );
}

function Newest(props: { events: readonly TaskEvent[]; onEvent: (version: number) => void }) {
  return (
    <section aria-label="Newest events">
      <h3 className="mb-1 font-semibold">Newest events</h3>
      <ol className="panel divide-y divide-line">
        {props.events
          .slice(-NEWEST)
          .toReversed()
          .map((event) => (
            <li key={event.version} className="grid grid-cols-[1fr_auto] gap-x-2 px-2 py-1 text-xs">
              <button
                type="button"
                className="min-h-6 justify-self-start text-sm hover:underline"
                title={`Event ${event.version}`}
                onClick={() => props.onEvent(event.version)}
              >
                <EventType type={event.type} />
              </button>
              <time
                dateTime={event.recorded_at}
                title={exact(event.recorded_at)}
                className="self-center text-soft"
              >
                {moment(event.recorded_at)}
              </time>
              <span className="col-span-2 truncate text-soft" title={says(event)}>
                {says(event)}
              </span>
            </li>
          ))}
      </ol>
    </section>
  );
}
