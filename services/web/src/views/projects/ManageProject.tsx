/** Names and describes a project, hides it from lists and shows it again. */
import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answered, Problem, type Project, useLedgerClient } from "../../client";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";

export function ManageProject({ project }: { project: Project }) {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const [open, setOpen] = useState<"name" | "hide" | null>(null);
  const [refused, setRefused] = useState("");
  const params = { path: { project_id: project.id } };
  const changed = () => {
    void queries.invalidateQueries({ queryKey: ["projects"] });
    void queries.invalidateQueries({ queryKey: ["project", project.id] });
  };
  const attempt = async (change: () => Promise<unknown>): Promise<boolean> => {
    setRefused("");
    try {
      await change();
      changed();
      return true;
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
      return false;
    }
  };
  const close = () => {
    setOpen(null);
    setRefused("");
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <button
        type="button"
        className="button text-xs"
        aria-label={`Edit: ${project.name}`}
        onClick={() => setOpen("name")}
      >
        Edit
      </button>
      {project.hidden ? (
        <button
          type="button"
          className="button text-xs"
          aria-label={`Unhide: ${project.name}`}
          onClick={() =>
            void attempt(() => answered(client.POST("/projects/{project_id}/unhide", { params })))
          }
        >
          Unhide
        </button>
      ) : (
        <button
          type="button"
          className="button text-xs"
          aria-label={`Hide: ${project.name}`}
          onClick={() => setOpen("hide")}
        >
          Hide
        </button>
      )}
      {refused && open === null && (
        <span role="alert" className="w-full text-xs text-failure">
          {refused}
        </span>
      )}
      {open === "hide" && (
        <Confirm
          title={`Hide ${project.name}?`}
          action="Hide"
          keep="Keep it listed"
          onConfirm={() =>
            void attempt(() => answered(client.POST("/projects/{project_id}/hide", { params })))
          }
          onClose={close}
        >
          It leaves the lists of projects for everybody. Its tasks, links, audits and exports stay
          as they are, and an admin can unhide it. The access log records it with your name.
        </Confirm>
      )}
      {open === "name" && (
        <NameDialog
          project={project}
          refused={refused}
          onClose={close}
          onSave={async (body) => {
            const saved = await attempt(() =>
              answered(client.PATCH("/projects/{project_id}/name", { params, body })),
            );
            if (saved) setOpen(null);
          }}
        />
      )}
    </div>
  );
}

function NameDialog(props: {
  project: Project;
  refused: string;
  onClose: () => void;
  onSave: (body: { name?: string; description?: string }) => Promise<void>;
}) {
  const { project } = props;
  const [was] = useState({
    name: project.named_by_application || project.name !== project.id ? project.name : "",
    description: project.description ?? "",
  });
  const [sent, setSent] = useState(false);
  const id = useId();
  const save = async (form: FormData) => {
    const [name, description] = [form.get("name"), form.get("description")];
    setSent(true);
    // Only what was changed here: the other may have been changed elsewhere meanwhile.
    await props.onSave({
      ...(typeof name === "string" && name !== was.name ? { name } : {}),
      ...(typeof description === "string" && description !== was.description
        ? { description }
        : {}),
    });
    setSent(false);
  };
  return (
    <Dialog title={`Project ${project.id}`} className="w-96" onClose={props.onClose}>
      <form
        className="mt-3 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save(new FormData(event.currentTarget));
        }}
      >
        <div>
          <label htmlFor={`${id}n`} className="mb-1 block">
            Name
          </label>
          <input
            id={`${id}n`}
            name="name"
            className="field w-full"
            maxLength={100}
            disabled={project.named_by_application}
            defaultValue={was.name}
          />
          <p className="mt-1 text-xs text-soft">
            {project.named_by_application
              ? "The application gives this project its name."
              : "Shown instead of the id. Empty: the id."}
          </p>
        </div>
        <div>
          <label htmlFor={`${id}d`} className="mb-1 block">
            Description
          </label>
          <textarea
            id={`${id}d`}
            name="description"
            className="field h-20 w-full"
            maxLength={300}
            defaultValue={was.description}
          />
        </div>
        {props.refused && (
          <p role="alert" className="text-failure">
            {props.refused}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <button type="button" className="button" onClick={props.onClose}>
            Not now
          </button>
          <button type="submit" className="button font-semibold" disabled={sent}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
