import { FirstTask } from "../../shell/FirstTask";
import { useSession } from "../../shell/session";
import { Code } from "../../ui/Code";
import { Notice } from "../../ui/Notice";
import { useRetiredMonths } from "../../ui/RetiredMonths";
import { counted } from "../../ui/wording";
import type { Wanted } from "./search";

/** Explains an empty list: no tasks yet and what to do, or no match and which filters to remove. */
export function Empty(props: {
  filtered: boolean;
  wanted: Wanted;
  /** Null for all projects. */
  projectId: string | null;
  onChange: (wanted: Wanted) => void;
}) {
  const { wanted, onChange } = props;
  const retired = useRetiredMonths(props.projectId) ?? [];
  if (!props.filtered && props.projectId === null) return <NoTask />;
  if (!props.filtered && retired.length > 0) {
    const tasks = retired.reduce((sum, month) => sum + month.tasks, 0);
    return (
      <Notice title="No tasks here">
        {counted(tasks, "task")} of this project are in archives.
      </Notice>
    );
  }
  if (!props.filtered && props.projectId !== null) {
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
      {props.projectId === null
        ? "No task in the projects that you can see matches all filters."
        : "No task in this project matches all filters."}
    </Notice>
  );
}

/** No task in any project: there is none, or the token gives access to none. */
function NoTask() {
  const reach = useSession().data?.projects;
  if (reach?.length === 0)
    return <Notice title="No accessible projects">Your token has access to no project.</Notice>;
  if (reach)
    return (
      <Notice title="No tasks yet">
        Your token has access to {reach.length === 1 ? "one project" : `${reach.length} projects`}:{" "}
        {reach.slice(0, 5).join(", ")}
        {reach.length > 5 && ", …"}. No task was registered there.
      </Notice>
    );
  return (
    <Notice title="No tasks yet">
      Tasks appear here when they are registered with <Code>enqueue</Code>, before a worker takes
      them.
    </Notice>
  );
}
