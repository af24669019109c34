import { useState } from "react";
import { answered, Problem, type Token, useLedgerClient } from "../../client";
import { useSession } from "../../shell/session";
import { Confirm } from "../../ui/Confirm";
import { Ago } from "../../ui/Times";
import { day, exact, zone } from "../../ui/wording";
import type { NewSecret } from "./Secret";

/** Two columns on a narrow screen. */
export const GRID =
  "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 lg:grid-cols-[minmax(0,1.2fr)_80px_minmax(0,1fr)_minmax(0,1fr)_96px_minmax(0,1fr)_168px] lg:items-center";

export function TokenRow(props: {
  token: Token;
  active: boolean;
  onChanged: (made?: NewSecret) => void;
}) {
  const { token } = props;
  const projects = token.projects === null ? "all projects" : token.projects.join(", ");
  return (
    <div
      role="row"
      data-token={token.name}
      className={`${GRID} border-b border-line px-3 py-2 last:border-b-0 hover:bg-hover sm:px-4`}
    >
      <div role="cell" className="truncate font-medium" title={token.name}>
        {token.name}
      </div>
      <div role="cell" className="text-soft max-lg:text-right">
        {token.role}
      </div>
      <div role="cell" className="truncate text-soft" title={projects}>
        {projects}
      </div>
      <div role="cell" className="min-w-0 text-soft max-lg:order-6 max-lg:col-span-2">
        <span className="lg:hidden">created </span>
        <Ago time={token.created_at} /> ago
        <span className="block truncate text-xs max-lg:inline" title={token.created_by}>
          {" "}
          by {token.created_by}
        </span>
      </div>
      <div role="cell" className="text-soft max-lg:order-4 max-lg:text-right">
        {token.used_at === null ? (
          "never used"
        ) : (
          <>
            <span className="lg:hidden">used </span>
            <Ago time={token.used_at} /> ago
          </>
        )}
      </div>
      <div role="cell" className="min-w-0 text-soft max-lg:order-5">
        <End token={token} />
      </div>
      <div
        role="cell"
        className="flex flex-wrap justify-end gap-2 max-lg:order-7 max-lg:col-span-2 max-lg:mt-1"
      >
        {props.active && <Changes token={token} onChanged={props.onChanged} />}
      </div>
    </div>
  );
}

function End({ token }: { token: Token }) {
  if (token.revoked_at !== null) {
    return (
      <span className="text-failure" title={exact(token.revoked_at)}>
        <span aria-hidden="true">✕ </span>revoked by {token.revoked_by ?? "a database login"}
      </span>
    );
  }
  if (token.expires_at === null) return <>never expires</>;
  const past = Date.parse(token.expires_at) <= Date.now();
  return (
    <time dateTime={token.expires_at} title={exact(token.expires_at)}>
      {past ? "expired" : "until"} {day(token.expires_at)} {zone(token.expires_at)}
    </time>
  );
}

const CHANGES = {
  rotate: {
    label: "New secret",
    title: (name: string) => `Give ${name} a new secret?`,
    says: "The old secret, its sessions and its sign-in links stop working at once. Programs that use it fail until they have the new one.",
  },
  revoke: {
    label: "Revoke",
    title: (name: string) => `Revoke ${name}?`,
    says: "It, its sessions and its sign-in links stop working at once, and its name cannot be used for another token. This cannot be undone.",
  },
} as const;

function Changes(props: { token: Token; onChanged: (made?: NewSecret) => void }) {
  const { token } = props;
  const client = useLedgerClient();
  const session = useSession().data;
  const [asking, setAsking] = useState<keyof typeof CHANGES | null>(null);
  const [refused, setRefused] = useState("");
  const send = async (change: keyof typeof CHANGES) => {
    const params = { path: { token_id: token.id } };
    setRefused("");
    try {
      if (change === "rotate")
        props.onChanged(await answered(client.POST("/tokens/{token_id}/rotate", { params })));
      else {
        await answered(client.POST("/tokens/{token_id}/revoke", { params }));
        props.onChanged();
      }
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
    }
  };
  return (
    <>
      {(["rotate", "revoke"] as const).map((change) => (
        <button
          key={change}
          type="button"
          className="button text-xs"
          aria-label={`${CHANGES[change].label}: ${token.name}`}
          onClick={() => setAsking(change)}
        >
          {CHANGES[change].label}
        </button>
      ))}
      {refused && (
        <span role="alert" className="w-full text-xs text-failure">
          {refused}
        </span>
      )}
      {asking && (
        <Confirm
          title={CHANGES[asking].title(token.name)}
          action={CHANGES[asking].label}
          keep="Keep it"
          onConfirm={() => void send(asking)}
          onClose={() => setAsking(null)}
        >
          {token.name === session?.name && <strong>You are signed in with this token. </strong>}
          {CHANGES[asking].says} The access log records it with your name.
        </Confirm>
      )}
    </>
  );
}
