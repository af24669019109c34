import { useVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import { Loading, Notice, ProblemNotice } from "../../../ui/Notice";
import { type DocumentRow, useDocuments } from "../queries";
import type { DrawingsSearch } from "../search";
import { DocumentPages } from "./DocumentPages";

const GAP_PX = 16;
const HEAD_PX = 90;
const CARD_WIDTH_PX = 220;
const CARD_PX = 232;

interface Shown {
  search: DrawingsSearch;
  mayOperate: boolean;
  onPick: (pageId: string) => void;
  onFind: (text: string | undefined) => void;
  scroller: HTMLElement | null;
}

export function Documents(props: Shown & { projectId: string }) {
  const documents = useDocuments(props.projectId);
  if (documents.data === undefined) {
    return documents.error ? (
      <ProblemNotice problem={documents.error} retry={() => void documents.refetch()} />
    ) : (
      <Loading rows={6} />
    );
  }
  if (documents.data.length === 0) {
    return (
      <Notice title="No drawings yet">
        {props.mayOperate
          ? "Drop PDF, PNG, JPEG or TIFF files here, or choose them above. Pages appear as they are read."
          : "A user with the role operator or admin can upload them."}
      </Notice>
    );
  }
  const text = props.search.find?.toLowerCase() ?? "";
  const found = documents.data.filter((each) => each.file_name.toLowerCase().includes(text));
  if (found.length === 0) {
    return (
      <Notice
        title="No matching drawings"
        action={
          <button type="button" className="button" onClick={() => props.onFind(undefined)}>
            Remove filter: “{props.search.find}”
          </button>
        }
      >
        No file name in this project contains this text.
      </Notice>
    );
  }
  return <Rows {...props} documents={found} />;
}

/** The documents; only those near the viewport are rendered. */
function Rows(props: Shown & { documents: DocumentRow[] }) {
  const { documents, scroller } = props;
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ top: 0, width: 1000 });
  // The content above may change its height.
  useLayoutEffect(() => {
    const [outer, inner] = [scroller, list.current];
    if (!outer || !inner) return;
    const within = inner.getBoundingClientRect();
    const top = within.top - outer.getBoundingClientRect().top + outer.scrollTop;
    if (Math.abs(top - place.top) > 1 || Math.abs(within.width - place.width) > 1)
      setPlace({ top, width: within.width });
  });
  const across = Math.max(Math.floor(place.width / CARD_WIDTH_PX), 1);
  const rows = useVirtualizer({
    count: documents.length,
    getScrollElement: () => scroller,
    estimateSize: (index) =>
      HEAD_PX + Math.ceil((documents[index]?.page_count ?? 0) / across) * CARD_PX,
    getItemKey: (index) => documents[index]?.id ?? index,
    gap: GAP_PX,
    overscan: 2,
    scrollMargin: place.top,
  });
  return (
    <div ref={list} className="relative" style={{ height: rows.getTotalSize() }} data-documents>
      {rows.getVirtualItems().map((item) => {
        const document = documents[item.index];
        return (
          document && (
            <div
              key={item.key}
              ref={rows.measureElement}
              data-index={item.index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start - place.top}px)` }}
            >
              <DocumentPages
                document={document}
                search={props.search}
                mayOperate={props.mayOperate}
                onPick={props.onPick}
              />
            </div>
          )
        );
      })}
    </div>
  );
}
