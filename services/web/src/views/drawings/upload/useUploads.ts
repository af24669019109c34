/** Uploads files, a few at a time. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { Problem } from "../../../client";
import { sendFile } from "./sendFile";

const AT_ONCE = 2;

export interface Sending {
  key: number;
  name: string;
  /** The uploaded share of its bytes; null while it waits. */
  percent: number | null;
  /** The task that processes it. */
  taskId: string | null;
  /** The server's reason for refusing it. */
  refused: string | null;
}

export interface Uploads {
  files: Sending[];
  send: (files: Iterable<File>) => void;
  dismiss: (key: number) => void;
}

export function useUploads(projectId: string): Uploads {
  const queries = useQueryClient();
  const [files, setFiles] = useState<Sending[]>([]);
  const waiting = useRef<[number, File][]>([]);
  const running = useRef(0);
  const nextKey = useRef(1);

  const note = useCallback((key: number, change: Partial<Sending>) => {
    setFiles((before) => before.map((each) => (each.key === key ? { ...each, ...change } : each)));
  }, []);

  const next = useCallback(async () => {
    const turn = running.current < AT_ONCE ? waiting.current.shift() : undefined;
    if (!turn) return;
    const [key, file] = turn;
    running.current += 1;
    const form = new FormData();
    form.append("file", file);
    try {
      note(key, { percent: 0 });
      const taskId = await sendFile(projectId, form, (percent) => note(key, { percent }));
      note(key, { taskId, percent: 100 });
      void queries.invalidateQueries({ queryKey: ["documents", projectId] });
    } catch (error) {
      note(key, { refused: error instanceof Problem ? error.message : String(error) });
    } finally {
      running.current -= 1;
      void next();
    }
  }, [note, projectId, queries]);

  const send = useCallback(
    (chosen: Iterable<File>) => {
      const added = [...chosen].map((file) => [nextKey.current++, file] as [number, File]);
      waiting.current.push(...added);
      setFiles((before) => [
        ...added.map(([key, file]) => ({
          key,
          name: file.name,
          percent: null,
          taskId: null,
          refused: null,
        })),
        ...before,
      ]);
      for (const _ of added) void next();
    },
    [next],
  );
  const dismiss = useCallback(
    (key: number) => setFiles((before) => before.filter((each) => each.key !== key)),
    [],
  );
  return { files, send, dismiss };
}
