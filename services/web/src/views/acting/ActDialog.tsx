import { type ReactNode, useId, useRef, useState } from "react";
import { Problem } from "../../client";
import { Dialog } from "../../ui/Dialog";

/** Explains an action, takes a reason and runs it. Stays open if the server refuses. */
export function ActDialog(props: {
  title: string;
  children: ReactNode;
  /** The label of the text that goes into the event. */
  label: string;
  required?: boolean;
  action: string;
  keep: string;
  danger?: boolean;
  /** Called after the action: closes the dialog or replaces it. */
  onSend: (text: string | undefined) => Promise<void>;
  onClose: () => void;
}) {
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState("");
  const text = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const send = async () => {
    setSent(true);
    setRefused("");
    try {
      await props.onSend(text.current?.value.trim() || undefined);
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
      setSent(false);
    }
  };
  return (
    <Dialog title={props.title} className="w-[28rem]" onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="mt-1 grid gap-2 text-soft">{props.children}</div>
        <label htmlFor={id} className="mt-3 mb-1 block">
          {props.label}
        </label>
        <textarea
          id={id}
          ref={text}
          className="field w-full py-1"
          rows={2}
          maxLength={2000}
          required={props.required}
        />
        {refused && (
          <p role="alert" className="mt-2 text-failure">
            {refused}
          </p>
        )}
        <div className="mt-3 flex flex-wrap justify-end gap-2">
          <button type="button" className="button" onClick={props.onClose}>
            {props.keep}
          </button>
          <button
            type="submit"
            className={`button font-semibold ${props.danger ? "text-failure" : ""}`}
            disabled={sent}
          >
            {props.action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
