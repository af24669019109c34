/** Workers: which are alive, their queues, and their tasks. */
import { useQuery } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../../client";
import { Frame } from "../../shell/Frame";
import { LastKnown } from "../../ui/Freshness";
import { Found, Notice } from "../../ui/Notice";
import { timed } from "../../ui/now";
import { Head, Table } from "../../ui/Table";
import { GRID, WorkerRow } from "./WorkerRow";

const EVERY_MS = 5000;

function useWorkers() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["workers"],
    queryFn: ({ signal }) => timed(() => answered(client.GET("/workers", { signal }))),
    refetchInterval: EVERY_MS,
  });
}

export function WorkersView() {
  const found = useWorkers();
  return (
    <Frame projectId={null} title="Workers">
      <div className="flex h-full flex-col">
        <h1 className="sr-only">Workers</h1>
        <div className="flex min-h-11 flex-wrap items-center gap-x-3 px-3 py-2 text-xs text-soft sm:px-4">
          <span>Refreshed every 5 s. Workers that are gone stay listed for a day.</span>
          {found.data && <LastKnown error={found.error} />}
        </div>
        <Found asked={found} rows={4}>
          {({ workers }) =>
            workers.length === 0 ? (
              <Notice title="No workers">
                No worker has renewed its lease within a day. Start one with{" "}
                <code className="font-mono text-xs">celery -A yourapp worker</code>.
              </Notice>
            ) : (
              <Table label="Workers" grid={GRID} heads={<Heads />}>
                {workers.map((worker) => (
                  <WorkerRow key={worker.boot} worker={worker} />
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
  return (
    <>
      <Head>Worker</Head>
      <Head>Queues</Head>
      <Head>Pool</Head>
      <Head says="Running tasks / maximum at once">Load</Head>
      <Head>Tasks</Head>
    </>
  );
}
