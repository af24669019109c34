/** The frame of every view: location, connection state, signed-in user. */
import { Link, useNavigate } from "@tanstack/react-router";
import { Fragment, type ReactNode, useEffect, useState } from "react";
import { hostSignsIn, Problem, pageRoot } from "../client";
import { ProblemNotice, SignedOut } from "../ui/Notice";
import { isTaskId, zone } from "../ui/wording";
import { chooseZone, useZone } from "../ui/zone";
import { useAddedViews } from "./addedViews";
import { ConnectionState } from "./ConnectionState";
import { useIdleLoading } from "./code";
import { KeyLegend } from "./KeyLegend";
import { useKeys } from "./keys";
import { Switcher } from "./Switcher";
import { useSession, useSignedOut } from "./session";
import { Tabs } from "./Tabs";
import { useTheme } from "./theme";

export function Frame(props: { projectId: string | null; title: string; children: ReactNode }) {
  const { projectId, title } = props;
  const session = useSession();
  const navigate = useNavigate();
  // Every time is written anew in another zone.
  const zoneKey = useZone();
  const [legend, setLegend] = useState(false);
  useEffect(() => {
    document.title = `${title} · Task Ledger`;
  }, [title]);

  const added = useAddedViews();
  useIdleLoading(added);
  const to = (view: "" | "/failures" | "/charts" | "/timeline") => () => {
    if (projectId !== null)
      void navigate({ to: `/projects/$projectId${view}`, params: { projectId } });
  };
  const toAdded = added.map(({ name: view, key }) => [
    `g ${key}`,
    () => {
      if (projectId !== null)
        void navigate({ to: "/projects/$projectId/$view", params: { projectId, view } });
    },
  ]);
  useKeys({
    ...Object.fromEntries(toAdded),
    "g t": projectId === null ? () => void navigate({ to: "/tasks" }) : to(""),
    "g f": projectId === null ? () => void navigate({ to: "/failures" }) : to("/failures"),
    "g c": projectId === null ? () => void navigate({ to: "/charts" }) : to("/charts"),
    "g p": to("/timeline"),
    "g q": () => void navigate({ to: "/queues" }),
    "g w": () => void navigate({ to: "/workers" }),
    "g s": () => void navigate({ to: "/schedules" }),
    "g a": () => void navigate({ to: "/" }),
    "?": () => setLegend(true),
    "/": () => document.querySelector<HTMLElement>("[data-search]")?.focus(),
  });
  usePastedId((taskId) => void navigate({ to: "/tasks/$taskId", params: { taskId } }));

  const problem = session.error instanceof Problem ? session.error : null;
  const out = useSignedOut();
  return (
    <div className="flex h-full flex-col">
      {/* Not a link: a fragment alone would resolve against the document's base. */}
      <button
        type="button"
        className="button sr-only focus:not-sr-only focus:absolute focus:z-30 focus:m-2"
        onClick={() => document.getElementById("main")?.focus()}
      >
        Skip to content
      </button>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-panel px-3 py-1.5 sm:px-4">
        <Link to="/" className="hidden font-semibold text-ink sm:inline">
          Task Ledger
        </Link>
        {!out && <Switcher projectId={projectId} />}
        {!out && <Tabs projectId={projectId} />}
        <div className="ml-auto flex items-center gap-2">
          {!out && projectId !== null && <ConnectionState projectId={projectId} />}
          <ZoneButton />
          <ThemeButton />
          <button
            type="button"
            className="button hidden sm:inline-flex"
            onClick={() => setLegend(true)}
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
          >
            ?
          </button>
          {session.data && <Who name={session.data.name} role={session.data.role} />}
        </div>
      </header>
      <main id="main" tabIndex={-1} className="min-h-0 flex-1 outline-none">
        {out ? (
          <SignedOut />
        ) : problem && !session.data ? (
          <ProblemNotice problem={problem} retry={() => void session.refetch()} />
        ) : (
          <Fragment key={zoneKey}>{props.children}</Fragment>
        )}
      </main>
      {legend && <KeyLegend onClose={() => setLegend(false)} />}
    </div>
  );
}

function Who({ name, role }: { name: string; role: string }) {
  if (hostSignsIn()) {
    return (
      <span className="text-xs text-soft">
        {name} · {role}
      </span>
    );
  }
  return (
    <form
      method="post"
      action={new URL("sign-out", pageRoot()).href}
      className="flex items-center gap-2"
    >
      <span className="hidden text-xs text-soft md:inline">
        {name} · {role}
      </span>
      <button type="submit" className="button" title={`Signed in as ${name}, ${role}`}>
        Sign out
      </button>
    </form>
  );
}

/** The zone of all times, and the switch to the other one. */
function ZoneButton() {
  const chosen = useZone();
  const named = zone(Date.now());
  return (
    <button
      type="button"
      className="button text-xs"
      onClick={() => chooseZone(chosen === "utc" ? "local" : "utc")}
      aria-label={`Times in ${named}${chosen === "utc" ? "" : ", your zone"}. Change zone`}
      title={chosen === "utc" ? "Times in UTC" : `Times in your zone, ${named}`}
    >
      {named}
    </button>
  );
}

function ThemeButton() {
  const [theme, next] = useTheme();
  return (
    <button
      type="button"
      className="button"
      onClick={next}
      aria-label={`Theme: ${theme}. Change theme`}
      title={`Theme: ${theme}`}
    >
      <svg viewBox="0 0 12 12" className="size-3" aria-hidden="true">
        <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" />
        {theme !== "light" && <path d="M6 1a5 5 0 0 1 0 10z" fill="currentColor" />}
        {theme === "dark" && <path d="M6 1a5 5 0 0 0 0 10z" fill="currentColor" />}
      </svg>
    </button>
  );
}

/** Handle an id pasted outside of text fields. */
function usePastedId(open: (taskId: string) => void): void {
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input,textarea");
      const text = event.clipboardData?.getData("text/plain").trim() ?? "";
      if (!typing && isTaskId(text)) open(text.toLowerCase());
    };
    document.addEventListener("paste", pasted);
    return () => document.removeEventListener("paste", pasted);
  });
}
