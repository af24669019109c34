import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import { answered, apiAddress, type Seal, useLedgerClient } from "../client";
import { Copy } from "./Copy";
import { Ago } from "./Times";
import { usePopover } from "./usePopover";
import { counted, exact, number } from "./wording";

const ASK_EVERY_MS = 10_000;

/** The last sealed event of a project; expanded: time, key, and events not sealed yet. */
export function SealState({ projectId }: { projectId: string }) {
  const client = useLedgerClient();
  const details = useRef<HTMLDetailsElement>(null);
  usePopover(details);
  const { data: seal } = useQuery({
    queryKey: ["seal", projectId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/projects/{project_id}/seal/status", {
          params: { path: { project_id: projectId } },
          signal,
        }),
      ),
    refetchInterval: ASK_EVERY_MS,
  });
  if (!seal || seal.log === null) return null;
  return (
    <details ref={details} className="relative" data-sealed={seal.sealed}>
      <summary className="button list-none text-xs">
        <Verdict seal={seal} />
      </summary>
      <div className="panel absolute right-0 z-20 mt-1 w-96 max-sm:fixed max-sm:inset-x-3 max-sm:w-auto bg-raised p-3 text-xs shadow-raised">
        <p className="text-ink">{inWords(seal)}</p>
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
          <Fact name="Sealed">
            {seal.sealed === 0 ? "nothing yet" : `events 1 to ${number(seal.sealed)}`}
          </Fact>
          <Fact name="Not yet sealed">{counted(seal.events - seal.sealed, "event")}</Fact>
          <Fact name="When">{seal.sealed_at ? exact(seal.sealed_at) : "–"}</Fact>
          <Fact name="Log">{seal.log}</Fact>
          {seal.keys.map((key, place) => (
            <Fact key={key} name={place === 0 ? "Key" : "Older key"}>
              <span className="font-mono break-all">{key}</span> <Copy text={key} label="key" />
            </Fact>
          ))}
        </dl>
        {seal.sealed > 0 && (
          <p className="mt-2">
            <a
              className="underline"
              href={apiAddress(`projects/${encodeURIComponent(projectId)}/seal`)}
              download={`seal-${projectId}.json`}
            >
              Download the seal
            </a>{" "}
            to check an export without this server.
          </p>
        )}
      </div>
    </details>
  );
}

function Verdict({ seal }: { seal: Seal }) {
  if (seal.refused) return <span className="text-failure">✕ Sealing has stopped</span>;
  if (seal.sealed === 0 || seal.sealed_at === null) return <span>○ Not sealed yet</span>;
  const open = seal.events - seal.sealed;
  return (
    <span>
      <span className="text-success">✓ Sealed to event {number(seal.sealed)}</span>
      <span className="text-soft">
        {open > 0 && ` · ${number(open)} not yet`} · <Ago time={seal.sealed_at} />
      </span>
    </span>
  );
}

function inWords(seal: Seal): string {
  if (seal.refused)
    return "The sealer has stopped: the stored log no longer extends the sealed log. Ask the operator.";
  if (seal.sealed === 0) return "No event of this project is sealed yet.";
  return "A process outside the database has signed these events. Changing or removing one would be detected.";
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="min-w-0 text-ink">{children}</dd>
    </>
  );
}
