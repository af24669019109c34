/** API tokens: who created each, when it was used last, and creating, rotating and revoking them. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answered, useLedgerClient } from "../../client";
import { Frame } from "../../shell/Frame";
import { mayAdminister, useSession } from "../../shell/session";
import { LastKnown } from "../../ui/Freshness";
import { Found, Loading, Notice } from "../../ui/Notice";
import { ActionsHead, Head, Table } from "../../ui/Table";
import { NewToken } from "./NewToken";
import { type NewSecret, Secret } from "./Secret";
import { GRID, TokenRow } from "./TokenRow";

export function TokensView() {
  const session = useSession().data;
  // Above the frame, which shows its content anew in another zone: a secret is not shown twice.
  const [secret, setSecret] = useState<NewSecret | null>(null);
  return (
    <Frame projectId={null} title="Tokens">
      {session === undefined ? (
        <Loading />
      ) : mayAdminister(session) ? (
        <Tokens secret={secret} onSecret={setSecret} />
      ) : (
        <Notice title="Not allowed">
          Tokens are administered by admins with access to all projects.
        </Notice>
      )}
    </Frame>
  );
}

function Tokens(props: { secret: NewSecret | null; onSecret: (secret: NewSecret | null) => void }) {
  const { secret, onSecret } = props;
  const client = useLedgerClient();
  const [ended, setEnded] = useState(false);
  const found = useInfiniteQuery({
    queryKey: ["tokens", ended],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = { active: !ended, ...(pageParam ? { cursor: pageParam } : {}) };
      return await answered(client.GET("/tokens", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
  });
  const changed = (made?: NewSecret) => {
    if (made) onSecret(made);
    void found.refetch();
  };
  return (
    <div className="flex h-full flex-col">
      <h1 className="sr-only">Tokens</h1>
      <div className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2 text-xs text-soft sm:px-4">
        <NewToken onCreated={changed} />
        <label className="inline-flex min-h-6 items-center gap-1.5">
          <input
            type="checkbox"
            checked={ended}
            onChange={(event) => setEnded(event.target.checked)}
          />
          Show revoked and expired
        </label>
        {found.data && <LastKnown error={found.error} />}
      </div>
      {secret && <Secret made={secret} onClose={() => onSecret(null)} />}
      <Found asked={found} rows={6}>
        {({ pages }) => {
          const shown = pages.flatMap((page) => page.tokens);
          return shown.length === 0 ? (
            <Notice title="No active tokens">Create one for each person and program.</Notice>
          ) : (
            <Table
              label="Tokens"
              grid={GRID}
              heads={<Heads />}
              more={
                found.hasNextPage && (
                  <button
                    type="button"
                    className="button mt-3"
                    disabled={found.isFetchingNextPage}
                    onClick={() => void found.fetchNextPage()}
                  >
                    {found.isFetchingNextPage ? "Loading…" : "More tokens"}
                  </button>
                )
              }
            >
              {shown.map((token) => (
                <TokenRow
                  key={token.id}
                  token={token}
                  active={isActive(token)}
                  onChanged={changed}
                />
              ))}
            </Table>
          );
        }}
      </Found>
    </div>
  );
}

function isActive(token: { revoked_at: string | null; expires_at: string | null }): boolean {
  const expired = token.expires_at !== null && Date.parse(token.expires_at) <= Date.now();
  return token.revoked_at === null && !expired;
}

function Heads() {
  return (
    <>
      <Head>Token</Head>
      <Head>Role</Head>
      <Head>Projects</Head>
      <Head>Created</Head>
      <Head says="Noted every five minutes">Last used</Head>
      <Head>Expires</Head>
      <ActionsHead />
    </>
  );
}
