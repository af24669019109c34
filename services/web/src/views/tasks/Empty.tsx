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
      <Notice title="No task yet" action={<FirstTask projectId={props.projectId} />}>
        A task appears here when it is registered, before any worker has seen it.
      </Notice>
    );
  }
  const without: [text: string, rest: Wanted][] = [];
  if (wanted.status)
    without.push([`status ${wanted.status.join(", ")}`, { ...wanted, status: undefined }]);
  if (wanted.type) without.push([`type ${wanted.type.join(", ")}`, { ...wanted, type: undefined }]);
  if (wanted.q) without.push([`“${wanted.q}”`, { ...wanted, q: undefined }]);
  if (wanted.since) without.push([`last ${wanted.since}`, { ...wanted, since: undefined }]);
  return (
    <Notice
      title="Nothing matches"
      action={without.map(([text, rest]) => (
        <button key={text} type="button" className="button" onClick={() => onChange(rest)}>
          Without {text}
        </button>
      ))}
    >
      No task of this project fits all of these filters.
    </Notice>
  );
}
