import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isMissing, type Task, type TaskList } from "../../client";
import { Frame } from "../../shell/Frame";
import { useKeys } from "../../shell/keys";
import { Part } from "../../shell/Part";
import { PAST_TASKS, PEEK } from "../../shell/parts";
import { mayOperate, useSession } from "../../shell/session";
import { Loading, ProblemNotice } from "../../ui/Notice";
import { serverClock } from "../../ui/now";
import { RetiredMonths } from "../../ui/RetiredMonths";
import { ActMenu } from "../acting/ActMenu";
import { selection } from "../acting/selection";
import { ChooseColumns } from "./ChooseColumns";
import { Empty } from "./Empty";
import { Filters, Narrowing, wantedOrder } from "./Filters";
import { InCommon } from "./InCommon";
import { List, type ListHandle } from "./List";
import { SavedViews } from "./SavedViews";
import { Standing } from "./Standing";
import { viewOf } from "./savedViews";
import {
  type ColumnName,
  columnsOf,
  isFiltered,
  keepColumns,
  keptColumns,
  ordersOf,
  type ShownColumn,
  statusesOf,
  type TasksSearch,
  type Wanted,
  wantedOf,
} from "./search";
import { ExpandedTrees, useExpandedTrees } from "./TreeSummary";
import { ALL_EVERY_MS, useChanges } from "./useChanges";
import { useTaskList } from "./useTaskList";

/** Changes the search parameters of the address. */
type Put = (change: (before: TasksSearch) => TasksSearch, replace?: boolean) => void;

export interface Place {
  /** Null for all projects. */
  projectId: string | null;
  search: TasksSearch;
  onSearch: Put;
}

/** The list of tasks of a project or of all projects, at any address. */
export function TasksView({ projectId, search, onSearch }: Place) {
  const navigate = useNavigate();
  const wanted = wantedOf(search);
  const [known, setKnown] = useState<Known>({});
  const open = useCallback(
    (taskId: string) => void navigate({ to: "/tasks/$taskId", params: { taskId } }),
    [navigate],
  );
  const change = useCallback(
    (next: Wanted) => onSearch(({ columns: kept, at }) => ({ ...next, columns: kept, at })),
    [onSearch],
  );
  const onAt = useCallback(
    (at: string | undefined, replace = false) =>
      onSearch(({ cursor: _, row: __, peek: ___, ...before }) => ({ ...before, at }), replace),
    [onSearch],
  );
  return (
    <Frame
      projectId={projectId}
      title={projectId === null ? "Tasks of all projects" : `Tasks of ${projectId}`}
    >
      <div className="flex h-full flex-col">
        <h1 className="sr-only">{projectId === null ? "Tasks of all projects" : "Tasks"}</h1>
        {!known.missing && (
          // It stays mounted when the list below changes, so that typing can go on.
          <Filters
            projectId={projectId}
            wanted={wanted}
            problem={known.problem}
            counts={known.counts}
            onChange={change}
            onOpen={open}
          />
        )}
        {search.at !== undefined ? (
          <Part
            of={PAST_TASKS}
            with={{
              projectId,
              at: search.at,
              wanted,
              columns: columnsOf(search),
              onChange: change,
              onAt,
              onKnown: setKnown,
            }}
          />
        ) : (
          <Tasks
            // A change of filters makes another list; a change of position does not.
            key={JSON.stringify([projectId, wanted])}
            projectId={projectId}
            search={search}
            onSearch={onSearch}
            wanted={wanted}
            onChange={change}
            onOpen={open}
            onKnown={setKnown}
          />
        )}
      </div>
    </Frame>
  );
}

/** The last whole minute by the server's clock. */
function minuteAgo(): string {
  return new Date(Math.floor(serverClock.now() / 60_000) * 60_000).toISOString();
}

/** The columns beside a task. */
const BESIDE: readonly ShownColumn[] = ["doing"];
const TREE_BESIDE: readonly ShownColumn[] = ["tree"];

