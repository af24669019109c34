import { useEffect, useState } from "react";
import { short } from "./wording";

/** A button that copies `text` and confirms it. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState<"" | "Copied" | "Blocked by the browser">("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid("Copied"),
      () => setSaid("Blocked by the browser"),
    );
  return (
    <button
      type="button"
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
      className="inline-flex relative z-10 -my-0.5 min-h-6 min-w-6 items-center justify-center rounded px-1 text-xs text-soft hover:bg-hover hover:text-ink"
      title={`Copy ${label}`}
      aria-label={`Copy ${label}`}
    >
      <svg
        viewBox="0 0 12 12"
        className="size-3"
        fill="none"
        stroke="currentColor"
        aria-hidden="true"
      >
        <rect x="4" y="4" width="6.5" height="6.5" rx="1" />
        <path d="M2 8V2.5a1 1 0 0 1 1-1H8" />
      </svg>
      <span role="status" className={said && "ml-1"}>
        {said}
      </span>
    </button>
  );
}

/** A shortened id with the full one in its title, and a copy button. */
export function Id({ id, label }: { id: string; label: string }) {
  return (
    <span className="inline-flex items-center font-mono text-xs" title={id}>
      {short(id)}
      <Copy text={id} label={label} />
    </span>
  );
}
