import { type ReactNode, useEffect, useRef } from "react";

/** A modal dialog, closed by Escape or by a form in it. */
export function Dialog(props: {
  title: string;
  className?: string;
  onClose: () => void;
  children: ReactNode;
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
      className={`panel m-auto p-4 text-start text-ink max-sm:max-w-[calc(100vw-32px)] shadow-raised backdrop:bg-[rgb(0_0_0/40%)] ${props.className ?? ""}`}
    >
      <h2 className="text-lg font-semibold">{props.title}</h2>
      {props.children}
    </dialog>
  );
}
