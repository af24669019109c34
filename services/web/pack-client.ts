/**
 * Builds the client as the package task-ledger-client and packs it into a folder:
 * `npm run pack-client -- dist`. Its types are the sources' declarations and the ledger's own OpenAPI
 * document, without an application's additions to the API.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { build } from "vite";

const PACKAGE = "package";
const npm = (folder: string, ...told: string[]) =>
  execFileSync(process.execPath, [process.env.npm_execpath ?? "npm", ...told], {
    cwd: folder,
    stdio: "inherit",
  });
const target = resolve(process.argv[2] ?? PACKAGE);
const { dependencies, peerDependencies } = JSON.parse(
  readFileSync(`${PACKAGE}/package.json`, "utf8"),
) as Record<"dependencies" | "peerDependencies", Record<string, string>>;
const theirs = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];

// The sources compile against the page's own API, which has more routes.
if (!existsSync("src/client/schema.d.ts")) npm(".", "run", "--silent", "types");
await build({
  configFile: false,
  logLevel: "warn",
  build: {
    target: "es2022",
    outDir: `${PACKAGE}/dist`,
    emptyOutDir: true,
    minify: false,
    lib: { entry: "src/client/index.ts", formats: ["es"], fileName: "index" },
    rolldownOptions: {
      external: (id) => theirs.some((name) => id === name || id.startsWith(`${name}/`)),
    },
  },
});
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.client.json"], {
  stdio: "inherit",
});
const python = resolve("../..", process.env.TASK_LEDGER_VENV ?? ".venv", "bin/python");
const described = execFileSync(python, ["-m", "task_ledger.server.describe"], {
  cwd: "../..",
  encoding: "utf8",
});
writeFileSync(
  `${PACKAGE}/dist/schema.d.ts`,
  astToString(await openapiTS(JSON.parse(described), { silent: true })),
);
mkdirSync(target, { recursive: true });
npm(PACKAGE, "pack", "--silent", "--pack-destination", target);
