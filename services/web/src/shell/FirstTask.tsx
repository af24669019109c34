import { Link } from "@tanstack/react-router";
import { useAddedViews } from "./addedViews";
import { mayOperate, useSession } from "./session";

/**
 * A link to where a project's first tasks are started, if a view offers it and the role allows it.
 */
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
