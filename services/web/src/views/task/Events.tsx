/** Every event: its number, both times, its actor and its content in one line. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useRef } from "react";
import { pageRoot, type TaskEvent } from "../../client";
import { Copy } from "../../ui/Copy";
import { EventType } from "../../ui/EventType";
import { useWide } from "../../ui/useWide";
import { duration, exact, moment, number } from "../../ui/wording";
import { says } from "./says";

const ROW = 32;
/** On a narrow screen a row has two lines. */
const NARROW_ROW = 52;
const DIGIT_PX = 9;

export function Events(props: {
  events: TaskEvent[];
  selected: number | undefined;
  onSelect: (version: number) => void;
}) {
  const { events, selected, onSelect } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const height = useWide("sm") ? ROW : NARROW_ROW;
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
  });
  useEffect(() => {
    if (height > 0) rows.measure();
  }, [rows, height]);
  useEffect(() => {
    if (selected !== undefined) rows.scrollToIndex(events.length - selected, { align: "auto" });
  }, [rows, selected, events.length]);
  return (
    <section data-events aria-label="Events">
      <h2 className="mb-1 font-semibold">
        Events <span className="font-normal text-soft">{number(events.length)}, newest first</span>
      </h2>
      <div
        ref={scroller}
        role="table"
        aria-label="Events"
        aria-rowcount={events.length}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="panel overflow-y-auto"
        style={
          {
            height: Math.min(events.length * height + 2, 480),
            "--number": `${Math.max(String(events.length).length * DIGIT_PX, 24)}px`,
          } as CSSProperties
        }
      >
        <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const event = events[events.length - 1 - item.index];
            return (
              event && (
                <div
                  key={event.version}
                  role="row"
                  aria-rowindex={item.index + 1}
                  aria-selected={selected === event.version}
                  data-version={event.version}
                  className={`absolute inset-x-0 top-0 grid grid-cols-[var(--number)_minmax(0,1fr)_auto] content-center items-center gap-x-3 border-b border-line px-3 hover:bg-hover sm:grid-cols-[var(--number)_128px_148px_minmax(0,2fr)_minmax(0,96px)_24px] ${
                    selected === event.version ? "bg-mark" : ""
                  }`}
                  style={{ height, transform: `translateY(${item.start}px)` }}
                >
                  <EventCells event={event} onSelect={onSelect} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </section>
  );
}

function EventCells({
  event,
  onSelect,
}: {
  event: TaskEvent;
  onSelect: (version: number) => void;
}) {
  const told = says(event);
  const link = new URL(`tasks/${event.task_id}?version=${event.version}`, pageRoot()).href;
  return (
    <>
      <div role="cell" className="text-right">
        <button
          type="button"
          className="text-link hover:underline max-sm:after:absolute max-sm:after:inset-0 sm:-my-1.5 sm:min-h-8 sm:min-w-6 sm:text-right"
          onClick={() => onSelect(event.version)}
          aria-label={`Show the task as of event ${event.version}`}
        >
          {event.version}
        </button>
      </div>
      <div role="cell" className="truncate">
        <EventType type={event.type} />
      </div>
      <div role="cell" className="text-xs text-soft">
        <Times event={event} />
      </div>
      <div
        role="cell"
        className="col-span-2 col-start-2 truncate text-xs text-soft sm:col-span-1 sm:col-start-auto sm:text-sm sm:text-ink"
        title={told}
      >
        {told}
      </div>
      <div
        role="cell"
        className="hidden truncate text-xs text-soft sm:block"
        title={`by ${event.actor}`}
      >
        {event.actor}
      </div>
      <div role="cell" className="hidden sm:block">
        <Copy text={link} label="link to this event" />
      </div>
    </>
  );
}

/** The database's time, and how much earlier the writer's clock said. */
function Times({ event }: { event: TaskEvent }) {
  const late = Date.parse(event.recorded_at) - Date.parse(event.occurred_at);
  const title = `Recorded ${exact(event.recorded_at)} (database clock)\nOccurred ${exact(event.occurred_at)} (writer's clock)`;
  return (
    <time dateTime={event.recorded_at} title={title} className="whitespace-nowrap">
      {moment(event.recorded_at)}
      <span className="ml-1">
        {late === 0 ? "" : `${late > 0 ? "+" : "−"}${duration(Math.abs(late)).replace(" ", "")}`}
      </span>
    </time>
  );
}
