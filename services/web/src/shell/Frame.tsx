/** The frame of every view: names it, and says why it cannot be shown. */
import { createContext, Fragment, type ReactNode, use, useEffect, useLayoutEffect } from "react";
import { Problem } from "../client";
import { ProblemNotice, SignedOut } from "../ui/Notice";
import { useZone } from "../ui/zone";
import { useSession, useSignedOut } from "./session";

/** Takes the project of the view that is shown. */
export const ProjectOfView = createContext<(projectId: string | null) => void>(() => {});

export function Frame(props: { projectId: string | null; title: string; children: ReactNode }) {
  const { projectId, title } = props;
  const session = useSession();
  const out = useSignedOut();
  const show = use(ProjectOfView);
  // Every time is written anew in another zone.
  const zoneKey = useZone();
  // Before anything is painted with the project of the view before.
  useLayoutEffect(() => show(projectId), [show, projectId]);
  useEffect(() => {
    document.title = `${title} · Task Ledger`;
  }, [title]);
  const problem = session.error instanceof Problem ? session.error : null;
  if (out) return <SignedOut />;
  if (problem && !session.data) {
    return <ProblemNotice problem={problem} retry={() => void session.refetch()} />;
  }
  return <Fragment key={zoneKey}>{props.children}</Fragment>;
}
