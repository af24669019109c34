// A certified OpenID Connect provider (npm's oidc-provider) with its own pages for signing in.
// Usage: node certified_provider.mjs PORT PAGE. Anybody signs in with any password, as a member of
// the group ops. It prints a line when it listens.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, page] = process.argv.slice(2);
const { resolve } = createRequire(new URL("../../../services/web/package.json", import.meta.url));
const { default: Provider } = await import(pathToFileURL(resolve("oidc-provider")).href);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "ledger",
      client_secret: "only-the-api-knows",
      redirect_uris: [`${page}/sign-in/callback`],
      post_logout_redirect_uris: [`${page}/sign-in`],
    },
  ],
  scopes: ["openid", "email", "groups"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
  pkce: { required: () => true },
  cookies: { keys: ["a key of this run"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, groups: ["ops"] }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
