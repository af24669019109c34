import { type FormEvent, useId, useState } from "react";
import { Progress } from "../../ui/Progress";
import { sendFile } from "./sendFile";

export function Upload(props: { projectId: string; onTask: (taskId: string) => void }) {
  const field = useId();
  const [percent, setPercent] = useState<number | null>(null);
  const [refused, setRefused] = useState("");
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setRefused("");
    setPercent(0);
    try {
      props.onTask(await sendFile(props.projectId, new FormData(form), setPercent));
      form.reset();
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    } finally {
      setPercent(null);
    }
  };
  return (
    <form
      onSubmit={(event) => void send(event)}
      className="panel flex flex-wrap items-center gap-3 px-4 py-3"
    >
      <label htmlFor={field} className="font-medium">
        Upload a drawing
      </label>
      <input
        id={field}
        type="file"
        name="file"
        required
        accept=".pdf,.png,.jpg,.jpeg,.tif,.tiff"
        className="max-w-full"
      />
      <button type="submit" className="button" disabled={percent !== null}>
        Upload
      </button>
      {percent !== null && <Progress percent={percent} label="Uploaded" />}
      {refused && (
        <p role="alert" className="w-full text-failure">
          {refused}
        </p>
      )}
    </form>
  );
}
