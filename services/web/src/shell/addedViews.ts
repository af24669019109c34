/** Which of the views that applications add this installation has. */
import { useMemo } from "react";
import type { Session } from "../client";
import { useSession } from "./session";
import { ADDED_VIEWS, type AddedView } from "./views";

/** Until every server tells its views in the session: what a server that does not has. */
const VIEWS_OF_A_SERVER_THAT_TELLS_NONE = ["drawings"];

export function addedViewsOf(session: Session): readonly AddedView[] {
  const told = (session as { views?: string[] }).views ?? VIEWS_OF_A_SERVER_THAT_TELLS_NONE;
  return ADDED_VIEWS.filter((view) => told.includes(view.name));
}

const NONE: readonly AddedView[] = [];

/** None before the session is known. */
export function useAddedViews(): readonly AddedView[] {
  const session = useSession().data;
  return useMemo(() => (session === undefined ? NONE : addedViewsOf(session)), [session]);
}
