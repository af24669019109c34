import { answered, hasEnded, type Task, useLedgerClient } from "../../client";
import { Progress } from "../../ui/Progress";
import { counted, number } from "../../ui/wording";
import { useAsk } from "./useAsk";
import { useRegistered, useRunningOf } from "./useDrawingTasks";

interface SetResult {
  pages_processed?: number;
  pages_failed?: number;
  pages_cancelled?: number;
  pages_withheld?: number;
  failed?: { page: number | null; page_id: string; file_name: string | null; reason: string }[];
}

/** Whether the task processes a set of pages. */
export const isSet = (task: Task) => task.task_type === "set_processing";

const resultOf = (task: Task) => (task.result ?? {}) as SetResult;

/** Whether some pages of an ended set could not be processed. */
export const hasFailures = (task: Task) =>
  isSet(task) && (resultOf(task).pages_failed ?? 0) + (resultOf(task).pages_cancelled ?? 0) > 0;

/** Reads, classifies and scales all pages of a document, or of the whole project. */
export function ProcessSet(props: { projectId: string; document?: { id: string; name: string } }) {
  const client = useLedgerClient();
  const registered = useRegistered();
  const { busy, refused, ask } = useAsk();
  const { document, projectId } = props;
  const process = () =>
    void ask(async () => {
      registered(
        document
          ? await answered(
              client.POST("/documents/{document_id}/process", {
                params: { path: { document_id: document.id } },
                body: { ocr_mode: "fast" },
              }),
            )
          : await answered(
              client.POST("/projects/{project_id}/process", {
                params: { path: { project_id: projectId } },
                body: { ocr_mode: "fast" },
              }),
            ),
      );
    });
  return (
    <>
      <button
        type="button"
        className={document ? "button text-xs" : "button"}
        aria-label={document ? `Process all pages of ${document.name}` : undefined}
        title="Read, classify and find the scale of every page that lacks it"
        disabled={busy}
        onClick={process}
      >
        {document ? "Process" : "Process all pages"}
      </button>
      {refused && (
        <p role="alert" className="text-failure">
          {refused}
        </p>
      )}
    </>
  );
}

/** The progress of a set, and the pages that failed. */
export function SetProgress({ task }: { task: Task }) {
  const running = useRunningOf(task.waits_for);
  const pages = task.waits_for.length;
  if (!hasEnded(task.status)) {
    const done = pages - running;
    return (
      <p className="flex items-center gap-2 text-soft" data-pages-done={done} data-pages={pages}>
        <Progress
          percent={(100 * done) / Math.max(pages, 1)}
          label={`Pages of ${task.task_name}`}
        />
        <span>
          {number(done)} of {counted(pages, "page")} done
        </span>
      </p>
    );
  }
  const result = resultOf(task);
  const failed = result.failed ?? [];
  if (failed.length === 0) return null;
  const counts = [
    `${counted(result.pages_processed ?? 0, "page")} processed`,
    result.pages_failed && `${number(result.pages_failed)} failed`,
    result.pages_cancelled && `${number(result.pages_cancelled)} cancelled`,
    result.pages_withheld && `${number(result.pages_withheld)} with an unconfirmed scale`,
  ];
  return (
    <>
      <p className="text-soft">{counts.filter(Boolean).join(", ")}</p>
      <ul className="text-xs" aria-label="Pages that could not be processed">
        {failed.map((each) => (
          <li key={each.page_id} className="text-failure wrap-anywhere">
            {each.page === null ? "A deleted page" : `Page ${each.page} of ${each.file_name}`}:{" "}
            {each.reason}
          </li>
        ))}
      </ul>
    </>
  );
}
