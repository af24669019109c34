import { Id } from "../../../ui/Copy";
import { Loading, ProblemNotice } from "../../../ui/Notice";
import { Ago } from "../../../ui/Times";
import { counted, number } from "../../../ui/wording";
import { hasFailures, isSet, ProcessSet, SetProgress } from "../ProcessSet";
import { type DocumentRow, markedPdf, usePages } from "../queries";
import type { DrawingsSearch } from "../search";
import { TaskLine } from "../TaskLine";
import { useTasksOf } from "../useDrawingTasks";
import { DeleteDocument } from "./DeleteDocument";
import { PageCard } from "./PageCard";

/** A drawing set with its processing and its pages. */
export function DocumentPages(props: {
  document: DocumentRow;
  search: DrawingsSearch;
  mayOperate: boolean;
  onPick: (pageId: string) => void;
}) {
  const { document } = props;
  const heading = `document-${document.id}`;
  const [task] = useTasksOf(document.id);
  return (
    <section aria-labelledby={heading} className="panel" data-document={document.id}>
      <header className="flex flex-wrap items-center gap-x-4 border-b border-line px-4 py-2">
        <h2 id={heading} className="min-w-0 truncate text-sm font-semibold">
          {document.file_name}
        </h2>
        <span className="text-soft">
          {document.page_count === null
            ? "not yet split into pages"
            : counted(document.page_count, "page")}
        </span>
        <span className="text-soft">{number(Math.ceil(document.size_bytes / 1024))} KB</span>
        <span className="text-soft">
          <Ago time={document.created_at} /> ago by {document.uploaded_by}
        </span>
        <span className="ml-auto">
          <Id id={document.id} label="document ID" />
        </span>
        {document.page_count !== null && (
          <a
            href={markedPdf(document.id)}
            download
            title="The drawings with their measurements marked, and a table of quantities"
          >
            Marked PDF
          </a>
        )}
        {props.mayOperate && document.page_count !== null && (
          <ProcessSet
            projectId={document.project_id}
            document={{ id: document.id, name: document.file_name }}
          />
        )}
        {props.mayOperate && <DeleteDocument document={document} />}
      </header>
      {task && (task.status !== "SUCCESS" || hasFailures(task)) && (
        <div className="border-b border-line px-4 py-1.5">
          <TaskLine task={task}>{isSet(task) && <SetProgress task={task} />}</TaskLine>
        </div>
      )}
      <Pages {...props} />
    </section>
  );
}

function Pages(props: {
  document: DocumentRow;
  search: DrawingsSearch;
  mayOperate: boolean;
  onPick: (pageId: string) => void;
}) {
  const { document, search } = props;
  const pages = usePages(document.id);
  if (pages.data === undefined) {
    return pages.error ? (
      <ProblemNotice problem={pages.error} retry={() => void pages.refetch()} />
    ) : (
      <Loading rows={3} />
    );
  }
  if (pages.data.length === 0) {
    return (
      <p className="px-4 py-3 text-soft">Pages appear here when the document has been split.</p>
    );
  }
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(208px,1fr))] gap-3 p-3">
      {pages.data.map((page) => (
        <PageCard
          key={page.id}
          page={page}
          search={search}
          picked={search.pick?.includes(page.id) ?? false}
          onPick={props.mayOperate ? () => props.onPick(page.id) : null}
        />
      ))}
    </ul>
  );
}
