/** The queues: their waiting tasks, workers and pauses. */
import { Frame } from "../../shell/Frame";
import { useSession } from "../../shell/session";
import { Behind, LastKnown } from "../../ui/Freshness";
import { Loading, Notice, ProblemNotice } from "../../ui/Notice";
import { useQueues } from "../../ui/useQueues";
import { GRID, QueueRow } from "./QueueRow";

export function QueuesView() {
  const found = useQueues();
  const lag = found.data?.lag_s ?? 0;
  // Queues that need attention come first.
  const queues = [...(found.data?.queues ?? [])].sort(
    (a, b) => Number(b.no_worker) - Number(a.no_worker) || a.queue.localeCompare(b.queue),
  );
  return (
    <Frame projectId={null} title="Queues">
      <div className="flex h-full flex-col">
        <h1 className="sr-only">Queues</h1>
        <div className="flex min-h-11 flex-wrap items-center gap-x-3 px-3 py-2 text-xs text-soft sm:px-4">
          <span>Refreshed every 5 s</span>
          <Behind lag={lag} />
          {found.data && <LastKnown error={found.error} />}
        </div>
        {found.data === undefined ? (
          found.error ? (
            <ProblemNotice problem={found.error} retry={() => void found.refetch()} />
          ) : (
            <Loading rows={4} />
          )
        ) : queues.length === 0 ? (
          <NoQueues />
        ) : (
          <section
            aria-label="Queues"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            tabIndex={0}
            className="min-h-0 flex-1 overflow-y-auto px-3 pb-3 outline-offset-[-2px] sm:px-4"
          >
            <div role="table" aria-label="Queues" className="panel overflow-hidden">
              <div role="rowgroup" className="hidden border-b border-line lg:block">
                <div role="row" className={`${GRID} px-4 py-1 text-xs text-soft`}>
                  <div role="columnheader">Queue</div>
                  <Head says="Tasks that are due and that no worker has started">Waiting</Head>
                  <Head says="How long the first of them has been due">Since</Head>
                  <Head says="Tasks that are due later">Later</Head>
                  <Head says="Tasks that wait for other tasks to end">Blocked</Head>
                  <Head says="Messages in the broker that no worker has received">In broker</Head>
                  <Head says="Live workers of the queue">Workers</Head>
                  <Head says="How many tasks these workers can run at once">Processes</Head>
                  <div role="columnheader">
                    <span className="sr-only">Actions</span>
                  </div>
                </div>
              </div>
              <div role="rowgroup">
                {queues.map((queue) => (
                  <QueueRow
                    key={queue.queue}
                    queue={queue}
                    onChanged={() => void found.refetch()}
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

function Head({ says, children }: { says: string; children: string }) {
  return (
    <div role="columnheader" className="text-right" title={says}>
      {children}
    </div>
  );
}

function NoQueues() {
  const reach = useSession().data?.projects;
  return (
    <Notice title="No queues">
      {reach === null
        ? "No task waits, and no worker runs. Start a worker, and its queues appear here."
        : "No task of the projects that you can see waits in a queue."}
    </Notice>
  );
}
