import { useId, useRef, useState } from "react";
import { answered, type FailureGroup, Problem, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { Dialog } from "../../ui/Dialog";
import { className } from "../../ui/wording";

/** Marks a group as handled, with a comment. */
export function MarkHandled(props: { group: FailureGroup; onHandled: () => void }) {
  const { group } = props;
  const client = useLedgerClient();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState("");
  const comment = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  if (!mayOperate(session.data)) return null;
  const send = async () => {
    setSent(true);
    setRefused("");
    const text = comment.current?.value.trim();
    try {
      await answered(
        client.POST("/projects/{project_id}/failures/{fingerprint}/handled", {
          params: { path: { project_id: group.project_id, fingerprint: group.fingerprint } },
          body: { last_at: group.last_at, ...(text ? { comment: text } : {}) },
        }),
      );
      props.onHandled();
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
        aria-label={`Mark handled: ${className(group.error_type)}`}
        onClick={() => setAsking(true)}
      >
        Mark handled
      </button>
      {refused && (
        <span role="alert" className="text-xs text-failure">
          {refused}
        </span>
      )}
      {asking && (
        <Dialog title="Mark as handled?" className="w-96" onClose={() => setAsking(false)}>
          <p className="mt-1 text-soft">
            The group moves to the handled failures. It opens again as soon as another task fails
            like this. The tasks do not change.
          </p>
          <form method="dialog" className="mt-3">
            <label htmlFor={id} className="mb-1 block">
              Comment (optional)
            </label>
            <textarea
              id={id}
              ref={comment}
              className="field w-full py-1"
              rows={3}
              maxLength={2000}
            />
            <div className="mt-3 flex justify-end gap-2">
              <button type="submit" className="button">
                Not now
              </button>
              <button type="submit" className="button font-semibold" onClick={() => void send()}>
                Mark handled
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
