import { Link } from "@tanstack/react-router";
import { ADDRESS, changed } from "../address";
import { pageName } from "../documents/words";
import { type PageDetail, type PageRow, useDocument } from "../queries";

/** The position within the drawings, with previous and next page. */
export function Places(props: {
  projectId: string;
  page: PageDetail;
  before: PageRow | undefined;
  after: PageRow | undefined;
  count: number;
}) {
  const { page } = props;
  const document = useDocument(page.document_id).data;
  return (
    <nav
      aria-label="Pages"
      className="flex items-center gap-2 border-b border-line bg-panel px-3 py-1.5"
    >
      <Link
        from={ADDRESS}
        to="."
        search={changed((now) => ({ ...now, page: undefined }))}
        activeOptions={{ explicitUndefined: true }}
        className="button"
        title="All drawings (Esc)"
      >
        ← Drawings
      </Link>
      <span className="min-w-0 flex-1 truncate text-soft" title={document?.file_name}>
        {document?.file_name}
      </span>
      <Turn page={props.before} sign="‹" name="Previous page" keys="k" />
      <span className="whitespace-nowrap text-soft">
        {page.number} of {Math.max(props.count, page.number)}
      </span>
      <Turn page={props.after} sign="›" name="Next page" keys="j" />
    </nav>
  );
}

function Turn(props: { page: PageRow | undefined; sign: string; name: string; keys: string }) {
  const { page, sign, name } = props;
  if (!page)
    return (
      <button type="button" className="button" disabled aria-label={name}>
        {sign}
      </button>
    );
  return (
    <Link
      from={ADDRESS}
      to="."
      search={changed((now) => ({ ...now, page: page.id, at: undefined }))}
      replace
      className="button"
      aria-label={`${name}: ${pageName(page)}`}
      title={`${pageName(page)} (${props.keys})`}
    >
      {sign}
    </Link>
  );
}
