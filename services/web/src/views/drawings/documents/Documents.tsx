import { Loading, Notice, ProblemNotice } from "../../../ui/Notice";
import { useDocuments } from "../queries";
import type { DrawingsSearch } from "../search";
import { DocumentPages } from "./DocumentPages";

export function Documents(props: {
  projectId: string;
  search: DrawingsSearch;
  mayOperate: boolean;
  onPick: (pageId: string) => void;
}) {
  const documents = useDocuments(props.projectId);
  if (documents.data === undefined) {
    return documents.error ? (
      <ProblemNotice problem={documents.error} retry={() => void documents.refetch()} />
    ) : (
      <Loading rows={6} />
    );
  }
  if (documents.data.documents.length === 0) {
    return (
      <Notice title="No drawing yet">
        {props.mayOperate
          ? "Upload a drawing set: drop PDF, PNG, JPEG or TIFF files here, or choose them above. Their pages appear as they are read."
          : "Somebody with the role operator or admin has to upload one."}
      </Notice>
    );
  }
  return (
    <div className="grid gap-4">
      {documents.data.documents.map((document) => (
        <DocumentPages
          key={document.id}
          document={document}
          search={props.search}
          mayOperate={props.mayOperate}
          onPick={props.onPick}
        />
      ))}
      {documents.data.next && (
        <p className="text-soft">Older drawings than these 500 are not shown here.</p>
      )}
    </div>
  );
}
