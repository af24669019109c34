import { FirstTask } from "../../shell/FirstTask";
import { Notice } from "../../ui/Notice";
import type { Wanted } from "./search";

/** Nothing here yet, with what to do; or nothing matches, with each filter that can be taken away. */
export function Empty(props: {
  filtered: boolean;
  wanted: Wanted;
  projectId: string;
  onChange: (wanted: Wanted) => void;
}) {
  const { wanted, onChange } = props;
  if (!props.filtered) {
    return (
      <Notice title="No tasks yet" action={<FirstTask projectId={props.projectId} />}>
        Tasks appear here when they are registered, before a worker takes them.
      </Notice>
    );
  }
  const without: [text: string, rest: Wanted][] = [];
  if (wanted.status)
    without.push([`status ${wanted.status.join(", ")}`, { ...wanted, status: undefined }]);
  if (wanted.type) without.push([`type ${wanted.type.join(", ")}`, { ...wanted, type: undefined }]);
  if (wanted.query) without.push([`“${wanted.query}”`, { ...wanted, query: undefined }]);
  if (wanted.since) without.push([`last ${wanted.since}`, { ...wanted, since: undefined }]);
  return (
    <Notice
      title="No matching tasks"
      action={without.map(([text, rest]) => (
        <button key={text} type="button" className="button" onClick={() => onChange(rest)}>
          Remove filter: {text}
        </button>
      ))}
    >
      No task in this project matches all filters.
    </Notice>
  );
}
