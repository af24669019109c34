/** The list's query field, with completion of fields and values. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { answered, useLedgerClient } from "../../client";
import { useTyped } from "../../ui/useTyped";
import { isTaskId } from "../../ui/wording";
import { completionOf, isUnfinished, type Option, type QueryField } from "./completion";
import { withZone } from "./zoned";

const PAUSE_MS = 300;
const NO_FIELDS: readonly QueryField[] = [];

function useQueryFields(wanted: boolean): readonly QueryField[] {
  const client = useLedgerClient();
  const { data } = useQuery({
    queryKey: ["query-fields"],
    queryFn: ({ signal }) => answered(client.GET("/query-fields", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: wanted,
  });
  return data?.fields ?? NO_FIELDS;
}

export function QueryBar(props: {
  query: string;
  onQuery: (query: string) => void;
  onOpen: (taskId: string) => void;
}) {
  const { text, setText, send } = useTyped(props.query);
  const [caret, setCaret] = useState(0);
  const [listed, setListed] = useState(false);
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef(0);
  const id = useId();
  const fields = useQueryFields(listed);
  useEffect(() => () => clearTimeout(timer.current), []);

  const apply = (next: string) => {
    clearTimeout(timer.current);
    if (isTaskId(next)) props.onOpen(next.trim().toLowerCase());
    else {
      const query = withZone(next.trim());
      if (send(query)) props.onQuery(query);
    }
  };
  const put = (next: string, at: number) => {
    setText(next);
    setCaret(at);
    setChosen(0);
    clearTimeout(timer.current);
    const { begun } = completionOf(next, at, fields);
    if (!begun && !isUnfinished(next))
      timer.current = window.setTimeout(() => apply(next), PAUSE_MS);
  };
  const completion = completionOf(text, caret, fields);
  const options = listed ? completion.options : [];
  const take = (option: Option) => {
    const at = completion.from + option.text.length;
    // Set the caret at once, so that it does not jump while the user goes on typing.
    flushSync(() =>
      put(text.slice(0, completion.from) + option.text + text.slice(completion.to), at),
    );
    input.current?.focus();
    input.current?.setSelectionRange(at, at);
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const option = options[chosen];
    if (step !== 0 && options.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + options.length) % options.length);
    } else if (event.key === "Tab" && option && !event.shiftKey) {
      event.preventDefault();
      take(option);
    } else if (event.key === "Escape") {
      // Otherwise the browser clears the field.
      event.preventDefault();
      if (options.length > 0) return setListed(false);
      setText("");
      apply("");
      event.currentTarget.blur();
    }
  };
  return (
    <form
      role="search"
      className="relative min-w-40 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        setListed(false);
        apply(text);
      }}
    >
      <input
        ref={input}
        data-search
        type="search"
        role="combobox"
        aria-label="Search tasks, or paste a task ID to open it"
        aria-expanded={options.length > 0}
        aria-controls={`${id}-options`}
        aria-autocomplete="list"
        aria-activedescendant={options.length > 0 ? `${id}-${chosen}` : undefined}
        placeholder="Search, as in: scale error:~bar type:ocr* longer:5m"
        className="field w-full"
        maxLength={1000}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setListed(true);
          put(event.target.value, event.target.selectionStart ?? event.target.value.length);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onKeyDown={onKeyDown}
        onBlur={() => setListed(false)}
      />
      <div
        id={`${id}-options`}
        role="listbox"
        aria-label="Completions"
        hidden={options.length === 0}
        className="panel absolute inset-x-0 top-full z-20 mt-1 max-h-80 overflow-y-auto p-1 text-sm shadow-lg"
      >
        {options.map((option, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={option.text}
            id={`${id}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === chosen}
            className={`flex gap-3 rounded px-2 py-1 ${place === chosen ? "bg-mark" : "hover:bg-hover"}`}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(option)}
          >
            <code className="shrink-0 font-medium">{option.text}</code>
            <span className="min-w-0 truncate text-soft">{option.says}</span>
          </div>
        ))}
      </div>
    </form>
  );
}
