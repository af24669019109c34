import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answered, useLedgerClient } from "../../../client";
import { Confirm } from "../../../ui/Confirm";
import type { DocumentRow } from "../queries";
import { useAsk } from "../useAsk";
import { useRegistered } from "../useDrawingTasks";

/** Deletes a document after confirmation; irreversible. */
export function DeleteDocument({ document }: { document: DocumentRow }) {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const registered = useRegistered();
  const [asking, setAsking] = useState(false);
  const { busy, refused, ask } = useAsk();
  const remove = () =>
    void ask(async () => {
      const params = { path: { document_id: document.id } };
      registered(await answered(client.DELETE("/documents/{document_id}", { params })));
      await Promise.all(
        ["documents", "conditions"].map((kind) =>
          queries.invalidateQueries({ queryKey: [kind, document.project_id] }),
        ),
      );
    });
  return (
    <>
      <button
        type="button"
        className="button text-xs"
        aria-label={`Delete ${document.file_name}`}
        disabled={busy}
        onClick={() => setAsking(true)}
      >
        Delete
      </button>
      {refused && (
        <p role="alert" className="w-full text-failure">
          {refused}
        </p>
      )}
      {asking && (
        <Confirm
          title={`Delete ${document.file_name}?`}
          action="Delete document"
          keep="Keep it"
          onConfirm={remove}
          onClose={() => setAsking(false)}
        >
          Its pages, its files and everything that was measured on it will be deleted. This cannot
          be undone.
        </Confirm>
      )}
    </>
  );
}
