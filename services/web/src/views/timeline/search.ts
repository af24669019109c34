/** What the project timeline shows, as stored in the address. */
import type { EventType } from "../../client";
import { many, one, whole } from "../../shell/search";
import { EVENT_TYPES } from "../../ui/EventType";

export interface TimelineSearch {
  type?: EventType[] | undefined;
  task_type?: string | undefined;
  task?: string | undefined;
  actor?: string | undefined;
  /** In the query language. */
  query?: string | undefined;
  /** Text, from links of earlier versions. */
  q?: string | undefined;
  /** The number of the event that is selected. */
  event?: number | undefined;
}

export function timelineSearch(search: Record<string, unknown>): TimelineSearch {
  const type = many(search.type, EVENT_TYPES);
  return {
    type: type.length > 0 ? type : undefined,
    task_type: one(search.task_type)?.slice(0, 300),
    task: one(search.task),
    actor: one(search.actor)?.slice(0, 300),
    query: one(search.query)?.slice(0, 1000),
    q: one(search.q)?.slice(0, 300),
    event: whole(search.event),
  };
}

export type Wanted = Omit<TimelineSearch, "event">;

export function isFiltered(wanted: Wanted): boolean {
  return Object.values(wanted).some((value) => value !== undefined);
}

/** As parameters of the API. */
export function queryOf(wanted: Wanted) {
  return {
    ...(wanted.type ? { type: wanted.type } : {}),
    ...(wanted.task_type ? { task_type: [wanted.task_type] } : {}),
    ...(wanted.task ? { task_id: [wanted.task] } : {}),
    ...(wanted.actor ? { actor: [wanted.actor] } : {}),
    ...(wanted.query ? { query: wanted.query } : {}),
    ...(wanted.q ? { q: wanted.q } : {}),
  };
}
