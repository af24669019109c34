import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Problem } from "../client";
import { Loading, Notice, ProblemNotice } from "../ui/Notice";
import { useZone } from "../ui/zone";
import { useAddedViews } from "./addedViews";
import { codeOf } from "./code";
import { Frame } from "./Frame";
import { NotHere } from "./NotHere";
import { useSession } from "./session";
import { ADDED_VIEWS, type View } from "./views";

/** A view once its code is loaded; before that, an empty frame. */
export function LazyView({ view }: { view: View }) {
  const { projectId = null } = useParams({ strict: false });
  const code = useQuery(codeOf(view));
  // Times in the view itself change with the zone.
  useZone();
  if (code.data) return <code.data />;
  return (
    <Frame projectId={projectId} title={view.title}>
      {code.error instanceof Problem && code.error.code === "replaced" ? (
        <Updated />
      ) : code.error ? (
        <ProblemNotice problem={code.error} retry={() => void code.refetch()} />
      ) : (
        <Loading />
      )}
    </Frame>
  );
}

function Updated() {
  return (
    <Notice
      role="alert"
      title="A new version is available"
      action={
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload
        </button>
      }
    >
      This tab runs the previous version. Reload to continue.
    </Notice>
  );
}

/** A view added by an application, if this installation has it. */
export function AddedViewAtAddress() {
  const { projectId, view: name } = useParams({ from: "/projects/$projectId/$view" });
  const session = useSession();
  const present = useAddedViews().find((view) => view.name === name);
  const known = ADDED_VIEWS.find((view) => view.name === name);
  if (!known) return <NotHere />;
  if (present) return <LazyView view={present} />;
  return (
    <Frame projectId={projectId} title={known.title}>
      {session.data === undefined ? <Loading /> : <Notice title={known.missing} />}
    </Frame>
  );
}
