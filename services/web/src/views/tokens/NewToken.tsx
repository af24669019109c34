import { useId, useState } from "react";
import { answered, Problem, useLedgerClient } from "../../client";
import { useProjects } from "../../shell/projects";
import { usePaused } from "../../shell/usePaused";
import { Dialog } from "../../ui/Dialog";
import { timeOf, zoneChosen } from "../../ui/zone";
import type { NewSecret } from "./Secret";

const ROLES = [
  ["viewer", "reads"],
  ["operator", "reads, acts on tasks"],
  ["auditor", "reads, exports"],
  ["admin", "does all of this, administers"],
] as const;

/** A button that asks for what a new token is, and creates it. */
export function NewToken({ onCreated }: { onCreated: (made: NewSecret) => void }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>
        New token
      </button>
      {asking && (
        <Dialog title="New token" className="w-96" onClose={() => setAsking(false)}>
          <Form
            onCreated={(made) => {
              setAsking(false);
              onCreated(made);
            }}
            onClose={() => setAsking(false)}
          />
        </Dialog>
      )}
    </>
  );
}

function Form(props: { onCreated: (made: NewSecret) => void; onClose: () => void }) {
  const client = useLedgerClient();
  const [typed, setTyped] = useState("");
  const known = useProjects(usePaused(typed), 20).data?.projects ?? [];
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState("");
  const id = useId();
  const send = async (form: FormData) => {
    const projects = [
      ...new Set(
        text(form, "projects")
          .split(",")
          .map((each) => each.trim()),
      ),
    ];
    const named = projects.filter((each) => each !== "");
    const until = text(form, "until");
    setSent(true);
    setRefused("");
    try {
      const made = await answered(
        client.POST("/tokens", {
          body: {
            name: text(form, "name").trim(),
            role: text(form, "role") as (typeof ROLES)[number][0],
            projects: named.length > 0 ? named : null,
            expires_at: until ? timeOf(`${until}T23:59:59`) : null,
          },
        }),
      );
      props.onCreated(made);
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
      setSent(false);
    }
  };
  return (
    <form
      className="mt-3 grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send(new FormData(event.currentTarget));
      }}
    >
      <Field id={`${id}n`} label="Name" says="The actor of everything done with it; never reused.">
        <input id={`${id}n`} name="name" className="field w-full" required maxLength={100} />
      </Field>
      <Field id={`${id}r`} label="Role">
        <select id={`${id}r`} name="role" className="field w-full">
          {ROLES.map(([role, does]) => (
            <option key={role} value={role}>
              {role}: {does}
            </option>
          ))}
        </select>
      </Field>
      <Field id={`${id}p`} label="Projects" says="Ids, separated by commas. Empty: all projects.">
        <input
          id={`${id}p`}
          name="projects"
          className="field w-full"
          list={`${id}l`}
          onChange={(event) => setTyped(event.target.value.split(",").at(-1)?.trim() ?? "")}
        />
        <datalist id={`${id}l`}>
          {known.map((project) => (
            <option key={project.id} value={project.id} />
          ))}
        </datalist>
      </Field>
      <Field
        id={`${id}u`}
        label="Valid until"
        says={`To the end of this day in ${zoneChosen() === "utc" ? "UTC" : "your time zone"}. Empty: no end.`}
      >
        <input id={`${id}u`} name="until" type="date" className="field w-full" />
      </Field>
      {refused && (
        <p role="alert" className="text-failure">
          {refused}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={props.onClose}>
          Not now
        </button>
        <button type="submit" className="button font-semibold" disabled={sent}>
          Create token
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

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
