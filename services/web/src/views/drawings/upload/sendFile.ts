/** Uploads a file with progress, which `fetch` cannot report. */
import { apiAddress, Problem } from "../../../client";

/** Resolves with the id of the task that works on the drawing. Rejects with `Problem`. */
export function sendFile(
  projectId: string,
  form: FormData,
  onPercent: (percent: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", apiAddress(`projects/${encodeURIComponent(projectId)}/documents`));
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onPercent((event.loaded / event.total) * 100);
    };
    request.onload = () => {
      const answer = request.response as {
        task_id?: string;
        code?: string;
        detail?: string;
      } | null;
      if (request.status === 202 && answer?.task_id) resolve(answer.task_id);
      else {
        const detail = answer?.detail ?? `The server responded with status ${request.status}.`;
        reject(new Problem(request.status, answer?.code ?? "unexpected", detail));
      }
    };
    request.onerror = () =>
      reject(new Problem(0, "unreachable", "The server cannot be reached; nothing was uploaded."));
    request.send(form);
  });
}
