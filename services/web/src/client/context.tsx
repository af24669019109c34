import { createContext, type ReactNode, useContext } from "react";
import { createLedgerClient, type LedgerClient } from "./api";

const ClientContext = createContext<LedgerClient | null>(null);
let pagesOwn: LedgerClient | undefined;

/** Provides a client to the hooks below it; without it, they use the page's own API. */
export function LedgerProvider(props: { client: LedgerClient; children: ReactNode }) {
  return <ClientContext value={props.client}>{props.children}</ClientContext>;
}

export function useLedgerClient(): LedgerClient {
  const given = useContext(ClientContext);
  if (given !== null) return given;
  pagesOwn ??= createLedgerClient();
  return pagesOwn;
}
