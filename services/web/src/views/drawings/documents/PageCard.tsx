import { Link } from "@tanstack/react-router";
import { hasEnded } from "../../../client";
import { Status } from "../../../ui/Status";
import { ADDRESS, changed } from "../address";
import { imageOf, type PageRow } from "../queries";
import type { DrawingsSearch } from "../search";
import { Doing } from "../TaskLine";
import { useTasksOf } from "../useDrawingTasks";
import { ScaleState } from "./ScaleState";
import { pageName, spelled } from "./words";

/** A small page: its name, scale and current processing. */
export function PageCard(props: {
  page: PageRow;
  search: DrawingsSearch;
  picked: boolean;
  onPick: (() => void) | null;
}) {
  const { page } = props;
  const [task] = useTasksOf(page.id);
  const name = pageName(page);
  // Show a failure until another task runs; results are on the page itself.
  const told = task && (!hasEnded(task.status) || task.status !== "SUCCESS") ? task : null;
  // The task list only has the newest tasks; the page has the reason why its set could not process
  // it.
  const failure = page.failure ?? null;
  return (
    <li
      className={`relative flex flex-col overflow-hidden rounded-lg border [contain-intrinsic-size:auto_224px] [content-visibility:auto] ${
        props.picked ? "border-link bg-mark" : "border-line"
      }`}
      data-page={page.id}
    >
      <Link
        from={ADDRESS}
        to="."
        search={changed((now) => ({ ...now, page: page.id }))}
        className="group block text-ink hover:no-underline"
        aria-label={`Open ${name}`}
      >
        <img
          src={imageOf(page.id, 320)}
          srcSet={`${imageOf(page.id, 320)} 320w, ${imageOf(page.id, 640)} 640w`}
          sizes="240px"
          alt=""
          loading="lazy"
          decoding="async"
          className="h-36 w-full border-b border-line bg-[#fff] object-contain p-1"
        />
        <span className="block truncate px-3 pt-2 font-semibold group-hover:underline" title={name}>
          {name}
        </span>
      </Link>
      <div className="grid gap-0.5 px-3 pb-2 text-xs text-soft">
        <span className="truncate">
          {[`page ${page.number}`, spelled(page.discipline), spelled(page.page_type)]
            .filter(Boolean)
            .join(" · ")}
          {!page.read && " · not read yet"}
          {page.superseded_by !== null && " · superseded"}
        </span>
        <ScaleState page={page} />
        {told && (
          <div data-task={told.task_id} data-status={told.status}>
            <Link to="/tasks/$taskId" params={{ taskId: told.task_id }} title={told.task_name}>
              <Status status={told.status} />
            </Link>
            <Doing task={told} />
          </div>
        )}
        {!told && failure && (
          <div data-failure>
            <Link to="/tasks/$taskId" params={{ taskId: failure.task_id }}>
              not processed
            </Link>
            <p className="line-clamp-3 text-failure wrap-anywhere" title={failure.reason}>
              {failure.reason}
            </p>
          </div>
        )}
      </div>
      {props.onPick && (
        <label className="absolute top-2 left-2 grid size-7 cursor-pointer place-items-center rounded border border-line bg-panel">
          <input
            type="checkbox"
            checked={props.picked}
            onChange={props.onPick}
            aria-label={`Select ${name}`}
          />
        </label>
      )}
    </li>
  );
}
