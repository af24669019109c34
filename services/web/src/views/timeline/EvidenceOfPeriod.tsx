import { useRef, useState } from "react";
import { apiAddress } from "../../client";
import { usePopover } from "../../ui/usePopover";
import { zone } from "../../ui/wording";
import { timeOf } from "../../ui/zone";

/** Asks for a period in the chosen time zone and downloads its evidence. */
export function EvidenceOfPeriod({ projectId }: { projectId: string }) {
  const details = useRef<HTMLDetailsElement>(null);
  usePopover(details);
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const period = new URLSearchParams();
  if (since) period.set("since", timeOf(since));
  if (until) period.set("until", timeOf(until));
  const reversed = since !== "" && until !== "" && since >= until;
  return (
    <details ref={details} className="relative">
      <summary className="button list-none text-xs" title="Evidence of a period">
        Period
      </summary>
      <div className="panel absolute right-0 z-20 mt-1 grid w-72 gap-2 max-sm:fixed max-sm:inset-x-3 max-sm:w-auto bg-raised p-3 text-left text-xs shadow-raised">
        <p className="text-ink">Evidence of all events that were recorded in a period.</p>
        <Moment label="From" value={since} onValue={setSince} />
        <Moment label="Until (exclusive)" value={until} onValue={setUntil} />
        {reversed ? (
          <p role="alert" className="text-failure">
            The period ends before it begins.
          </p>
        ) : (
          <a
            className="button justify-self-start text-xs"
            href={apiAddress(`projects/${encodeURIComponent(projectId)}/evidence?${period}`)}
            download
          >
            Download evidence
          </a>
        )}
      </div>
    </details>
  );
}

function Moment(props: { label: string; value: string; onValue: (value: string) => void }) {
  return (
    <label className="grid gap-1 text-soft">
      {props.label} ({zone(props.value === "" ? Date.now() : timeOf(props.value))})
      <input
        className="field"
        type="datetime-local"
        step="1"
        max="9999-12-31T23:59:59"
        value={props.value}
        onChange={(event) => props.onValue(event.target.value)}
      />
    </label>
  );
}
