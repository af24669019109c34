import type { ReactNode } from "react";
import { Found } from "../../ui/Notice";

/** The pages of a list that goes on, with what stands above it. */
export interface Pages<Page> {
  data: { pages: Page[] } | undefined;
  error: Error | null;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** A titled list in a panel, with its next page on demand. */
export function Part<Page>(props: {
  title: string;
  says: string;
  actions?: ReactNode;
  asked: Pages<Page>;
  empty: ReactNode;
  rows: (pages: Page[]) => ReactNode[];
}) {
  const { asked } = props;
  return (
    <section aria-label={props.title}>
      <div className="mb-1 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">{props.title}</h2>
        <span className="text-xs text-soft">{props.says}</span>
        <span className="ml-auto flex flex-wrap items-center gap-2">{props.actions}</span>
      </div>
      <Found asked={asked} rows={3}>
        {({ pages }) => {
          const rows = props.rows(pages);
          return rows.length === 0 ? (
            <p className="panel px-4 py-3 text-soft">{props.empty}</p>
          ) : (
            <ul className="panel divide-y divide-line">{rows}</ul>
          );
        }}
      </Found>
      {asked.hasNextPage && (
        <button
          type="button"
          className="button mt-2"
          disabled={asked.isFetchingNextPage}
          onClick={() => void asked.fetchNextPage()}
        >
          {asked.isFetchingNextPage ? "Loading…" : `More ${props.title.toLowerCase()}`}
        </button>
      )}
    </section>
  );
}

/** One row: what it is, its facts, its buttons. */
export function Line(props: {
  name: ReactNode;
  facts: ReactNode;
  buttons?: ReactNode;
  marks: Record<`data-${string}`, string | number>;
}) {
  return (
    <li {...props.marks} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <div className="min-w-0 flex-1 basis-72">
        <div className="font-medium wrap-anywhere">{props.name}</div>
        <div className="text-xs text-soft wrap-anywhere">{props.facts}</div>
      </div>
      <div className="flex flex-wrap items-center gap-2">{props.buttons}</div>
    </li>
  );
}
