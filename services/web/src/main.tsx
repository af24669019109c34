import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "./client";
import { againIn } from "./shell/again";
import { router } from "./shell/router";
import { applyTheme } from "./shell/theme";
import "./style.css";

applyTheme();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // Do not retry refusals; retry an unreachable server as long as the view is open.
      retry: (failures, error) => error instanceof Problem && error.passing && failures < 2,
      refetchInterval: ({ state }) => againIn(state.error),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      refetchOnWindowFocus: false,
      // A server on this machine or in a private network is reachable without the internet.
      networkMode: "always",
      refetchOnReconnect: true,
    },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("the document has no root element");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
