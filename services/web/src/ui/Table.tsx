import type { ReactNode } from "react";

/** Rows in a panel that scrolls, under heads where the screen is wide. */
export function Table(props: {
  label: string;
  /** The columns, which the rows have, too. */
  grid: string;
  heads: ReactNode;
  children: ReactNode;
  /** What follows the rows. */
  more?: ReactNode;
}) {
  return (
    <section
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto px-3 pb-3 outline-offset-[-2px] sm:px-4"
    >
      <div role="table" aria-label={props.label} className="panel overflow-hidden">
        <div role="rowgroup" className="hidden border-b border-line lg:block">
          <div role="row" className={`${props.grid} px-4 py-1 text-xs text-soft`}>
            {props.heads}
          </div>
        </div>
        <div role="rowgroup">{props.children}</div>
      </div>
      {props.more}
    </section>
  );
}

/** The head of a column; `says` explains it, and numbers are at the right. */
export function Head(props: { says?: string; right?: boolean; children: ReactNode }) {
  return (
    <div role="columnheader" className={props.right ? "text-right" : undefined} title={props.says}>
      {props.children}
    </div>
  );
}

/** The head of the column of buttons. */
export function ActionsHead() {
  return (
    <Head>
      <span className="sr-only">Actions</span>
    </Head>
  );
}
