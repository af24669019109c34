import type { FollowState } from "../client";
import { useNow } from "../ui/now";
import { ago } from "../ui/wording";
import { useConnection } from "./live";

const SAYS: Record<FollowState, { text: string; title: string; look: string; shape: string }> = {
  connecting: {
    text: "connecting",
    title: "Connecting to the server",
    look: "text-soft",
    shape: "○",
  },
  live: { text: "live", title: "Events arrive as they happen", look: "text-success", shape: "●" },
  polling: {
    text: "polling",
    title: "The live stream is blocked; polling every few seconds",
    look: "text-retry",
    shape: "◐",
  },
  lost: {
    text: "disconnected",
    title: "The server cannot be reached. Showing the last known state and retrying",
    look: "text-failure",
    shape: "○",
  },
  denied: {
    text: "no access",
    title: "The server denies access",
    look: "text-failure",
    shape: "⊘",
  },
};

/** Shows the state of the connection, and so how current the data is. */
export function ConnectionState({ projectId }: { projectId: string }) {
  const { state, problem, since } = useConnection(projectId);
  const { text, title, look, shape } = SAYS[state];
  return (
    <span
      role="status"
      data-connection={state}
      title={problem ? `${title}: ${problem.message}` : title}
      className={`text-xs whitespace-nowrap ${look}`}
    >
      <span aria-hidden="true">{shape} </span>
      {text}
      {state === "lost" && (
        <span className="hidden sm:inline">
          <Since since={since} />
        </span>
      )}
    </span>
  );
}

function Since({ since }: { since: number }) {
  useNow();
  return <> for {ago(Date.now() - since)}</>;
}
