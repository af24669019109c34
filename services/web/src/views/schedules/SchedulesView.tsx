/** Beat's schedules: when each was started last and is due next, and starting one now. */
import { useQuery } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../../client";
import { Frame } from "../../shell/Frame";
import { LastKnown } from "../../ui/Freshness";
import { Found, Notice } from "../../ui/Notice";
import { timed } from "../../ui/now";
import { ActionsHead, Head, Table } from "../../ui/Table";
import { GRID, ScheduleRow } from "./ScheduleRow";

const EVERY_MS = 5000;

export function SchedulesView() {
  const client = useLedgerClient();
  const found = useQuery({
    queryKey: ["schedules"],
    queryFn: ({ signal }) => timed(() => answered(client.GET("/schedules", { signal }))),
    refetchInterval: EVERY_MS,
  });
  return (
    <Frame projectId={null} title="Schedules">
      <div className="flex h-full flex-col">
        <h1 className="sr-only">Schedules</h1>
        <div className="flex min-h-11 flex-wrap items-center gap-x-3 px-3 py-2 text-xs text-soft sm:px-4">
          <span>Refreshed every 5 s</span>
          {found.data && <LastKnown error={found.error} />}
        </div>
        <Found asked={found} rows={4}>
          {({ schedules }) =>
            schedules.length === 0 ? (
              <Notice title="No schedules">
                No beat of the ledger has an entry whose tasks belong to the projects that you can
                see. Entries of <code className="font-mono text-xs">beat_schedule</code> appear here
                once <code className="font-mono text-xs">celery beat</code> runs.
              </Notice>
            ) : (
              <Table label="Schedules" grid={GRID} heads={<Heads />}>
                {schedules.map((schedule) => (
                  <ScheduleRow
                    key={schedule.name}
                    schedule={schedule}
                    onAsked={() => void found.refetch()}
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
  return (
    <>
      <Head>Schedule</Head>
      <Head>When</Head>
      <Head>Project</Head>
      <Head right>Last, ago</Head>
      <Head right>Next, in</Head>
      <ActionsHead />
    </>
  );
}