/** What the list reports to the component above it. */
export interface Known {
  counts?: TaskList["counts"] | undefined;
  missing?: boolean;
  problem?: unknown;
}

function Tasks(
  props: Place & {
    wanted: Wanted;
    onChange: (wanted: Wanted) => void;
    onOpen: (taskId: string) => void;
    onKnown: (known: Known) => void;
  },
) {
  const { projectId, search, onSearch, onChange: change, onOpen: open, onKnown } = props;
  const [wanted] = useState(props.wanted);
  const [from, setFrom] = useState(search.cursor);
  const [paused, setPaused] = useState(false);
  const list = useTaskList(projectId, wanted, paused, from);
  const { rows, pages, head, fresh } = list;
  const changes = useChanges({
    projectId,
    trees: Boolean(wanted.trees),
    paused,
    look: list.look,
    refreshHead: list.refreshHead,
  });
  const handle = useRef<ListHandle>(null);

  const put = useCallback(
    (change: Partial<TasksSearch>) => onSearch((before) => ({ ...before, ...change }), true),
    [onSearch],
  );
  const columns = columnsOf(search);
  const shownColumns = useMemo<readonly ShownColumn[]>(
    () => [
      ...(projectId === null ? (["project"] as const) : []),
      ...(wanted.trees ? (["tree"] as const) : []),
      ...columns,
    ],
    [projectId, columns, wanted.trees],
  );
  const trees = useExpandedTrees();
  const chosen = search.row ?? null;
  const peeked = search.peek ? chosen : null;
  const peek = useCallback((row: string) => put({ row, peek: "1" }), [put]);
  const orders = ordersOf(projectId);
  const mayAct = mayOperate(useSession().data);
  // The selection belongs to this list.
  useEffect(() => () => selection.clear(), []);
  useEffect(() => {
    // Store the columns in the address, so that a copied link shows the same list.
    if (search.columns === undefined && keptColumns() !== undefined)
      put({ columns: keptColumns() });
  }, [search.columns, put]);
  const choose = (names: ColumnName[] | undefined) => {
    const chosen = names?.length === 0 ? "none" : names;
    keepColumns(chosen);
    put({ columns: chosen });
  };
  const startAgain = () => {
    setFrom(undefined);
    put({ cursor: undefined, row: undefined });
    void list.startAgain();
    handle.current?.toTop();
  };

  const step = (by: number) => () => {
    const at = chosen === null ? -1 : rows.ids.indexOf(chosen);
    const next = Math.min(Math.max(at + by, 0), rows.ids.length - 1);
    const id = rows.ids[next];
    if (id === undefined) return;
    handle.current?.toRow(next);
    put({ row: id });
  };
  useKeys({
    j: step(1),
    k: step(-1),
    " ": () => put({ peek: peeked === null && chosen !== null ? "1" : undefined }),
    enter: () => chosen !== null && open(chosen),
    p: () => setPaused(!paused),
    n: startAgain,
    x: () => chosen !== null && mayAct && selection.toggle(chosen),
    escape: () => put(peeked === null ? { row: undefined } : { peek: undefined }),
  });

  const { show } = changes;
  const cursorNow = useRef(search.cursor);
  const onShown = useCallback(
    (ids: string[], top: number) => {
      show(ids);
      const page = rows.begins.findLast((each) => each.row <= top);
      const cursor = page?.cursor ?? undefined;
      // The cursor of a list with a relative time is invalid for another list.
      if (wanted.since || !page || cursor === cursorNow.current) return;
      cursorNow.current = cursor;
      put({ cursor });
    },
    [show, rows, put, wanted.since],
  );
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = pages;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const looking = rows.ids.length === 0 && hasNextPage;
  useEffect(() => {
    // A page of a search may be empty without being the last.
    if (looking && !pages.isError) onEnd();
  }, [looking, pages.isError, onEnd]);
  const matches = useMemo(() => {
    const statuses = wanted.status;
    return (task: Task) => !statuses || statuses.includes(task.status);
  }, [wanted.status]);

  const refused = pages.error !== null && from !== undefined;
  useEffect(() => {
    // A cursor of another list is invalid: start at the first page instead.
    if (refused) setFrom(undefined);
  }, [refused]);
  const empty = rows.ids.length === 0 && pages.isSuccess && !looking;
  const begins = empty && fresh.length > 0 && !pages.isFetching;
  const { startAgain: begin } = list;
  useEffect(() => {
    // There are no rows yet that could move under the pointer.
    if (begins) void begin();
  }, [begins, begin]);

  const counts = head.data?.counts;
  const missing = isMissing(pages.error);
  const problem = pages.error;
  useEffect(() => onKnown({ counts, missing, problem }), [onKnown, counts, missing, problem]);

  if (missing) return <ProblemNotice problem={pages.error} />;
  return (
    <>
      <Standing
        paused={paused}
        onPause={() => setPaused(!paused)}
        waiting={changes.waiting}
        fresh={fresh.length}
        atMost={list.HEAD}
        onFresh={startAgain}
        begunAt={from !== undefined}
        newestFirst={wanted.order === undefined || wanted.order === "last_ended"}
        lag={head.data?.lag_s ?? 0}
        problem={pages.data ? (head.error ?? pages.error) : null}
        answeredAt={head.dataUpdatedAt}
        loaded={rows.ids.length}
        counts={counts}
        countedSince={head.data?.counted_since ?? null}
        lookedTo={pages.data?.pages.at(-1)?.looked_to ?? null}
        statuses={statusesOf(wanted)}
      >
        <Narrowing wanted={wanted} orders={orders} onChange={change} />
        <button
          type="button"
          className="button text-xs"
          title="See this list as it was at an earlier time"
          onClick={() =>
            put({ at: minuteAgo(), cursor: undefined, row: undefined, peek: undefined })
          }
        >
          As of…
        </button>
        <ChooseColumns columns={columns} onChange={choose} />
        <ActMenu projectId={projectId} query={viewOf(wanted, undefined).query} />
        {projectId !== null && (
          <SavedViews projectId={projectId} wanted={wanted} columns={search.columns} />
        )}
        {projectId !== null && <RetiredMonths projectId={projectId} />}
        {(projectId === null || wanted.trees) && (
          <span>Refreshed every {ALL_EVERY_MS / 1000} s</span>
        )}
        {isFiltered(wanted) && from === undefined && !pages.hasNextPage && (
          <InCommon ids={rows.ids} />
        )}
      </Standing>
      {pages.data === undefined || looking ? (
        pages.error ? (
          <ProblemNotice problem={pages.error} retry={() => void pages.refetch()} />
        ) : (
          <Loading rows={14} />
        )
      ) : empty ? (
        <Empty
          filtered={isFiltered(wanted)}
          wanted={wanted}
          projectId={projectId}
          onChange={change}
        />
      ) : (
        <div className="mx-3 mb-3 flex min-h-0 flex-1 gap-3 sm:mx-4">
          <div className="panel flex min-w-0 flex-1 flex-col overflow-hidden">
            <ExpandedTrees value={trees}>
              <List
                ids={rows.ids}
                chosen={chosen}
                columns={peeked === null ? shownColumns : wanted.trees ? TREE_BESIDE : BESIDE}
                orders={orders}
                order={wanted.order ?? "newest"}
                onOrder={(order) => change({ ...wanted, order: wantedOrder(order) })}
                handle={handle}
                matches={matches}
                onShown={onShown}
                onEnd={onEnd}
                onType={(type) => change({ ...wanted, type: [type] })}
                more={pages.hasNextPage}
                selectable={mayAct}
                onPeek={peek}
                everywhere={projectId === null}
                trees={Boolean(wanted.trees)}
              />
            </ExpandedTrees>
          </div>
          {peeked !== null && (
            <Part of={PEEK} with={{ taskId: peeked, onClose: () => put({ peek: undefined }) }} />
          )}
        </div>
      )}
    </>
  );
}
