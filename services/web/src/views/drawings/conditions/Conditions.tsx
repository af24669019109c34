import { useState } from "react";
import type { Task } from "../../../client";
import { Loading, ProblemNotice } from "../../../ui/Notice";
import { takeoffFile, useConditions } from "../queries";
import { TaskLine } from "../TaskLine";
import { UndoButtons } from "../UndoButtons";
import { useUnitSystem } from "../unitSystem";
import { useTasksOf } from "../useDrawingTasks";
import { ConditionLine } from "./ConditionLine";
import { NewCondition } from "./NewCondition";
import { Units } from "./Units";

/** The project's conditions with their totals. */
export function Conditions(props: {
  projectId: string;
  mayOperate: boolean;
  /** Shown by itself instead of on a page: with undo and exports. */
  alone?: boolean;
}) {
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
      {props.alone && (
        <div className="px-4 pt-1 empty:hidden">
          <UndoButtons />
        </div>
      )}
      {props.alone && props.mayOperate && (
        <div className="px-4 pt-1">
          <Units projectId={props.projectId} system={system} />
        </div>
      )}
      {props.alone && conditions.data && conditions.data.conditions.length > 0 && (
        <p className="flex gap-3 px-4 pt-1 text-xs">
          <span className="text-soft">Download quantities:</span>
          <a href={takeoffFile(props.projectId, "xlsx")} download>
            XLSX
          </a>
          <a href={takeoffFile(props.projectId, "csv")} download>
            CSV
          </a>
        </p>
      )}
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
            <ConditionLine
              key={condition.id}
              condition={condition}
              system={system}
              mayCorrect={props.mayOperate}
            >
              <BatchTask conditionId={condition.id} />
            </ConditionLine>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The newest batch for a condition, with the pages it could not queue and the reasons. */
function BatchTask({ conditionId }: { conditionId: string }) {
  const [task] = useTasksOf(conditionId);
  return task ? <Batch task={task} /> : null;
}

function Batch({ task }: { task: Task }) {
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
