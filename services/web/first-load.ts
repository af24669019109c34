/**
 * Builds the page in memory and checks its scripts: fails if those loaded before the first view
 * exceed the limit, or contain code of an added view.
 */
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

const LIMIT = 120_000;
const ADDED = /\/src\/views\/(drawings)\//;

const built = (await build({
  logLevel: "error",
  build: { write: false },
})) as Rolldown.RolldownOutput;
const chunks = new Map(
  built.output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])),
);

/** A chunk with all its static imports. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const each of chunks.get(name)?.imports ?? []) withImports(each, found);
  return found;
}

const weights = new Map(
  [...chunks].map(([name, { code }]) => [name, gzipSync(code, { level: 9 }).length]),
);
const weigh = (names: Iterable<string>) =>
  [...names].reduce((sum, name) => sum + (weights.get(name) ?? 0), 0);
const entry = [...chunks.values()].find((chunk) => chunk.isEntry);
if (!entry) throw new Error("the build has no entry");
const first = withImports(entry.fileName);

const rows = [["loaded", "file", "bytes", "compressed"]];
const row = (when: string, name: string) =>
  rows.push([when, name, `${chunks.get(name)?.code.length}`, `${weights.get(name)}`]);
for (const name of first) row("first", name);
rows.push(["first", "all of these", "", `${weigh(first)}`]);
for (const name of [...chunks.keys()].filter((each) => !first.has(each))) row("later", name);
const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
for (const cells of rows)
  console.log(
    cells
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  "),
  );

const faults: string[] = [];
if (weigh(first) > LIMIT)
  faults.push(`The first load has ${weigh(first)} bytes of script, compressed; at most ${LIMIT}.`);
const views = entry.dynamicImports.filter(
  (name) => !ADDED.test(chunks.get(name)?.facadeModuleId ?? ""),
);
for (const name of new Set([entry.fileName, ...views].flatMap((each) => [...withImports(each)])))
  for (const id of Object.keys(chunks.get(name)?.modules ?? {}))
    if (ADDED.test(id)) faults.push(`${name} contains code of an added view: ${id}`);
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
