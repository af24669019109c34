import { Link } from "@tanstack/react-router";
import { useAddedViews } from "./addedViews";
import { mayOperate, useSession } from "./session";

/** To where the first tasks of a project are started, for those who may, where a view offers it. */
export function FirstTask({ projectId }: { projectId: string }) {
  const session = useSession();
  const added = useAddedViews();
  if (!mayOperate(session.data)) return null;
  return added.map(({ name, invites }) => (
    <Link
      key={name}
      className="button"
      to="/projects/$projectId/$view"
      params={{ projectId, view: name }}
    >
      {invites}
    </Link>
  ));
}
