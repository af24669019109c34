export type TimelineSearch = Record<string, never>;

export function timelineSearch(): TimelineSearch {
  return {};
}
