import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { answered, type RetiredMonth, useLedgerClient } from "../client";
import { usePopover } from "./usePopover";
import { counted, exact, number } from "./wording";

const ASK_EVERY_MS = 600_000;

/** The months of a project whose tasks are in archives, the oldest first; undefined until known. */
export function useRetiredMonths(projectId: string | null): RetiredMonth[] | undefined {
  const client = useLedgerClient();
  const { data } = useQuery({
    queryKey: ["retired", projectId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/projects/{project_id}/retired", {
          params: { path: { project_id: projectId ?? "" } },
          signal,
        }),
      ),
    enabled: projectId !== null,
    refetchInterval: ASK_EVERY_MS,
    staleTime: ASK_EVERY_MS,
  });
  return data?.months;
}

/** That older tasks of a project are in archives; opened: which months, and how many tasks. */
export function RetiredMonths({ projectId }: { projectId: string }) {
  const details = useRef<HTMLDetailsElement>(null);
  usePopover(details);
  const months = useRetiredMonths(projectId);
  if (!months || months.length === 0) return null;
  const tasks = months.reduce((sum, month) => sum + month.tasks, 0);
  return (
    <details ref={details} className="relative" data-retired={tasks}>
      <summary className="button list-none text-xs">
        {counted(tasks, "older task")} in archives
      </summary>
      <div className="panel absolute z-20 max-w-[90vw] mt-1 w-96 max-sm:fixed max-sm:inset-x-3 max-sm:w-auto bg-raised p-3 text-xs shadow-raised">
        <p className="text-ink">
          These months were retired: lists and timelines no longer contain their tasks. An operator
          can read them with <code>task-ledger archive read</code>.
        </p>
        <table className="mt-2 w-full text-left">
          <thead className="text-soft">
            <tr>
              <th className="pr-3 font-normal">Month</th>
              <th className="pr-3 font-normal">Tasks</th>
              <th className="pr-3 font-normal">Events</th>
              <th className="pr-3 font-normal">Retired</th>
            </tr>
          </thead>
          <tbody className="text-ink">
            {months.map((month) => (
              <tr key={month.month}>
                <td className="pr-3">{month.month}</td>
                <td className="pr-3">{number(month.tasks)}</td>
                <td className="pr-3">{number(month.events)}</td>
                <td className="pr-3">{exact(month.retired_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
