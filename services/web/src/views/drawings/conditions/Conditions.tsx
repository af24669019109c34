import { useState } from "react";
import type { Task } from "../../../client";
import { Loading, ProblemNotice } from "../../../ui/Notice";
import { counted } from "../../../ui/wording";
import { quantity } from "../page/marks";
import { type Condition, useConditions } from "../queries";
import { TaskLine } from "../TaskLine";
import { depth, type UnitSystem, useUnitSystem } from "../unitSystem";
import { useTasksOf } from "../useDrawingTasks";
import { NewCondition } from "./NewCondition";

/** What is measured in the project, and what it amounts to. */
export function Conditions(props: { projectId: string; mayOperate: boolean }) {
  const conditions = useConditions(props.projectId);
  const system = useUnitSystem(props.projectId);
  const [making, setMaking] = useState(false);
  return (
    <section aria-labelledby="conditions" className="panel">
      <header className="flex items-center gap-2 border-b border-line px-4 py-1.5">
        <h2 id="conditions" className="font-semibold">
          Conditions
        </h2>
        {props.mayOperate && (
          <button
            type="button"
            className="button ml-auto"
            aria-expanded={making}
            onClick={() => setMaking(!making)}
          >
            New condition
          </button>
        )}
      </header>
      {making && (
        <NewCondition projectId={props.projectId} system={system} onDone={() => setMaking(false)} />
      )}
      {conditions.data === undefined ? (
        conditions.error ? (
          <ProblemNotice problem={conditions.error} retry={() => void conditions.refetch()} />
        ) : (
          <Loading rows={2} />
        )
      ) : conditions.data.conditions.length === 0 ? (
        <p className="px-4 py-3 text-soft">
          No conditions yet. A condition is what to measure, such as the volume of “5 in slab on
          grade”. “Measure everything” on a page creates the conditions that it needs.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {conditions.data.conditions.map((condition) => (
            <Line key={condition.id} condition={condition} system={system} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ condition, system }: { condition: Condition; system: UnitSystem }) {
  const [task] = useTasksOf(condition.id);
  return (
    <li className="px-4 py-1.5" data-condition={condition.id}>
      <div className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium" title={condition.name}>
          {condition.name}
        </span>
        <span className="font-semibold whitespace-nowrap" data-total>
          {quantity(condition.total_quantity, condition.unit)}
        </span>
      </div>
      <div className="flex gap-2 text-xs text-soft">
        <span className="flex-1">
          {condition.measurement_type}
          {condition.depth_in !== null && `, ${depth(condition.depth_in, system)} deep`}
        </span>
        <span>{counted(condition.measurement_count, "measurement")}</span>
      </div>
      {task && <BatchTask task={task} />}
    </li>
  );
}

/** The newest batch about a condition: also which pages it could not queue, and why. */
function BatchTask({ task }: { task: Task }) {
  const result = (task.result ?? {}) as { pages_queued?: number; failed?: Record<string, string> };
  const failed = Object.entries(result.failed ?? {});
  return (
    <div className="mt-1 border-t border-line pt-1 text-xs">
      <TaskLine task={task}>
        {task.status === "SUCCESS" && (
          <p className="text-soft">
            {result.pages_queued ?? 0} queued
            {failed.length > 0 && `, ${failed.length} failed`}
          </p>
        )}
        {failed.slice(0, 3).map(([id, why]) => (
          <p key={id} className="break-words text-failure">
            {why}
          </p>
        ))}
      </TaskLine>
    </div>
  );
}
