import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { hostSignsIn, Problem, pageRoot } from "../client";
import { Code } from "./Code";

/** Shown in place of missing content: what is missing, and what to do. */
export function Notice(props: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  role?: "status" | "alert";
}) {
  return (
    <div role={props.role ?? "status"} className="mx-auto max-w-xl px-4 py-12 text-center">
      <p className="text-lg font-semibold">{props.title}</p>
      {props.children && <div className="mt-1 text-soft">{props.children}</div>}
      {props.action && (
        <div className="mt-4 flex flex-wrap justify-center gap-2">{props.action}</div>
      )}
    </div>
  );
}

/** A skeleton of the content; only shown until there is data. */
export function Loading({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="grid gap-3 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
          key={row}
          className="h-4 animate-pulse rounded bg-hover"
          style={{ width: `${92 - ((row * 17) % 40)}%` }}
        />
      ))}
    </div>
  );
}

/** What was asked for; until it is there, that it is loading, or why it failed. */
export function Found<T>(props: {
  asked: { data: T | undefined; error: unknown; refetch: () => unknown };
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.asked;
  if (data !== undefined) return props.children(data);
  if (error) return <ProblemNotice problem={error} retry={() => void refetch()} />;
  return <Loading rows={props.rows ?? 8} />;
}

const TITLES: Record<number, string> = {
  0: "The server cannot be reached",
  401: "You are signed out",
  403: "Not allowed",
  404: "Not found",
  503: "The server is not ready",
};

/** A problem, shown in place of the content. */
export function ProblemNotice({ problem, retry }: { problem: unknown; retry?: () => void }) {
  const known =
    problem instanceof Problem ? problem : new Problem(-1, "unexpected", String(problem));
  if (known.status === 401) return <SignedOut />;
  return (
    <Notice
      role="alert"
      title={
        known.code === "bad_query"
          ? "This query cannot be read"
          : (TITLES[known.status] ?? "Something went wrong")
      }
      action={
        <>
          {retry && known.code !== "bad_query" && (
            <button type="button" className="button" onClick={retry}>
              Try again
            </button>
          )}
          {known.status === 404 && (
            <Link className="button" to="/">
              All projects
            </Link>
          )}
        </>
      }
    >
      {known.status === 0
        ? "Tasks keep running without this page, and nothing registered is lost."
        : known.message}
      {known.status === 404 && " Your token may also have no access to it."}
    </Notice>
  );
}

/** The server's page for signing in, which returns to what is shown now. */
function signInAddress(): string {
  const at = location.pathname.slice(pageRoot().pathname.length) + location.search;
  // Not back to a link that has failed.
  const to = at.startsWith("sign-in") ? "/" : `/${at}`;
  return new URL(`sign-in?to=${encodeURIComponent(to)}`, pageRoot()).href;
}

/** A way to sign in; `linkFailed` after a link that failed. */
export function SignedOut({ linkFailed = false }: { linkFailed?: boolean }) {
  if (hostSignsIn()) {
    return (
      <Notice title="You are signed out" role="alert">
        Sign in to the application, then reload this page.
      </Notice>
    );
  }
  return (
    <Notice
      title={linkFailed ? "This link is invalid or was already used" : "You are signed out"}
      role="alert"
      action={
        <a className="button" href={signInAddress()}>
          Sign in
        </a>
      }
    >
      <p>
        A one-time link signs you in too: <Code>task-ledger up</Code> prints one when it has
        started, and <Code>task-ledger token link NAME</Code> on a server. It works once, within an
        hour.
      </p>
    </Notice>
  );
}
