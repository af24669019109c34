import { Link } from "@tanstack/react-router";
import { Notice, SignedOut } from "../ui/Notice";
import { Frame } from "./Frame";
import { Shell } from "./Shell";

export function NotHere() {
  return (
    <Frame projectId={null} title="Not found">
      <Notice
        title="Page not found"
        action={
          <Link className="button" to="/">
            All projects
          </Link>
        }
      />
    </Frame>
  );
}

/** A problem that the server found for this address: `<status> <detail>`. */
export function ServerProblem({ told }: { told: string }) {
  const status = Number(told.slice(0, 3));
  const detail = told.slice(4);
  if (status === 401) return <SignedOut linkFailed />;
  if (status === 404) {
    return (
      <Shell>
        <NotHere />
      </Shell>
    );
  }
  return (
    <Notice role="alert" title="Request failed">
      {detail}
    </Notice>
  );
}
