/** Workers: which are alive, their queues, and their tasks. */
import { useQuery } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../../client";
import { Frame } from "../../shell/Frame";
import { LastKnown } from "../../ui/Freshness";
import { Loading, Notice, ProblemNotice } from "../../ui/Notice";
import { serverClock } from "../../ui/now";
import { GRID, WorkerRow } from "./WorkerRow";

const EVERY_MS = 5000;

function useWorkers() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["workers"],
    queryFn: async ({ signal }) => {
      const sentAt = Date.now();
      const found = await answered(client.GET("/workers", { signal }));
      serverClock.observe(found.server_time, sentAt, Date.now());
      return found;
    },
    refetchInterval: EVERY_MS,
  });
}

export function WorkersView() {
  const found = useWorkers();
  const workers = found.data?.workers ?? [];
  return (
    <Frame projectId={null} title="Workers">
      <div className="flex h-full flex-col">
        <h1 className="sr-only">Workers</h1>
        <div className="flex min-h-11 flex-wrap items-center gap-x-3 px-3 py-2 text-xs text-soft sm:px-4">
          <span>Refreshed every 5 s. Workers that are gone stay listed for a day.</span>
          {found.data && <LastKnown error={found.error} />}
        </div>
        {found.data === undefined ? (
          found.error ? (
            <ProblemNotice problem={found.error} retry={() => void found.refetch()} />
          ) : (
            <Loading rows={4} />
          )
        ) : workers.length === 0 ? (
          <Notice title="No workers">
            No worker has renewed its lease within a day. Start one with{" "}
            <code className="font-mono text-xs">celery -A yourapp worker</code>.
          </Notice>
        ) : (
          <section
            aria-label="Workers"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            tabIndex={0}
            className="min-h-0 flex-1 overflow-y-auto px-3 pb-3 outline-offset-[-2px] sm:px-4"
          >
            <div role="table" aria-label="Workers" className="panel overflow-hidden">
              <div role="rowgroup" className="hidden border-b border-line lg:block">
                <div role="row" className={`${GRID} px-4 py-1 text-xs text-soft`}>
                  <div role="columnheader">Worker</div>
                  <div role="columnheader">Queues</div>
                  <div role="columnheader">Pool</div>
                  <div role="columnheader" title="Running tasks / maximum at once">
                    Load
                  </div>
                  <div role="columnheader">Tasks</div>
                </div>
              </div>
              <div role="rowgroup">
                {workers.map((worker) => (
                  <WorkerRow key={worker.boot} worker={worker} />
                ))}
              </div>
            </div>
          </section>
        )}
      </div>
    </Frame>
  );
}
