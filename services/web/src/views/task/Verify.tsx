import { useQuery } from "@tanstack/react-query";
import { answered, apiAddress, type Task, useLedgerClient } from "../../client";
import { mayExport, useSession } from "../../shell/session";
import { counted, exact, number } from "../../ui/wording";

/** Whether the history is unchanged since it was written, up to which event, and its export. */
export function Verify({ task }: { task: Task }) {
  const client = useLedgerClient();
  const session = useSession();
  const check = useQuery({
    queryKey: ["verification", task.task_id],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/tasks/{task_id}/verification", {
          params: { path: { task_id: task.task_id } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const path = apiAddress(
    `projects/${encodeURIComponent(task.project_id)}/events/export?task_id=${task.task_id}`,
  );
  return (
    <div className="flex flex-wrap items-center gap-2">
      <button
        type="button"
        className="button"
        data-verified={check.data?.fits}
        aria-busy={check.isFetching}
        onClick={() => void check.refetch({ cancelRefetch: false })}
        title={
          check.data
            ? `Verified ${exact(check.data.checked_at)}: the digest of every event was recomputed. Click to verify again`
            : "Recompute the digest of every event"
        }
      >
        <Verdict check={check} version={task.version} />
      </button>
      {mayExport(session.data) ? (
        <span className="flex flex-wrap gap-2">
          <a className="button" href={`${path}&format=ndjson`} download>
            Export NDJSON
          </a>
          <a className="button" href={`${path}&format=csv`} download>
            Export CSV
          </a>
          <a
            className="button"
            href={apiAddress(`tasks/${task.task_id}/evidence`)}
            download
            title="A zip with export, seal, the program that checks both, and a report to print"
          >
            Evidence
          </a>
        </span>
      ) : (
        session.data && (
          <span className="text-xs text-soft">Exporting requires the role auditor or admin.</span>
        )
      )}
    </div>
  );
}

function Verdict(props: {
  check: {
    data:
      | { fits: boolean; events: number; findings: { version?: number | null; reason: string }[] }
      | undefined;
    error: Error | null;
    isFetching: boolean;
  };
  version: number;
}) {
  const { data, error, isFetching } = props.check;
  if (isFetching && !data) return <>Verifying…</>;
  if (error) return <span className="text-failure">Not verified: {error.message}</span>;
  if (!data) return <>Verify history</>;
  const finding = data.findings[0];
  if (!data.fits) {
    return (
      <span className="text-failure">
        ✕ History altered{finding?.version != null && ` at event ${finding.version}`}:{" "}
        {finding?.reason}
      </span>
    );
  }
  return (
    <span className="text-success">
      ✓ {counted(data.events, "event")} verified
      {props.version > data.events && (
        <span className="text-soft"> of {number(props.version)}</span>
      )}
    </span>
  );
}
