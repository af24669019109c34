import { createContext, type ReactNode, useContext } from "react";
import { createLedgerClient, type LedgerClient } from "./api";

const ClientContext = createContext<LedgerClient | null>(null);
let pagesOwn: LedgerClient | undefined;

/** Gives the hooks below it a client of your own; without it they ask the page's own API. */
export function LedgerProvider(props: { client: LedgerClient; children: ReactNode }) {
  return <ClientContext value={props.client}>{props.children}</ClientContext>;
}

export function useLedgerClient(): LedgerClient {
  const given = useContext(ClientContext);
  if (given !== null) return given;
  pagesOwn ??= createLedgerClient();
  return pagesOwn;
}
