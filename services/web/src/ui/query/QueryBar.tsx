/** A query field, with completion of fields, operators and values, by the keyboard alone. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { answered, Problem, useLedgerClient } from "../../client";
import { useTyped } from "../useTyped";
import { isTaskId } from "../wording";
import {
  completionOf,
  isUnfinished,
  type KnownValues,
  type Option,
  type QueryField,
  refusedPart,
} from "./completion";
import { withZone } from "./zoned";

const PAUSE_MS = 300;
const VALUES_STALE_MS = 60_000;
const NO_FIELDS: readonly QueryField[] = [];
const NO_VALUES: KnownValues = {};

type Of = "tasks" | "events";

function useQueryFields(of: Of, wanted: boolean): readonly QueryField[] {
  const client = useLedgerClient();
  const { data } = useQuery({
    queryKey: ["query-fields", of],
    queryFn: ({ signal }) =>
      answered(client.GET("/query-fields", { params: { query: { of } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: wanted,
  });
  return data?.fields ?? NO_FIELDS;
}

function useKnownValues(projectId: string | null, wanted: boolean): KnownValues {
  const client = useLedgerClient();
  const { data } = useQuery({
    queryKey: ["query-values", projectId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/projects/{project_id}/query-values", {
          params: { path: { project_id: projectId ?? "" } },
          signal,
        }),
      ),
    staleTime: VALUES_STALE_MS,
    enabled: wanted && projectId !== null,
  });
  return data?.values ?? NO_VALUES;
}

export function QueryBar(props: {
  of: Of;
  /** Null for all projects. */
  projectId: string | null;
  label: string;
  placeholder: string;
  query: string;
  /** Why the list could not be read, if it could not. */
  problem: unknown;
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
  const fields = useQueryFields(props.of, listed);
  const known = useKnownValues(props.projectId, listed);
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
    const { begun } = completionOf(next, at, fields, known);
    if (!begun && !isUnfinished(next))
      timer.current = window.setTimeout(() => apply(next), PAUSE_MS);
  };
  const completion = completionOf(text, caret, fields, known);
  const options = listed ? completion.options : [];
  const position =
    props.problem instanceof Problem && withZone(text.trim()) === props.query
      ? props.problem.position
      : undefined;
  const refused = position === undefined ? undefined : refusedPart(props.query, position);
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
        if (!refused) return;
        // Enter on a refused query leads to the part to mend, in the query as it was sent.
        flushSync(() => setText(props.query));
        input.current?.setSelectionRange(refused[0].length, refused[0].length + refused[1].length);
      }}
    >
      <input
        ref={input}
        data-search
        type="search"
        role="combobox"
        aria-label={props.label}
        aria-invalid={refused ? true : undefined}
        aria-describedby={refused ? `${id}-refused` : undefined}
        aria-expanded={options.length > 0}
        aria-controls={`${id}-options`}
        aria-autocomplete="list"
        aria-activedescendant={options.length > 0 ? `${id}-${chosen}` : undefined}
        placeholder={props.placeholder}
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
      {refused && (
        <p id={`${id}-refused`} data-refused className="mt-1 text-xs text-soft">
          Refused at character {(position ?? 0) + 1}:{" "}
          <code className="break-all">
            {refused[0]}
            <mark className="bg-transparent text-failure underline decoration-wavy">
              {refused[1]}
            </mark>
            {refused[2]}
          </code>
        </p>
      )}
    </form>
  );
}
