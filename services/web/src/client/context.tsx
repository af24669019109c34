import { createContext, type ReactNode, useContext } from "react";
import { createLedgerClient, type LedgerClient } from "./api";

const ClientContext = createContext<LedgerClient>(createLedgerClient());

/** Gives the hooks below it a client of your own; without it they ask the page's own origin. */
export function LedgerProvider(props: { client: LedgerClient; children: ReactNode }) {
  return <ClientContext value={props.client}>{props.children}</ClientContext>;
}

export function useLedgerClient(): LedgerClient {
  return useContext(ClientContext);
}
