/** The list as it was at an earlier time: nothing in it changes, and nothing can be done with it. */
import { type CSSProperties, useEffect, useMemo } from "react";
import { useKeys } from "../../shell/keys";
import { Behind } from "../../ui/Freshness";
import { Loading, Notice, ProblemNotice } from "../../ui/Notice";
import { HeldTime } from "../../ui/now";
import { Table } from "../../ui/Table";
import { useWide } from "../../ui/useWide";
import { dated, moment, number } from "../../ui/wording";
import { tracks } from "../tasks/columns";
import { Narrowing } from "../tasks/Filters";
import { Heads } from "../tasks/Heads";
import { GRID } from "../tasks/Row";
import type { ColumnName, ShownColumn, Wanted } from "../tasks/search";
import type { Known } from "../tasks/TasksView";
import { PastBar } from "./PastBar";
import { PastRow } from "./PastRow";
import { isBehind, usePastTasks } from "./usePastTasks";

export function PastTasks(props: {
  /** Null for all projects. */
  projectId: string | null;
  at: string;
  wanted: Wanted;
  columns: readonly ColumnName[];
  onChange: (wanted: Wanted) => void;
  onAt: (at: string | undefined, replace?: boolean) => void;
  onKnown: (known: Known) => void;
}) {
  const { projectId, at, wanted, onAt, onKnown } = props;
  const pages = usePastTasks(projectId, wanted, at);
  const { fetchNextPage, hasNextPage, isFetching } = pages;
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.tasks) ?? [], [pages.data]);
  const first = pages.data?.pages[0];
  const last = pages.data?.pages.at(-1);
  const behind = pages.data?.pages.filter((page) => isBehind(page, at)) ?? [];
  const counts = first?.counts;
  const problem = pages.error;
  useEffect(() => onKnown({ counts, problem }), [onKnown, counts, problem]);
  useKeys({ escape: () => onAt(undefined) });

  const columns = useMemo<readonly ShownColumn[]>(
    () => (projectId === null ? ["project", ...props.columns] : props.columns),
    [projectId, props.columns],
  );
  const wide = useWide("lg");
  const looking = rows.length === 0 && hasNextPage;
  useEffect(() => {
    // A page of a search may be empty without being the last.
    if (looking && !isFetching && !problem) void fetchNextPage();
  }, [looking, isFetching, problem, fetchNextPage]);
  return (
    <HeldTime value={Date.parse(at)}>
      <PastBar projectId={projectId} at={at} onAt={onAt} />
      <div className="flex min-h-9 flex-wrap items-center gap-2 px-3 pb-2 text-xs text-soft sm:px-4">
        <Narrowing wanted={wanted} orders={[]} onChange={props.onChange} />
        <Behind lag={Math.max(0, ...behind.map((page) => page.lag_s))} />
        {rows.length > 0 && problem && (
          <span role="alert" className="text-failure">
            <span aria-hidden="true">○ </span>
            {problem.message}
          </span>
        )}
        {last?.looked_to != null && (
          <span role="status" data-looked>
            Searched as far as {moment(last.looked_to)}
          </span>
        )}
        {first?.counted_since != null && (
          <span data-counted-since>Counted: created since {moment(first.counted_since)}</span>
        )}
        <span className="ml-auto">{number(rows.length)} loaded</span>
      </div>
      {pages.data === undefined || looking ? (
        problem ? (
          <ProblemNotice problem={problem} retry={() => void pages.refetch()} />
        ) : (
          <Loading rows={14} />
        )
      ) : rows.length === 0 ? (
        <Notice title="No tasks then">
          No task that had been registered by {dated(at)} matches.
        </Notice>
      ) : (
        <div
          className="flex min-h-0 flex-1 flex-col"
          style={{ "--columns": tracks(columns, false) } as CSSProperties}
        >
          <Table
            label="Tasks"
            grid={GRID}
            heads={<Heads columns={columns} orders={[]} order="newest" onOrder={() => undefined} />}
            more={
              hasNextPage && (
                <button
                  type="button"
                  className="button mt-2"
                  disabled={isFetching}
                  onClick={() => void fetchNextPage()}
                >
                  {isFetching ? "Loading more…" : "Load more"}
                </button>
              )
            }
          >
            {rows.map((task) => (
              <PastRow
                key={task.task_id}
                task={task}
                columns={wide ? columns : null}
                everywhere={projectId === null}
              />
            ))}
          </Table>
        </div>
      )}
    </HeldTime>
  );
}
