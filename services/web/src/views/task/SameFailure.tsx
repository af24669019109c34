import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answered, type Task, useLedgerClient } from "../../client";
import { Ago } from "../../ui/Times";
import { counted } from "../../ui/wording";

/** How many tasks have failed like this one, with a link to them. */
export function SameFailure({ task }: { task: Task }) {
  const client = useLedgerClient();
  const { project_id, fingerprint } = task;
  const { data: group } = useQuery({
    queryKey: ["failure", project_id, fingerprint],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/projects/{project_id}/failures/{fingerprint}", {
          params: { path: { project_id, fingerprint: fingerprint ?? "" } },
          signal,
        }),
      ),
    enabled: fingerprint !== null,
    staleTime: 10_000,
    retry: false,
  });
  if (!group) return null;
  return (
    <p className="mb-1 flex flex-wrap gap-x-2 text-soft" data-same-failure>
      <Link
        to="/projects/$projectId"
        params={{ projectId: project_id }}
        search={{ query: `fingerprint:${group.fingerprint}` }}
      >
        {group.tasks === 1 ? "No other task" : counted(group.tasks, "task")}
        {group.tasks === 1 ? " has failed like this" : " failed like this"}
      </Link>
      {group.tasks > 1 && (
        <span>
          first <Ago time={group.first_at} /> ago, last <Ago time={group.last_at} /> ago
        </span>
      )}
      {group.handled && (
        <span>
          · handled <Ago time={group.handled.at} /> ago by {group.handled.actor}
          {group.handled.comment && `: ${group.handled.comment}`}
        </span>
      )}
      <Link to="/projects/$projectId/failures" params={{ projectId: project_id }}>
        All failures
      </Link>
    </p>
  );
}
