/** All rows of the list; only those on the screen are in the document. */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type RefObject,
  useContext,
  useEffect,
  useImperativeHandle,
  useRef,
} from "react";
import type { Task } from "../../client";
import { useWide } from "../../ui/useWide";
import { tracks } from "./columns";
import { Heads } from "./Heads";
import { GRID, Row } from "./Row";
import type { Order, ShownColumn } from "./search";
import { heightBelow, TreeBelow } from "./TreeBelow";
import { ExpandedTrees } from "./TreeSummary";
import { treeStates, useSizes } from "./treeStates";
import { newest } from "./useTaskList";

export interface ListHandle {
  toRow: (index: number) => void;
  toTop: () => void;
}

export function List(props: {
  ids: string[];
  chosen: string | null;
  columns: readonly ShownColumn[];
  orders: readonly Order[];
  order: Order;
  onOrder: (order: Order) => void;
  handle: RefObject<ListHandle | null>;
  matches: (task: Task) => boolean;
  onShown: (ids: string[], first: number) => void;
  onEnd: () => void;
  onType: (type: string) => void;
  more: boolean;
  /** Whether rows can be selected, to be acted on. */
  selectable: boolean;
  /** Shows a task beside the list. */
  onPeek: (id: string) => void;
  /** Whether the list is one of all projects. */
  everywhere: boolean;
  /** Whether the list is one of trees. */
  trees: boolean;
}) {
  const { ids, onShown, onEnd, more } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const wide = useWide("lg");
  const height = wide ? 44 : props.trees ? 92 : 76;
  const { expanded } = useContext(ExpandedTrees);
  const sizes = useSizes(expanded);
  const below = (id: string) => (expanded.has(id) ? heightBelow(treeStates.get(id)) : 0);
  const rows = useVirtualizer({
    count: ids.length + (more ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: (index) => height + below(ids[index] ?? ""),
    overscan: 8,
  });
  useEffect(() => {
    if (height > 0 && sizes !== null && expanded) rows.measure();
  }, [rows, height, expanded, sizes]);
  useImperativeHandle(props.handle, () => ({
    toRow: (index) => rows.scrollToIndex(index, { align: "auto" }),
    toTop: () => rows.scrollToOffset(0),
  }));

  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const top = rows.range?.startIndex ?? 0;
  useEffect(() => {
    onShown(ids.slice(first, last + 1), top);
    if (more && last >= ids.length - 20) onEnd();
  }, [ids, first, last, top, more, onShown, onEnd]);

  return (
    <div
      role="table"
      aria-label="Tasks"
      aria-rowcount={more ? -1 : ids.length + 1}
      className="flex min-h-0 flex-1 flex-col"
      style={{ "--columns": tracks(props.columns, props.selectable) } as CSSProperties}
    >
      <div role="rowgroup" className="hidden border-b border-line lg:block">
        <div role="row" aria-rowindex={1} className={`${GRID} px-4 py-1 text-xs text-soft`}>
          <Heads
            columns={props.columns}
            orders={props.orders}
            order={props.order}
            onOrder={props.onOrder}
          />
        </div>
      </div>
      <div
        ref={scroller}
        role="rowgroup"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label="Rows"
        data-scroller
        className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
      >
        <div style={{ height: rows.getTotalSize() }} className="relative">
          {items.map((item) => {
            const id = ids[item.index];
            return (
              <div
                key={item.key}
                role="presentation"
                className="absolute inset-x-0 top-0"
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                {id ? (
                  <>
                    <div role="presentation" style={{ height }}>
                      <Row
                        id={id}
                        index={item.index}
                        chosen={props.chosen === id}
                        columns={wide ? props.columns : null}
                        selectable={props.selectable}
                        everywhere={props.everywhere}
                        trees={props.trees}
                        onPeek={props.onPeek}
                        matches={props.matches}
                        onType={props.onType}
                      />
                    </div>
                    {expanded.has(id) && (
                      <div
                        role="row"
                        className="border-b border-line bg-hover sm:pl-6"
                        style={{ height: below(id) }}
                      >
                        <div role="cell" className="h-full">
                          <TreeBelow firstId={id} name={newest.get(id)?.task_name ?? id} />
                        </div>
                      </div>
                    )}
                  </>
                ) : (
                  <div role="row">
                    <div role="cell" className="px-4 py-3 text-soft">
                      Loading more…
                    </div>
                  </div>
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
