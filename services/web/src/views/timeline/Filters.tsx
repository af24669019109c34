import { apiAddress } from "../../client";
import { mayExport, useSession } from "../../shell/session";
import { EVENT_TYPES, EventType } from "../../ui/EventType";
import { QueryBar } from "../../ui/query/QueryBar";
import { short } from "../../ui/wording";
import { EvidenceOfPeriod } from "./EvidenceOfPeriod";
import { isFiltered, type Wanted } from "./search";

export function Filters(props: {
  projectId: string;
  wanted: Wanted;
  problem: unknown;
  onChange: (wanted: Wanted) => void;
}) {
  const { wanted, onChange } = props;
  const chosen = wanted.type ?? [];
  const toggle = (type: (typeof EVENT_TYPES)[number]) => {
    const next = chosen.includes(type) ? chosen.filter((each) => each !== type) : [...chosen, type];
    onChange({ ...wanted, type: next.length > 0 ? next : undefined });
  };
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 pt-2 pb-1 sm:px-4">
      <fieldset
        data-scrolls-sideways
        className="flex min-w-0 gap-1 [scrollbar-width:none] max-sm:-m-0.5 max-sm:w-full max-sm:overflow-x-auto max-sm:p-0.5 sm:flex-wrap"
      >
        <legend className="sr-only">Event type</legend>
        {EVENT_TYPES.map((type) => (
          <button
            key={type}
            type="button"
            className="button px-2"
            aria-pressed={chosen.includes(type)}
            onClick={() => toggle(type)}
          >
            <EventType type={type} />
          </button>
        ))}
      </fieldset>
      <QueryBar
        of="events"
        projectId={props.projectId}
        label="Search the timeline, or paste a task ID to filter by it"
        placeholder="Search, as in: event:failed type:ocr* error:~bar after:1d"
        problem={props.problem}
        query={wanted.query ?? ""}
        onQuery={(query) => onChange({ ...wanted, query: query || undefined })}
        onOpen={(task) => onChange({ ...wanted, task, query: undefined })}
      />
      {wanted.q && (
        <Removable says={`"${wanted.q}"`} onRemove={() => onChange({ ...wanted, q: undefined })} />
      )}
      {wanted.task && (
        <Removable
          says={`task ${short(wanted.task)}`}
          onRemove={() => onChange({ ...wanted, task: undefined })}
        />
      )}
      {wanted.actor && (
        <Removable
          says={`by ${wanted.actor}`}
          onRemove={() => onChange({ ...wanted, actor: undefined })}
        />
      )}
      {wanted.task_type && (
        <Removable
          says={wanted.task_type}
          onRemove={() => onChange({ ...wanted, task_type: undefined })}
        />
      )}
      {isFiltered(wanted) && (
        <button type="button" className="button text-xs" onClick={() => onChange({})}>
          Clear filters
        </button>
      )}
    </div>
  );
}

function Removable({ says, onRemove }: { says: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      className="button text-xs"
      aria-label={`Remove filter: ${says}`}
      onClick={onRemove}
    >
      {says} <span aria-hidden="true">×</span>
    </button>
  );
}

/** The links to exports of all events of the project or of one task. */
export function Export({ projectId, taskId }: { projectId: string; taskId: string | undefined }) {
  const session = useSession();
  if (!mayExport(session.data)) return null;
  const of = taskId ? `&task_id=${taskId}` : "";
  const path = apiAddress(`projects/${encodeURIComponent(projectId)}/events/export`);
  const title = taskId
    ? "All events of this task"
    : "All events of this project, regardless of filters";
  return (
    <span className="flex flex-wrap justify-end gap-1">
      <a className="button text-xs" href={`${path}?format=ndjson${of}`} download title={title}>
        Export NDJSON
      </a>
      <a className="button text-xs" href={`${path}?format=csv${of}`} download title={title}>
        Export CSV
      </a>
      <a
        className="button text-xs"
        href={apiAddress(
          taskId
            ? `tasks/${taskId}/evidence`
            : `projects/${encodeURIComponent(projectId)}/evidence`,
        )}
        download
        title="A zip with export, seal, the program that checks both, and a report to print"
      >
        Evidence
      </a>
      {!taskId && <EvidenceOfPeriod projectId={projectId} />}
    </span>
  );
}
