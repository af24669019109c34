/** The events of a project, newest first; only those on the screen are in the document. */
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, useEffect, useRef } from "react";
import type { TimelineEvent } from "../../client";
import { EventType } from "../../ui/EventType";
import { useWide } from "../../ui/useWide";
import { exact, moment, short } from "../../ui/wording";
import { says } from "../task/says";

const ROW = 32;
/** On a narrow screen a row has two lines. */
const NARROW_ROW = 52;
const DIGIT_PX = 8;

export function TimelineEvents(props: {
  events: readonly TimelineEvent[];
  selected: number | undefined;
  more: boolean;
  onSelect: (seq: number) => void;
  onTop: (atTop: boolean) => void;
  onPointed: (pointed: boolean) => void;
  onEnd: () => void;
  onActor: (actor: string) => void;
}) {
  const { events, selected, more, onEnd, onTop } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const height = useWide("lg") ? ROW : NARROW_ROW;
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => events[index]?.seq ?? index,
    overscan: 10,
  });
  useEffect(() => {
    if (height > 0) rows.measure();
  }, [rows, height]);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= events.length - 20) onEnd();
  }, [more, last, events.length, onEnd]);
  const newest = useRef(events);
  newest.current = events;
  useEffect(() => {
    const at = newest.current.findIndex((event) => event.seq === selected);
    if (at >= 0) rows.scrollToIndex(at, { align: "auto" });
  }, [rows, selected]);

  return (
    <div
      ref={scroller}
      role="table"
      aria-label="Events"
      aria-rowcount={more ? -1 : events.length}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="panel min-h-0 flex-1 overflow-y-auto"
      style={{ "--number": `${String(events[0]?.seq ?? 0).length * DIGIT_PX}px` } as CSSProperties}
      onScroll={(event) => onTop(event.currentTarget.scrollTop < ROW)}
      onPointerEnter={() => props.onPointed(true)}
      onPointerLeave={() => props.onPointed(false)}
    >
      <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
        {items.map((item) => {
          const event = events[item.index];
          return (
            event && (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 1}
                aria-selected={selected === event.seq}
                data-seq={event.seq}
                className={`absolute inset-x-0 top-0 grid grid-cols-[minmax(0,1fr)_auto] content-center items-center gap-x-3 border-b border-line px-3 hover:bg-hover lg:grid-cols-[var(--number)_168px_128px_minmax(120px,1fr)_minmax(0,2fr)_minmax(0,120px)] lg:px-4 ${
                  selected === event.seq ? "bg-mark" : ""
                }`}
                style={{ height, transform: `translateY(${item.start}px)` }}
              >
                <Cells event={event} onSelect={props.onSelect} onActor={props.onActor} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

const Cells = memo(function Cells(props: {
  event: TimelineEvent;
  onSelect: (seq: number) => void;
  onActor: (actor: string) => void;
}) {
  const { event } = props;
  const told = says(event);
  return (
    <>
      <div role="cell" className="hidden text-right lg:block">
        <button
          type="button"
          className="text-xs text-soft hover:text-ink hover:underline"
          aria-label={`Select event ${event.seq}`}
          onClick={() => props.onSelect(event.seq)}
        >
          {event.seq}
        </button>
      </div>
      <div
        role="cell"
        className="order-last text-right text-xs text-soft lg:order-none lg:text-left"
      >
        <time
          dateTime={event.recorded_at}
          title={`Recorded ${exact(event.recorded_at)} (database clock)\nOccurred ${exact(event.occurred_at)} (writer's clock)`}
        >
          {moment(event.recorded_at)}
        </time>
      </div>
      <div role="cell" className="order-2 text-right lg:order-none lg:text-left">
        <EventType type={event.type} />
      </div>
      <div role="cell" className="order-1 truncate lg:order-none">
        <Link
          to="/tasks/$taskId"
          params={{ taskId: event.task_id }}
          search={{ version: event.version }}
          className="max-lg:after:absolute max-lg:after:inset-0"
          title={`${event.task_name ?? "task whose events cannot be folded"}, ${event.task_id}, event ${event.version}`}
        >
          {event.task_name ?? short(event.task_id)}
        </Link>
      </div>
      <div
        role="cell"
        className="order-3 truncate text-xs text-soft lg:order-none lg:text-sm"
        title={told}
      >
        {told}
      </div>
      <div role="cell" className="hidden truncate text-xs text-soft lg:block">
        <button
          type="button"
          className="max-w-full truncate hover:text-ink hover:underline"
          title={`Show only events by ${event.actor}`}
          onClick={() => props.onActor(event.actor)}
        >
          {event.actor}
        </button>
      </div>
    </>
  );
});
