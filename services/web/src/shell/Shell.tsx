/** What stays while views come and go: side bar, project, connection state, signed-in user. */
import { useLocation, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { hostSignsIn, pageRoot } from "../client";
import { isTaskId, zone } from "../ui/wording";
import { chooseZone, useZone } from "../ui/zone";
import { useAddedViews } from "./addedViews";
import { useIdleLoading } from "./code";
import { ProjectOfView } from "./Frame";
import { useKeys } from "./keys";
import { Part } from "./Part";
import { CONNECTION_STATE, KEY_LEGEND, PALETTE } from "./parts";
import { SideBar } from "./SideBar";
import { Switcher } from "./Switcher";
import { useSession, useSignedOut } from "./session";
import { useTheme } from "./theme";

export function Shell({ children }: { children: ReactNode }) {
  const [projectId, setProjectId] = useState<string | null>(null);
  const session = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"keys" | "palette" | null>(null);
  const close = () => setOpen(null);
  const main = useFocusedWithPath();
  // The connection's state says times, too.
  useZone();
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
    "?": () => setOpen("keys"),
    "/": () => document.querySelector<HTMLElement>("[data-search]")?.focus(),
  });
  useControlK(() => setOpen("palette"));
  usePastedId((taskId) => void navigate({ to: "/tasks/$taskId", params: { taskId } }));

  const out = useSignedOut();
  return (
    <div className="flex h-full flex-col-reverse sm:flex-row print:block">
      {/* Not a link: a fragment alone would resolve against the document's base. */}
      <button
        type="button"
        className="button sr-only focus:not-sr-only focus:absolute focus:z-30 focus:m-2"
        onClick={() => document.getElementById("main")?.focus()}
      >
        Skip to content
      </button>
      {!out && <SideBar projectId={projectId} />}
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <header className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-1.5 sm:px-4">
          {!out && <Switcher projectId={projectId} />}
          <div className="ml-auto flex items-center gap-2">
            {!out && projectId !== null && <Part of={CONNECTION_STATE} with={{ projectId }} />}
            {!out && (
              <button
                type="button"
                className="button hidden sm:inline-flex"
                onClick={() => setOpen("palette")}
                title="Go to a task, project or view (Ctrl K)"
              >
                Go to…
              </button>
            )}
            <ZoneButton />
            <ThemeButton />
            <button
              type="button"
              className="button hidden sm:inline-flex"
              onClick={() => setOpen("keys")}
              aria-label="Keyboard shortcuts"
              title="Keyboard shortcuts (?)"
            >
              ?
            </button>
            {session.data && <Who name={session.data.name} role={session.data.role} />}
          </div>
        </header>
        <main ref={main} id="main" tabIndex={-1} className="min-h-0 flex-1 outline-none">
          <ProjectOfView value={setProjectId}>{children}</ProjectOfView>
        </main>
      </div>
      {open === "keys" && <Part of={KEY_LEGEND} with={{ onClose: close }} />}
      {open === "palette" && <Part of={PALETTE} with={{ projectId, onClose: close }} />}
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

/** The main region, focused at a new address: its links and buttons come next. */
function useFocusedWithPath() {
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}

/** Ctrl-K or ⌘K, also while something is being typed, but not in a dialog. */
function useControlK(open: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "k" || event.ctrlKey === event.metaKey || event.altKey) return;
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) open();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
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
