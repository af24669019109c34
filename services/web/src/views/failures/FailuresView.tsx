/** Failures of a project or of all projects, grouped. */
import { isMissing } from "../../client";
import { Frame } from "../../shell/Frame";
import { useKeys } from "../../shell/keys";
import { useSession } from "../../shell/session";
import { Behind, LastKnown } from "../../ui/Freshness";
import { Found, Notice, ProblemNotice } from "../../ui/Notice";
import { ActionsHead, Head, Table } from "../../ui/Table";
import { number } from "../../ui/wording";
import { GRID, GroupRow } from "./GroupRow";
import type { FailuresSearch } from "./search";
import { useFailures } from "./useFailures";

export function FailuresView(props: {
  /** Null for all projects. */
  projectId: string | null;
  search: FailuresSearch;
  onSearch: (search: FailuresSearch) => void;
}) {
  const { projectId, search, onSearch } = props;
  const list = useFailures(projectId, search.state);
  const { pages, head, groups, fresh } = list;
  const startAgain = () => void list.startAgain();
  useKeys({ n: startAgain });
  const by = search.trend === "days" ? "day" : "hour";
  const title = projectId === null ? "Failures of all projects" : `Failures of ${projectId}`;
  const lag = head.data?.lag_s ?? 0;
  if (isMissing(pages.error)) {
    return (
      <Frame projectId={projectId} title={title}>
        <ProblemNotice problem={pages.error} />
      </Frame>
    );
  }
  return (
    <Frame projectId={projectId} title={title}>
      <div className="flex h-full flex-col">
        <h1 className="sr-only">{projectId === null ? "Failures of all projects" : "Failures"}</h1>
        <div className="flex flex-wrap items-center gap-2 px-3 py-2 text-xs text-soft sm:px-4">
          <fieldset className="flex gap-1">
            <legend className="sr-only">State</legend>
            {([undefined, "handled"] as const).map((state) => (
              <button
                key={state ?? "open"}
                type="button"
                className="button"
                aria-pressed={search.state === state}
                onClick={() => onSearch({ ...search, state })}
              >
                {state === "handled" ? "Handled" : "Open"}
              </button>
            ))}
          </fieldset>
          <select
            aria-label="Trend"
            className="field"
            value={search.trend ?? "hours"}
            onChange={(event) =>
              onSearch({ ...search, trend: event.target.value === "days" ? "days" : undefined })
            }
          >
            <option value="hours">last 24 hours</option>
            <option value="days">last 14 days</option>
          </select>
          {fresh > 0 && (
            <button type="button" className="button" onClick={startAgain}>
              {number(fresh)} new
            </button>
          )}
          <span>Refreshed every 5 s</span>
          <Behind lag={lag} />
          {pages.data && <LastKnown error={head.error} />}
        </div>
        <Found asked={pages}>
          {() =>
            groups.size === 0 ? (
              <NoFailures state={search.state} everywhere={projectId === null} />
            ) : (
              <Table
                label="Failures"
                grid={GRID}
                heads={<Heads by={by} />}
                more={
                  pages.hasNextPage && (
                    <button
                      type="button"
                      className="button mt-2"
                      disabled={pages.isFetchingNextPage}
                      onClick={() => void pages.fetchNextPage()}
                    >
                      Show more
                    </button>
                  )
                }
              >
                {[...groups].map(([key, group]) => (
                  <GroupRow
                    key={key}
                    group={group}
                    everywhere={projectId === null}
                    by={by}
                    onHandled={startAgain}
                  />
                ))}
              </Table>
            )
          }
        </Found>
      </div>
    </Frame>
  );
}

function Heads({ by }: { by: "hour" | "day" }) {
  return (
    <>
      <Head>Error</Head>
      <Head>{by === "hour" ? "Last 24 hours" : "Last 14 days"}</Head>
      <Head right>Tasks</Head>
      <Head right>First, ago</Head>
      <Head right>Last, ago</Head>
      <ActionsHead />
    </>
  );
}

function NoFailures(props: { state: FailuresSearch["state"]; everywhere: boolean }) {
  const reach = useSession().data?.projects;
  if (props.everywhere && reach?.length === 0)
    return <Notice title="No accessible projects">Your token has access to no project.</Notice>;
  const where = props.everywhere ? "the projects that you can see" : "this project";
  if (props.state === "handled")
    return (
      <Notice title="No handled failures">
        Nobody has marked a failure in {where} as handled, or all of them happened again.
      </Notice>
    );
  return (
    <Notice title="No open failures">
      No task in {where} has failed, or every failure was marked as handled.
    </Notice>
  );
}
