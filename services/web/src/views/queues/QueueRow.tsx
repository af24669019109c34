import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Queue } from "../../client";
import { Ago } from "../../ui/Times";
import { counted, number } from "../../ui/wording";
import { PauseButton } from "./PauseButton";

/** Two columns on a narrow screen. */
export const GRID =
  "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 lg:grid-cols-[minmax(0,1fr)_72px_72px_72px_72px_80px_72px_80px_88px] lg:items-center";

export function QueueRow({ queue, onChanged }: { queue: Queue; onChanged: () => void }) {
  const waiting = `${number(queue.waiting)}${queue.more ? "+" : ""}`;
  return (
    <div
      role="row"
      data-queue={queue.queue}
      className={`${GRID} border-b border-line px-3 py-2 last:border-b-0 hover:bg-hover sm:px-4 ${
        queue.no_worker ? "shadow-[inset_2px_0_0_var(--color-failure)]" : ""
      }`}
    >
      <div role="cell" className="min-w-0 max-lg:order-1">
        <div className="truncate font-medium" title={queue.queue}>
          {queue.queue}
        </div>
        {queue.no_worker && (
          <div className="text-failure" data-no-worker>
            <span aria-hidden="true">▲ </span>No worker consumes this queue
          </div>
        )}
        {queue.pause && (
          <div className="text-xs break-words text-soft">
            <span className="text-retry">
              <span aria-hidden="true">‖ </span>paused
            </span>{" "}
            <Ago time={queue.pause.at} /> ago by {queue.pause.by}: {queue.pause.reason}
          </div>
        )}
      </div>
      <Cell name="waiting" order="max-lg:order-3">
        {queue.waiting > 0 ? (
          <Link
            to="/tasks"
            search={{ query: `queue:${quoted(queue.queue)} is:open`, order: "oldest" }}
            className="font-medium max-lg:leading-7 max-lg:underline"
            aria-label={`Show ${counted(queue.waiting, "waiting task")}`}
          >
            {waiting}
          </Link>
        ) : (
          waiting
        )}
      </Cell>
      <Cell before="first waits" order="max-lg:order-4" empty={!queue.first_due_at}>
        {queue.first_due_at ? <Ago time={queue.first_due_at} /> : "—"}
      </Cell>
      <Cell name="later" order="max-lg:order-5" empty={queue.later === 0}>
        {number(queue.later)}
      </Cell>
      <Cell name="blocked" order="max-lg:order-6" empty={queue.blocked === 0}>
        {number(queue.blocked)}
      </Cell>
      <Cell name="in broker" order="max-lg:order-7" empty={!queue.depth}>
        <InBroker queue={queue} />
      </Cell>
      <Cell name={queue.workers === 1 ? "worker" : "workers"} order="max-lg:order-8">
        <Link to="/workers" className="max-lg:leading-7 max-lg:underline">
          {number(queue.workers)}
        </Link>
      </Cell>
      <Cell
        name={queue.processes === 1 ? "process" : "processes"}
        order="max-lg:order-9"
        empty={queue.processes === 0}
      >
        {number(queue.processes)}
      </Cell>
      <div role="cell" className="text-right max-lg:order-2">
        <PauseButton queue={queue} onChanged={onChanged} />
      </div>
    </div>
  );
}

/** A number, with its name where there are no column heads; `empty` ones are left out there. */
function Cell(props: {
  name?: string;
  before?: string;
  order: string;
  empty?: boolean;
  children: ReactNode;
}) {
  return (
    <div
      role="cell"
      className={`text-soft max-lg:leading-7 lg:text-right ${props.order} ${
        props.empty ? "max-lg:hidden" : ""
      }`}
    >
      <span className="lg:hidden">{props.before} </span>
      {props.children}
      <span className="lg:hidden"> {props.name}</span>
    </div>
  );
}

function InBroker({ queue }: { queue: Queue }) {
  if (!queue.depth) return "—";
  const { messages, consumers } = queue.depth;
  const told = consumers === null ? "" : `, ${counted(consumers, "consumer")}`;
  return (
    <span title={`Queried in the broker at ${queue.depth.asked_at}${told}`}>
      {messages === null ? "none" : number(messages)}
    </span>
  );
}

/** In the query language. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name)
    ? name
    : `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
