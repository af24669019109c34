import { useEffect, useRef } from "react";
import { useTyped } from "./useTyped";
import { isTaskId } from "./wording";

const PAUSE_MS = 300;

/** A field that searches while typing; a pasted task ID opens the task. */
export function SearchBox(props: {
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  onOpen: (taskId: string) => void;
}) {
  const { text, setText, send } = useTyped(props.text);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (next: string) => {
    clearTimeout(timer.current);
    if (isTaskId(next)) props.onOpen(next.trim().toLowerCase());
    else if (send(next.trim())) props.onText(next.trim());
  };
  return (
    <form
      role="search"
      className="min-w-40 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        apply(text);
      }}
    >
      <input
        data-search
        type="search"
        aria-label={props.label}
        placeholder={props.placeholder}
        className="field w-full"
        maxLength={300}
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => apply(next), PAUSE_MS);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          setText("");
          apply("");
          event.currentTarget.blur();
        }}
      />
    </form>
  );
}
