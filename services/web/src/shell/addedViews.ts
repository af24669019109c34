/** The added views of this installation. */
import { useMemo } from "react";
import type { Session } from "../client";
import { useSession } from "./session";
import { ADDED_VIEWS, type AddedView } from "./views";

export function addedViewsOf(session: Session): readonly AddedView[] {
  return ADDED_VIEWS.filter((view) => session.views.includes(view.name));
}

const NONE: readonly AddedView[] = [];

/** Empty until the session is known. */
export function useAddedViews(): readonly AddedView[] {
  const session = useSession().data;
  return useMemo(() => (session === undefined ? NONE : addedViewsOf(session)), [session]);
}
