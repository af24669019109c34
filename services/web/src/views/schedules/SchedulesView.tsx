/** Beat's schedules: when each was started last and is due next, and starting one now. */
import { useQuery } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../../client";
import { Frame } from "../../shell/Frame";
import { Loading, Notice, ProblemNotice } from "../../ui/Notice";
import { serverClock } from "../../ui/now";
import { GRID, ScheduleRow } from "./ScheduleRow";

const EVERY_MS = 5000;

export function SchedulesView() {
  const client = useLedgerClient();
  const found = useQuery({
    queryKey: ["schedules"],
    queryFn: async ({ signal }) => {
      const sentAt = Date.now();
      const answer = await answered(client.GET("/schedules", { signal }));
      serverClock.observe(answer.server_time, sentAt, Date.now());
      return answer;
    },
    refetchInterval: EVERY_MS,
  });
  const schedules = found.data?.schedules ?? [];
  return (
    <Frame projectId={null} title="Schedules">
      <div className="flex h-full flex-col">
        <h1 className="sr-only">Schedules</h1>
        <div className="flex min-h-11 flex-wrap items-center gap-x-3 px-3 py-2 text-xs text-soft sm:px-4">
          <span>Refreshed every 5 s</span>
          {found.data && found.error && (
            <span role="alert" data-stale className="text-failure">
              <span aria-hidden="true">○ </span>
              {found.error.message} Showing the last known state.
            </span>
          )}
        </div>
        {found.data === undefined ? (
          found.error ? (
            <ProblemNotice problem={found.error} retry={() => void found.refetch()} />
          ) : (
            <Loading rows={4} />
          )
        ) : schedules.length === 0 ? (
          <Notice title="No schedules">
            No beat of the ledger has an entry whose tasks belong to the projects that you can see.
            Entries of <code className="font-mono text-xs">beat_schedule</code> appear here once{" "}
            <code className="font-mono text-xs">celery beat</code> runs.
          </Notice>
        ) : (
          <section
            aria-label="Schedules"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
            tabIndex={0}
            className="min-h-0 flex-1 overflow-y-auto px-3 pb-3 outline-offset-[-2px] sm:px-4"
          >
            <div role="table" aria-label="Schedules" className="panel overflow-hidden">
              <div role="rowgroup" className="hidden border-b border-line lg:block">
                <div role="row" className={`${GRID} px-4 py-1 text-xs text-soft`}>
                  <div role="columnheader">Schedule</div>
                  <div role="columnheader">When</div>
                  <div role="columnheader">Project</div>
                  <div role="columnheader" className="text-right">
                    Last, ago
                  </div>
                  <div role="columnheader" className="text-right">
                    Next, in
                  </div>
                  <div role="columnheader">
                    <span className="sr-only">Actions</span>
                  </div>
                </div>
              </div>
              <div role="rowgroup">
                {schedules.map((schedule) => (
                  <ScheduleRow
                    key={schedule.name}
                    schedule={schedule}
                    onAsked={() => void found.refetch()}
                  />
                ))}
              </div>
            </div>
          </section>
        )}
      </div>
    </Frame>
  );
}
