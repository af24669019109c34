import { type ReactNode, useEffect, useRef } from "react";

/** Asks before something that cannot be taken back. Escape and the first button leave it. */
export function Confirm(props: {
  title: string;
  children: ReactNode;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      onClose={props.onClose}
      aria-label={props.title}
      className="panel m-auto max-w-md p-4 text-ink shadow-raised backdrop:bg-[rgb(0_0_0/40%)]"
    >
      <h2 className="text-lg font-semibold">{props.title}</h2>
      <div className="mt-1 text-soft">{props.children}</div>
      <form method="dialog" className="mt-4 flex justify-end gap-2">
        <button type="submit" className="button">
          Keep it
        </button>
        <button
          type="submit"
          className="button font-semibold text-failure"
          onClick={props.onConfirm}
        >
          {props.action}
        </button>
      </form>
    </dialog>
  );
}
