import { Link } from "@tanstack/react-router";
import type { Worker } from "../../client";
import { Ago, Took } from "../../ui/Times";
import { counted, number } from "../../ui/wording";

/** One column on a narrow screen. */
export const GRID =
  "grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-1 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_96px_96px_minmax(0,1.6fr)] lg:items-start";

/** How many tasks are shown at first. */
const SHOWN = 5;

export function WorkerRow({ worker }: { worker: Worker }) {
  const alive = worker.state === "alive";
  return (
    <div
      role="row"
      data-worker={worker.worker}
      data-state={worker.state}
      className={`${GRID} border-b border-line px-3 py-2 last:border-b-0 hover:bg-hover sm:px-4`}
    >
      <div role="cell" className="min-w-0">
        <div className={`truncate font-medium ${alive ? "" : "text-soft"}`} title={worker.worker}>
          {worker.worker}
        </div>
        <div className="text-xs text-soft">
          <State worker={worker} /> · pid {worker.pid}
        </div>
      </div>
      <div role="cell" className="min-w-0 break-words">
        <span className="text-soft lg:hidden">{alive ? "consumes " : "consumed "}</span>
        {worker.queues.length > 0 ? (
          worker.queues.join(", ")
        ) : alive ? (
          <span className="text-retry">
            <span aria-hidden="true">◔ </span>none: not connected to the broker
          </span>
        ) : (
          <span className="text-soft">—</span>
        )}
      </div>
      <div role="cell" className="text-soft">
        <span className="lg:hidden">pool </span>
        {worker.pool ?? "—"}
      </div>
      <div role="cell" className={`text-soft ${alive ? "" : "max-lg:hidden"}`}>
        <Load worker={worker} />
      </div>
      <div role="cell" className={`min-w-0 ${worker.held === 0 ? "max-lg:hidden" : ""}`}>
        <Tasks worker={worker} />
      </div>
    </div>
  );
}

function State({ worker }: { worker: Worker }) {
  if (worker.gone_at === null) {
    return (
      <>
        <span className="text-success">
          <span aria-hidden="true">● </span>alive
        </span>{" "}
        since <Ago time={worker.began_at} />
      </>
    );
  }
  return (
    <>
      <span className={worker.state === "lost" ? "text-failure" : ""}>
        <span aria-hidden="true">{worker.state === "lost" ? "✕ " : "○ "}</span>
        {worker.state}
      </span>{" "}
      <Ago time={worker.gone_at} /> ago
    </>
  );
}

function Load({ worker }: { worker: Worker }) {
  if (worker.state !== "alive") return "—";
  const { running } = worker;
  const received = worker.held - running;
  return (
    <>
      {number(running)} of {worker.processes === null ? "?" : number(worker.processes)}
      <span className="lg:hidden"> running</span>
      {received > 0 && <span className="block text-xs">{number(received)} more received</span>}
    </>
  );
}

function Tasks({ worker }: { worker: Worker }) {
  const shown = worker.tasks.slice(0, SHOWN);
  if (shown.length === 0) {
    return (
      <span className="text-soft">{worker.held > 0 ? counted(worker.held, "task") : "—"}</span>
    );
  }
  return (
    <ul>
      {shown.map((task) => (
        <li key={task.task_id} className="flex items-baseline gap-2 max-lg:leading-7">
          <Link to="/tasks/$taskId" params={{ taskId: task.task_id }} className="truncate">
            {task.task_name}
          </Link>
          <span className="text-xs whitespace-nowrap text-soft">
            {worker.state === "lost" ? (
              "when it was lost"
            ) : task.started_at ? (
              <Took from={task.started_at} to={null} />
            ) : (
              "received"
            )}
          </span>
        </li>
      ))}
      {worker.held > shown.length && (
        <li className="text-xs text-soft">and {number(worker.held - shown.length)} more</li>
      )}
    </ul>
  );
}
