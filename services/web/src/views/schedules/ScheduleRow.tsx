import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { answered, Problem, type Schedule, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { Confirm } from "../../ui/Confirm";
import { Ago, Countdown } from "../../ui/Times";

/** Two columns on a narrow screen. */
export const GRID =
  "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 lg:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,0.8fr)_88px_104px_104px] lg:items-center";

export function ScheduleRow(props: { schedule: Schedule; onAsked: () => void }) {
  const { schedule } = props;
  return (
    <div
      role="row"
      data-schedule={schedule.name}
      className={`${GRID} border-b border-line px-3 py-2 last:border-b-0 hover:bg-hover sm:px-4`}
    >
      <div role="cell" className="min-w-0">
        <div className="truncate font-medium" title={schedule.name}>
          {schedule.name}
        </div>
        <div className="truncate text-xs text-soft" title={schedule.task ?? ""}>
          {schedule.task}
        </div>
        {schedule.failure && (
          <div className="text-xs text-failure">
            <span aria-hidden="true">✕ </span>could not be started: {schedule.failure}
          </div>
        )}
      </div>
      <div role="cell" className="min-w-0 text-soft max-lg:order-3 lg:truncate">
        {schedule.schedule ?? "—"}
      </div>
      <div role="cell" className="min-w-0 truncate text-soft max-lg:order-4 max-lg:text-right">
        {schedule.project_id === null ? (
          "untracked"
        ) : (
          <Link
            to="/projects/$projectId"
            params={{ projectId: schedule.project_id }}
            className="text-soft max-lg:inline-block max-lg:leading-7"
          >
            {schedule.project_id}
          </Link>
        )}
      </div>
      <div role="cell" className="text-soft max-lg:order-5 lg:text-right">
        {schedule.last_run_at && <span className="lg:hidden">last </span>}
        {!schedule.last_run_at && !schedule.last_task_id && (
          <span className="lg:hidden">never started</span>
        )}
        {!schedule.last_run_at && schedule.last_task_id && (
          <span className="lg:hidden">started </span>
        )}
        <Last schedule={schedule} />
        {schedule.last_run_at && <span className="lg:hidden"> ago</span>}
      </div>
      <div role="cell" className="text-right text-soft max-lg:order-6">
        <Next schedule={schedule} />
      </div>
      <div role="cell" className="text-right max-lg:order-2">
        <StartNow schedule={schedule} onAsked={props.onAsked} />
      </div>
    </div>
  );
}

function Last({ schedule }: { schedule: Schedule }) {
  const last = schedule.last_run_at ? (
    <Ago time={schedule.last_run_at} />
  ) : (
    <span className="max-lg:hidden">never</span>
  );
  if (!schedule.last_task_id) return last;
  return (
    <Link
      to="/tasks/$taskId"
      params={{ taskId: schedule.last_task_id }}
      className="max-lg:inline-block max-lg:leading-7 max-lg:underline"
      aria-label={`Last task of ${schedule.name}`}
    >
      {schedule.last_run_at ? last : "by hand"}
    </Link>
  );
}

function Next({ schedule }: { schedule: Schedule }) {
  if (!schedule.watched || schedule.next_run_at === null) {
    return (
      <span className="text-retry" title="No beat has looked at this entry within a minute">
        <span aria-hidden="true">◔ </span>no beat runs
      </span>
    );
  }
  return (
    <>
      <span className="lg:hidden">next in </span>
      <Countdown due={schedule.next_run_at} />
    </>
  );
}

function StartNow({ schedule, onAsked }: { schedule: Schedule; onAsked: () => void }) {
  const client = useLedgerClient();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState("");
  if (!mayOperate(session.data)) return null;
  if (schedule.asked_by) {
    return <span className="text-xs text-soft">start requested by {schedule.asked_by}</span>;
  }
  const send = async () => {
    setRefused("");
    try {
      await answered(
        client.POST("/schedules/{name}/start", { params: { path: { name: schedule.name } } }),
      );
      onAsked();
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
    }
  };
  return (
    <>
      <button
        type="button"
        className="button text-xs"
        aria-label={`Start now: ${schedule.name}`}
        onClick={() => setAsking(true)}
      >
        Start now
      </button>
      {refused && (
        <span role="alert" className="block text-xs text-failure">
          {refused}
        </span>
      )}
      {asking && (
        <Confirm
          title={`Start ${schedule.name} now?`}
          action="Start now"
          keep="Not now"
          onConfirm={() => void send()}
          onClose={() => setAsking(false)}
        >
          A beat starts one more task within a few seconds, with you as its actor. The schedule does
          not change. The access log records who asked.
        </Confirm>
      )}
    </>
  );
}
