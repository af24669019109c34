/** A chart with its legend, and the same numbers as a table. */
import type { ReactNode } from "react";
import { scaleEnd } from "./scale";

export interface Series {
  name: string;
  /** Of the shape and of its mark in the legend. */
  color: string;
  /** Of lines: how they are told apart without their color. */
  dash?: string;
  /** One for each slot; null where there is none. */
  values: readonly (number | null)[];
}

export function Chart(props: {
  title: string;
  /** What is not obvious about the numbers. */
  note?: string;
  kind: "bars" | "lines";
  series: readonly Series[];
  slots: readonly { name: string; tasks: (name: string) => ReactNode }[];
  format: (value: number) => string;
  /** What is shown instead if there is nothing. */
  empty: string;
}) {
  const { title, kind, series, slots, format } = props;
  const sums = slots.map((_, slot) =>
    series.reduce((sum, { values }) => sum + (values[slot] ?? 0), 0),
  );
  const single = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const most = Math.max(0, ...(kind === "bars" ? sums : single));
  const nothing = kind === "bars" ? most === 0 : single.length === 0;
  const top = scaleEnd(most, kind === "bars");
  return (
    <figure className="panel flex min-w-0 flex-col gap-2 p-3" aria-label={title}>
      <figcaption className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="font-semibold">{title}</h2>
        <Legend series={series} kind={kind} />
      </figcaption>
      {nothing ? (
        <p className="flex h-32 items-center justify-center text-soft">{props.empty}</p>
      ) : (
        <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-xs text-soft">
          <div aria-hidden="true" className="-my-1.5 flex h-35 flex-col justify-between text-right">
            <span className="leading-none">{format(top)}</span>
            <span className="leading-none">{format(top / 2)}</span>
            <span className="leading-none">0</span>
          </div>
          <svg
            role="img"
            aria-label={`${title}: ${slots.length} values for each of ${series.map((one) => one.name).join(", ")}; highest ${format(most)}`}
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            className="h-32 w-full overflow-visible"
          >
            {[0, 50, 100].map((y) => (
              <line
                key={y}
                x1={0}
                x2={100}
                y1={y}
                y2={y}
                stroke="var(--color-line)"
                vectorEffect="non-scaling-stroke"
              />
            ))}
            {kind === "bars" ? (
              <Bars series={series} slots={slots.length} top={top} />
            ) : (
              <Lines series={series} slots={slots.length} top={top} />
            )}
            {slots.map((slot, place) => (
              <rect
                key={slot.name}
                x={(place * 100) / slots.length}
                width={100 / slots.length}
                y={0}
                height={100}
                fill="transparent"
                className="hover:fill-ink/5"
              >
                <title>{`${slot.name}\n${series
                  .map((one) => {
                    const value = one.values[place];
                    return `${one.name} ${value == null ? "none" : format(value)}`;
                  })
                  .join("\n")}`}</title>
              </rect>
            ))}
          </svg>
          <div aria-hidden="true" className="col-start-2 flex justify-between pt-1">
            <span>{slots[0]?.name}</span>
            <span>{slots.at(-1)?.name}</span>
          </div>
        </div>
      )}
      {props.note && <p className="text-xs text-soft">{props.note}</p>}
      {!nothing && (
        <details>
          <summary className="w-fit rounded text-xs text-link">Show as table</summary>
          <Numbers title={title} series={series} slots={slots} format={format} />
        </details>
      )}
    </figure>
  );
}

function Legend({ series, kind }: { series: readonly Series[]; kind: "bars" | "lines" }) {
  return (
    <ul className="flex flex-wrap gap-x-3 text-xs text-soft">
      {series.map((one) => (
        <li key={one.name} className="flex items-center gap-1">
          <svg aria-hidden="true" width={16} height={8}>
            {kind === "bars" ? (
              <rect x={4} width={8} height={8} fill={one.color} />
            ) : (
              <line
                x2={16}
                y1={4}
                y2={4}
                stroke={one.color}
                strokeWidth={2}
                strokeDasharray={one.dash}
              />
            )}
          </svg>
          {one.name}
        </li>
      ))}
    </ul>
  );
}

interface Drawn {
  series: readonly Series[];
  slots: number;
  top: number;
}

function Bars({ series, slots, top }: Drawn) {
  const width = 100 / slots;
  return Array.from({ length: slots }, (_, place) => {
    let below = 100;
    return series.map((one) => {
      const height = ((one.values[place] ?? 0) / top) * 100;
      below -= height;
      return height === 0 ? null : (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot has no other name
          key={`${one.name} ${place}`}
          x={(place + 0.1) * width}
          y={below}
          width={width * 0.8}
          height={height}
          fill={one.color}
        />
      );
    });
  });
}

function Lines({ series, slots, top }: Drawn) {
  return series.map((one) => (
    <path
      key={one.name}
      d={lineOf(one.values, slots, top)}
      fill="none"
      stroke={one.color}
      strokeWidth={2}
      strokeDasharray={one.dash}
      strokeLinecap="round"
      vectorEffect="non-scaling-stroke"
    />
  ));
}

/** Interrupted where there is no value; one alone is a dot. */
function lineOf(values: readonly (number | null)[], slots: number, top: number): string {
  return values
    .map((value, place) => {
      if (value === null) return "";
      const before = place > 0 && values[place - 1] != null;
      const x = ((place + 0.5) * 100) / slots;
      return `${before ? "L" : "M"}${x} ${100 - (value / top) * 100}${before ? "" : "h0.01"}`;
    })
    .join("");
}

function Numbers(props: {
  title: string;
  series: readonly Series[];
  slots: readonly { name: string; tasks: (name: string) => ReactNode }[];
  format: (value: number) => string;
}) {
  return (
    <section
      aria-label={`${props.title} as a table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      data-scrolls-sideways
      className="mt-2 max-h-64 overflow-auto outline-offset-[-2px]"
    >
      <table className="w-full text-xs">
        <caption className="sr-only">{props.title}</caption>
        <thead>
          <tr className="text-left text-soft">
            <th scope="col" className="pr-3 font-normal">
              From
            </th>
            {props.series.map((one) => (
              <th key={one.name} scope="col" className="pr-3 text-right font-normal">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.slots.map((slot, place) => (
            <tr key={slot.name} className="border-t border-line">
              <th scope="row" className="pr-3 text-left font-normal whitespace-nowrap">
                {slot.tasks(slot.name)}
              </th>
              {props.series.map((one) => {
                const value = one.values[place];
                return (
                  <td key={one.name} className="pr-3 text-right">
                    {value == null ? "–" : props.format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
