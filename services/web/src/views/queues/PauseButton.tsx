import { useId, useRef, useState } from "react";
import { answered, Problem, type Queue, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { Dialog } from "../../ui/Dialog";

/** Pauses a queue, or ends its pause, with a reason. For operators of all projects. */
export function PauseButton({ queue, onChanged }: { queue: Queue; onChanged: () => void }) {
  const client = useLedgerClient();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState("");
  const reason = useRef<HTMLInputElement>(null);
  const id = useId();
  if (!mayOperate(session.data) || session.data?.projects !== null) return null;
  const act = queue.pause ? "Resume" : "Pause";
  const send = async () => {
    const params = { path: { queue: queue.queue } };
    const body = { reason: reason.current?.value.trim() ?? "" };
    setSent(true);
    setRefused("");
    try {
      await answered(
        queue.pause
          ? client.POST("/queues/{queue}/resume", { params, body })
          : client.POST("/queues/{queue}/pause", { params, body }),
      );
      onChanged();
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
    }
    setSent(false);
  };
  return (
    <>
      <button
        type="button"
        className="button text-xs"
        disabled={sent}
        aria-label={`${act} ${queue.queue}`}
        onClick={() => setAsking(true)}
      >
        {act}
      </button>
      {refused && (
        <span role="alert" className="block text-xs text-failure">
          {refused}
        </span>
      )}
      {asking && (
        <Dialog
          title={`${act} the queue ${queue.queue}?`}
          className="w-96 text-left"
          onClose={() => setAsking(false)}
        >
          <p className="mt-1 text-soft">
            {queue.pause
              ? "The waiting messages in the outbox are sent to the queue, oldest first."
              : "New messages for this queue, of all projects, wait in the outbox until it is resumed. Messages already in the broker are still delivered, and running tasks go on."}
          </p>
          <form
            className="mt-3"
            onSubmit={(event) => {
              event.preventDefault();
              setAsking(false);
              void send();
            }}
          >
            <label htmlFor={id} className="mb-1 block">
              Reason
            </label>
            <input id={id} ref={reason} className="field w-full" required maxLength={500} />
            <p className="mt-1 text-xs text-soft">Recorded in the access log with your name.</p>
            <div className="mt-3 flex justify-end gap-2">
              <button type="button" className="button" onClick={() => setAsking(false)}>
                Not now
              </button>
              <button type="submit" className="button font-semibold">
                {act}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
