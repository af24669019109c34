import type { ReactNode } from "react";
import { Dialog } from "./Dialog";

/** Asks for confirmation before an irreversible action. Escape and the first button cancel. */
export function Confirm(props: {
  title: string;
  children: ReactNode;
  action: string;
  keep: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={props.title} className="max-w-md" onClose={props.onClose}>
      <div className="mt-1 text-soft">{props.children}</div>
      <form method="dialog" className="mt-4 flex justify-end gap-2">
        <button type="submit" className="button">
          {props.keep}
        </button>
        <button
          type="submit"
          className="button font-semibold text-failure"
          onClick={props.onConfirm}
        >
          {props.action}
        </button>
      </form>
    </Dialog>
  );
}
