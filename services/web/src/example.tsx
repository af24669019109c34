// The example of docs/web.md; a test compares the two, and `make check` compiles this one.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createLedgerClient, LedgerProvider, useTaskPolling } from "task-ledger-client";

declare const token: string; // from your own sign-in

const ledger = createLedgerClient({
  baseUrl: "https://ledger.example",
  headers: { Authorization: `Bearer ${token}` },
});

function Upload({ taskId }: { taskId: string }) {
  const { taskStatus, isPolling, progress, isSuccess, isError, cancel } = useTaskPolling(taskId, {
    interval: 1000,
    invalidateKeys: [["documents"]],
    onSuccess: (task) => console.log("pages", task.result),
    onError: (failed) => console.warn(failed),
  });
  if (isSuccess) return <p>Done.</p>;
  if (isError) return <p>{taskStatus ?? "Not found"}</p>;
  return (
    <p>
      {progress?.step} {progress?.percent ?? 0} %
      {isPolling && (
        <button type="button" onClick={() => void cancel()}>
          Cancel
        </button>
      )}
    </p>
  );
}

export const App = () => (
  <QueryClientProvider client={new QueryClient()}>
    <LedgerProvider client={ledger}>
      <Upload taskId="0199c0de-0000-7000-8000-000000000000" />
    </LedgerProvider>
  </QueryClientProvider>
);
