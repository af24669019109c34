import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { answered } from "../../../client";
import type { components } from "../../../client/schema";
import { ADDRESS, changed } from "../address";
import { useCorrections } from "../corrections";
import { type PageDetail, revisionsFile, useRevision } from "../queries";
import { quantity } from "./marks";

type Sheet = components["schemas"]["SheetAnswer"];
type Compared = components["schemas"]["ComparedAnswer"];

const nameOf = (sheet: Sheet) => sheet.sheet_number ?? `page ${sheet.page_number}`;

/** The sheet's revisions before and after this page, and their differences. */
export function Revision(props: { projectId: string; page: PageDetail; mayOperate: boolean }) {
  const { page, mayOperate } = props;
  const found = useRevision(page.id).data;
  const { change, busy } = useCorrections();
  const [choosing, setChoosing] = useState(false);
  if (!found) return null;
  const { revision, superseded_by: newer, candidates } = found;
  if (!revision && !newer && !(mayOperate && candidates.length > 0)) return null;
  const remove = () =>
    void change("no revision of another sheet", (client) =>
      answered(
        client.DELETE("/pages/{page_id}/revision", { params: { path: { page_id: page.id } } }),
      ),
    );
  return (
    <section aria-labelledby="revision" className="grid gap-2 px-4 py-3" data-revision>
      <h2 id="revision" className="font-semibold">
        Revision
      </h2>
      {newer && (
        <p role="status" className="font-medium text-retry">
          Superseded by <SheetLink sheet={newer} />. The measurements here do not count.
        </p>
      )}
      {revision && (
        <>
          <p>
            Supersedes <SheetLink sheet={revision.older} />.{" "}
            {mayOperate && (
              <button type="button" className="button text-xs" disabled={busy} onClick={remove}>
                Undo revision
              </button>
            )}
          </p>
          <Quantities rows={revision.quantities} />
          <p className="text-xs">
            <a href={revisionsFile(props.projectId)} download>
              Download all revisions of the project as CSV
            </a>
          </p>
        </>
      )}
      {!revision && mayOperate && candidates.length > 0 && (
        <div>
          {choosing ? (
            <Choose
              candidates={candidates}
              busy={busy}
              onChoose={(older) =>
                void change(`revision of ${nameOf(older)}`, (client) =>
                  answered(
                    client.PUT("/pages/{page_id}/revision", {
                      params: { path: { page_id: page.id } },
                      body: { supersedes: older.page_id },
                    }),
                  ),
                ).then((done) => done && setChoosing(false))
              }
              onCancel={() => setChoosing(false)}
            />
          ) : (
            <button type="button" className="button" onClick={() => setChoosing(true)}>
              This is a newer revision of …
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function SheetLink({ sheet }: { sheet: Sheet }) {
  return (
    <Link
      from={ADDRESS}
      to="."
      search={changed((now) => ({ ...now, page: sheet.page_id, at: undefined }))}
      className="underline"
    >
      {nameOf(sheet)} of {sheet.file_name}
    </Link>
  );
}

function Choose(props: {
  candidates: Sheet[];
  busy: boolean;
  onChoose: (older: Sheet) => void;
  onCancel: () => void;
}) {
  const choose = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const chosen = new FormData(event.currentTarget).get("older");
    const older = props.candidates.find((each) => each.page_id === chosen);
    if (older) props.onChoose(older);
  };
  return (
    <form onSubmit={choose} className="grid gap-2">
      <select name="older" aria-label="Sheet that this page supersedes" className="field">
        {props.candidates.map((each) => (
          <option key={each.page_id} value={each.page_id}>
            {[nameOf(each), each.title].filter(Boolean).join(" ")} · {each.file_name}
          </option>
        ))}
      </select>
      <div className="flex gap-1">
        <button type="submit" className="button text-xs font-semibold" disabled={props.busy}>
          Supersede that sheet
        </button>
        <button type="button" className="button text-xs" onClick={props.onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function Quantities({ rows }: { rows: Compared[] }) {
  if (rows.length === 0) {
    return <p className="text-xs text-soft">Nothing was measured on either of them yet.</p>;
  }
  return (
    <table className="w-full text-xs" data-compared>
      <thead className="text-left text-soft">
        <tr>
          <th className="font-normal">Condition</th>
          <th className="text-right font-normal">Before</th>
          <th className="text-right font-normal">After</th>
          <th className="text-right font-normal">Difference</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.condition_id} className="align-top">
            <th className="text-left font-medium wrap-anywhere">{row.condition}</th>
            <td className="text-right">{quantity(row.before, row.unit)}</td>
            <td className="text-right">
              {quantity(row.after, row.unit)}
              {row.waiting_after > 0 && (
                <span className="block text-retry">
                  and {quantity(row.waiting_after, row.unit)} not accepted yet
                </span>
              )}
            </td>
            <td className="text-right font-semibold">
              {row.difference > 0 ? "+" : ""}
              {quantity(row.difference, row.unit)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
