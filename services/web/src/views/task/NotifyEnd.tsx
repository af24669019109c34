import { useId, useState } from "react";
import { answered, hasEnded, type Task, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { Dialog } from "../../ui/Dialog";
import { ChooseChannel, NoChannel, useChosenChannel } from "../notifications/ChooseChannel";
import { useAct } from "../notifications/useAct";

/** Has a channel notified once, when the task ends. */
export function NotifyEnd({ task }: { task: Task }) {
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState("");
  if (hasEnded(task.status) || !mayOperate(session.data)) return null;
  return (
    <>
      {told && (
        <span role="status" className="text-soft">
          {told} is told when it ends
        </span>
      )}
      <button type="button" className="button" onClick={() => setAsking(true)}>
        Notify when it ends
      </button>
      {asking && (
        <Dialog
          title="Notify when it ends"
          className="w-[min(440px,calc(100vw-24px))]"
          onClose={() => setAsking(false)}
        >
          <Form task={task} onTold={setTold} onClose={() => setAsking(false)} />
        </Dialog>
      )}
    </>
  );
}

function Form(props: { task: Task; onTold: (channel: string) => void; onClose: () => void }) {
  const client = useLedgerClient();
  const [channel, setChannel] = useState("");
  const chosen = useChosenChannel(channel);
  const { act, refused, busy } = useAct("notification-rules", "notifications");
  const id = useId();
  const ask = async () => {
    const params = { path: { task_id: props.task.task_id } };
    const body = { channel: chosen.channel };
    if (await act(() => answered(client.POST("/tasks/{task_id}/notify", { params, body })))) {
      props.onTold(chosen.channel);
      props.onClose();
    }
  };
  return (
    <form
      className="mt-3 grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <div>
        <label htmlFor={id} className="mb-1 block">
          Tell
        </label>
        <ChooseChannel id={id} chosen={chosen} onChoose={setChannel} />
      </div>
      {chosen.none ? (
        <NoChannel />
      ) : (
        <p className="text-soft">
          It is sent one message, with the status in which the task ended.
        </p>
      )}
      {refused && (
        <p role="alert" className="text-failure">
          {refused}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="button" onClick={props.onClose}>
          Not now
        </button>
        <button
          type="submit"
          className="button font-semibold"
          disabled={busy || chosen.channel === ""}
        >
          Notify
        </button>
      </div>
    </form>
  );
}
