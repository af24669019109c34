import { Link } from "@tanstack/react-router";
import { mayOperate, useSession } from "./session";

/** To where tasks of a project are started, for whoever may. */
export function UploadLink({ projectId }: { projectId: string }) {
  const session = useSession();
  if (!mayOperate(session.data)) return null;
  return (
    <Link className="button" to="/projects/$projectId/drawings" params={{ projectId }}>
      Upload a drawing
    </Link>
  );
}
