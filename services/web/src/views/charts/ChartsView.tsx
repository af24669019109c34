/** What happened over time: throughput, failures, waiting times and durations, of a type or of all. */
import { Link } from "@tanstack/react-router";
import { type Activity, isMissing, type Slot } from "../../client";
import { Frame } from "../../shell/Frame";
import { Behind, LastKnown } from "../../ui/Freshness";
import { Found, ProblemNotice } from "../../ui/Notice";
import { clock, dated, day, duration, number, zone } from "../../ui/wording";
import { Chart, type Series } from "./Chart";
import type { ChartsSearch } from "./search";
import { Types } from "./Types";
import { endOf, slotsOf, useActivity } from "./useActivity";

export interface ChartsProps {
  /** Null for all projects. */
  projectId: string | null;
  search: ChartsSearch;
  onSearch: (search: ChartsSearch) => void;
}

export function ChartsView({ projectId, search, onSearch }: ChartsProps) {
  const activity = useActivity(projectId, search);
  const title = projectId === null ? "Charts of all projects" : `Charts of ${projectId}`;
  const { data, error } = activity;
  if (isMissing(error)) {
    return (
      <Frame projectId={projectId} title={title}>
        <ProblemNotice problem={error} />
      </Frame>
    );
  }
  return (
    <Frame projectId={projectId} title={title}>
      <section
        aria-label="Charts"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="flex h-full flex-col gap-3 overflow-y-auto p-3 outline-offset-[-2px] sm:px-4"
      >
        <h1 className="sr-only">{title}</h1>
        <Choices {...{ search, onSearch, data }} stale={data ? error : null} />
        <Found asked={activity}>
          {(found) => (
            <>
              <Charts {...{ projectId, search }} data={found} />
              <Types activity={found} search={search} onSearch={onSearch} />
            </>
          )}
        </Found>
      </section>
    </Frame>
  );
}

function Choices(props: {
  search: ChartsSearch;
  onSearch: (search: ChartsSearch) => void;
  data: Activity | undefined;
  stale: Error | null;
}) {
  const { search, onSearch, data } = props;
  const types = new Set(data?.types.map((one) => one.task_type));
  if (search.type) types.add(search.type);
  return (
    <div className="flex flex-wrap items-center gap-2 text-xs text-soft">
      <fieldset className="flex gap-1">
        <legend className="sr-only">Range</legend>
        {([undefined, "7d", "31d"] as const).map((range) => (
          <button
            key={range ?? "24h"}
            type="button"
            className="button"
            aria-pressed={search.range === range}
            onClick={() => onSearch({ ...search, range })}
          >
            {range === undefined ? "24 hours" : range === "7d" ? "7 days" : "31 days"}
          </button>
        ))}
      </fieldset>
      <select
        aria-label="Task type"
        className="field max-w-60"
        value={search.type ?? ""}
        onChange={(event) => onSearch({ ...search, type: event.target.value || undefined })}
      >
        <option value="">all types</option>
        {[...types].sort().map((type) => (
          <option key={type} value={type}>
            {type}
          </option>
        ))}
      </select>
      {search.until && (
        <span role="status" data-until className="flex items-center gap-2 text-ink">
          {/* Its hours are whole ones. */}
          Until {dated(endOf(search.until))}
          <button
            type="button"
            className="button text-xs"
            onClick={() => onSearch({ ...search, until: undefined })}
          >
            Back to now
          </button>
        </span>
      )}
      {data && <span>Times are {zone(data.until)}. Refreshed every 15 s</span>}
      <Behind lag={data?.lag_s ?? 0} what="The charts are" />
      <LastKnown error={props.stale} />
    </div>
  );
}

function Charts(props: { projectId: string | null; search: ChartsSearch; data: Activity }) {
  const { data, search, projectId } = props;
  const found = slotsOf(data);
  const slots = found.map((slot) => ({
    name: slotName(slot.begin, data.step_s),
    tasks: (name: string) => {
      const query = queryOf(slot.begin, data.step_s, search.type);
      return projectId === null ? (
        <Link to="/tasks" search={{ query }} className="max-lg:inline-block max-lg:leading-6">
          {name}
        </Link>
      ) : (
        <Link
          to="/projects/$projectId"
          params={{ projectId }}
          search={{ query }}
          className="max-lg:inline-block max-lg:leading-6"
        >
          {name}
        </Link>
      );
    },
  }));
  const bars = (name: string, color: string, of: (slot: Slot) => number): Series => ({
    name,
    color: `var(--color-${color})`,
    values: found.map(of),
  });
  const lines = (of: (slot: Slot) => Slot["waiting"]): Series[] => [
    { name: "p50", color: "var(--color-success)", values: found.map((slot) => of(slot).p50) },
    {
      name: "p95",
      color: "var(--color-running)",
      dash: "6 3",
      values: found.map((slot) => of(slot).p95),
    },
    {
      name: "p99",
      color: "var(--color-revoked)",
      dash: "1 4",
      values: found.map((slot) => of(slot).p99),
    },
  ];
  const seconds = (value: number) => duration(value * 1000);
  const shared = { slots };
  const within = `within ${Math.round(data.percentile_error * 100)} %`;
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <Chart
        {...shared}
        title="Tasks that ended"
        kind="bars"
        format={number}
        empty="No task ended in this time."
        series={[
          bars("succeeded", "success", (slot) => slot.succeeded),
          bars("failed", "failure", (slot) => slot.failed),
          bars("revoked", "revoked", (slot) => slot.revoked),
        ]}
      />
      <Chart
        {...shared}
        title="Failures and retries"
        kind="bars"
        format={number}
        empty="Nothing failed and nothing was retried in this time."
        series={[
          bars("tasks failed", "failure", (slot) => slot.failed),
          bars("attempts retried", "retry", (slot) => slot.retried),
        ]}
      />
      <Chart
        {...shared}
        title="Waiting time"
        note={`From an attempt's due time to its start, ${within}; without first attempts of tasks that waited for other tasks.`}
        kind="lines"
        format={seconds}
        empty="No attempt started in this time."
        series={lines((slot) => slot.waiting)}
      />
      <Chart
        {...shared}
        title="Duration"
        note={`From the start of an attempt to its successful end, ${within}.`}
        kind="lines"
        format={seconds}
        empty="No attempt succeeded in this time."
        series={lines((slot) => slot.duration)}
      />
    </div>
  );
}

function slotName(begin: string, stepS: number): string {
  const date = day(begin).slice(5);
  const hour = clock(begin).slice(0, 5);
  // A day of the rollups begins at midnight in UTC, which may be another hour here.
  return stepS >= 86_400 && hour === "00:00" ? date : `${date} ${hour}`;
}

/** The tasks that ended in a slot. */
function queryOf(begin: string, stepS: number, type: string | undefined): string {
  const minute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;
  const from = Date.parse(begin);
  const ended = `ended:>=${minute(from)} ended:<${minute(from + stepS * 1000)}`;
  return type ? `${ended} type:"${type}"` : ended;
}
