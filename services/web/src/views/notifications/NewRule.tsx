import { useId, useState } from "react";
import { answered, useLedgerClient } from "../../client";
import { useProjects } from "../../shell/projects";
import { useSession } from "../../shell/session";
import { usePaused } from "../../shell/usePaused";
import { Dialog } from "../../ui/Dialog";
import { counted, moment } from "../../ui/wording";
import { ChooseChannel, NoChannel, useChosenChannel } from "./ChooseChannel";
import { TRIGGERS, type Trigger } from "./triggers";
import { useAct } from "./useAct";

/** A button that asks for a rule, previews and creates it. */
export function NewRule() {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>
        New rule
      </button>
      {asking && (
        <Dialog title="New rule" className="w-[min(440px,calc(100vw-24px))]" onClose={close}>
          <Form onClose={close} />
        </Dialog>
      )}
    </>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const client = useLedgerClient();
  const everywhere = useSession().data?.projects === null;
  const [trigger, setTrigger] = useState<Trigger>("task.failed");
  const [channel, setChannel] = useState("");
  const chosen = useChosenChannel(channel);
  const [project, setProject] = useState("");
  const [query, setQuery] = useState("");
  const [quiet, setQuiet] = useState("0");
  const projects = useProjects(usePaused(project), 20).data?.projects ?? [];
  const [previewed, setPreviewed] = useState({ of: "", says: "" });
  const { act, refused, busy } = useAct("notification-rules");
  const id = useId();
  const { ofTasks } = TRIGGERS[trigger];
  const project_id = project.trim() || null;
  const to = chosen.channel;

  const create = async () => {
    const body = {
      channel: to,
      trigger,
      project_id: ofTasks ? project_id : null,
      query: ofTasks ? query.trim() : "",
      quiet_s: Number(quiet) * 60,
      after_s: 300,
    };
    if (await act(() => answered(client.POST("/notification-rules", { body })))) onClose();
  };
  const previewing = { project_id: project_id ?? "", trigger, query: query.trim() };
  const of = JSON.stringify(previewing);
  const preview = () =>
    act(async () => {
      setPreviewed({ of: "", says: "" });
      const body = previewing;
      const found = await answered(client.POST("/notification-rules/preview", { body }));
      const since = found.complete ? "in the last 24 hours" : `since ${moment(found.since)}`;
      const times = counted(found.matches, "time");
      setPreviewed({ of, says: `It would have notified ${times} ${since}.` });
    });
  return (
    <form
      className="mt-3 grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <Field id={`${id}t`} label="When">
        <select
          id={`${id}t`}
          className="field w-full"
          value={trigger}
          onChange={(event) => setTrigger(event.target.value as Trigger)}
        >
          {(Object.keys(TRIGGERS) as Trigger[])
            .filter((each) => everywhere || TRIGGERS[each].ofTasks)
            .map((each) => (
              <option key={each} value={each}>
                {TRIGGERS[each].says}
              </option>
            ))}
        </select>
      </Field>
      <Field id={`${id}c`} label="Tell">
        <ChooseChannel id={`${id}c`} chosen={chosen} onChoose={setChannel} />
      </Field>
      {ofTasks && (
        <>
          <Field
            id={`${id}p`}
            label="Project"
            says={everywhere ? "Its id. Empty: all projects." : "Its id."}
          >
            <input
              id={`${id}p`}
              className="field w-full"
              list={`${id}l`}
              maxLength={200}
              required={!everywhere}
              value={project}
              onChange={(event) => setProject(event.target.value)}
            />
            <datalist id={`${id}l`}>
              {projects.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.name}
                </option>
              ))}
            </datalist>
          </Field>
          <Field id={`${id}q`} label="Query" says="As in a list of tasks. Empty: all tasks.">
            <input
              id={`${id}q`}
              className="field w-full font-mono"
              placeholder="type:ocr* meta.customer:acme"
              maxLength={1000}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
          </Field>
        </>
      )}
      <Field
        id={`${id}m`}
        label="Then quiet for"
        says="Minutes; what happens meanwhile is counted."
      >
        <input
          id={`${id}m`}
          className="field w-24"
          type="number"
          min={0}
          max={1440}
          value={quiet}
          onChange={(event) => setQuiet(event.target.value)}
        />
      </Field>
      {/* Not of what was previewed before a change. */}
      <p role="status">{previewed.of === of && ofTasks && previewed.says}</p>
      {chosen.none && <NoChannel />}
      {refused && (
        <p role="alert" className="text-failure">
          {refused}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {ofTasks && project_id !== null && (
          <button
            type="button"
            className="button mr-auto"
            disabled={busy}
            onClick={() => void preview()}
          >
            Preview
          </button>
        )}
        <button type="button" className="button" onClick={onClose}>
          Not now
        </button>
        <button type="submit" className="button font-semibold" disabled={busy || to === ""}>
          Create rule
        </button>
      </div>
    </form>
  );
}

function Field(props: { id: string; label: string; says?: string; children: React.ReactNode }) {
  return (
    <div>
      <label htmlFor={props.id} className="mb-1 block">
        {props.label}
      </label>
      {props.children}
      {props.says && <p className="mt-1 text-xs text-soft">{props.says}</p>}
    </div>
  );
}
