/** The queues: their waiting tasks, workers and pauses. */
import { Frame } from "../../shell/Frame";
import { useSession } from "../../shell/session";
import { Behind, LastKnown } from "../../ui/Freshness";
import { Found, Notice } from "../../ui/Notice";
import { ActionsHead, Head, Table } from "../../ui/Table";
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
        <Found asked={found} rows={4}>
          {() =>
            queues.length === 0 ? (
              <NoQueues />
            ) : (
              <Table label="Queues" grid={GRID} heads={<Heads />}>
                {queues.map((queue) => (
                  <QueueRow
                    key={queue.queue}
                    queue={queue}
                    onChanged={() => void found.refetch()}
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

function Heads() {
  const number = (name: string, says: string) => (
    <Head right says={says}>
      {name}
    </Head>
  );
  return (
    <>
      <Head>Queue</Head>
      {number("Waiting", "Tasks that are due and that no worker has started")}
      {number("Since", "How long the first of them has been due")}
      {number("Later", "Tasks that are due later")}
      {number("Blocked", "Tasks that wait for other tasks to end")}
      {number("In broker", "Messages in the broker that no worker has received")}
      {number("Workers", "Live workers of the queue")}
      {number("Processes", "How many tasks these workers can run at once")}
      <ActionsHead />
    </>
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
