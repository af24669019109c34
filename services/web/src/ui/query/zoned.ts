/** Gives the dates of a query the zone in which they were typed. */
import { minutesEast, zoneChosen } from "../zone";

const FIELD = /(^|\s)(-?(?:created|started|ended|updated|due|recorded|after|before):)(\S+)/gi;
const WITHOUT_ZONE = /^([<>]?=?)(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/i;

/**
 * The query with the chosen zone written after each date and time that has none, because the query
 * language reads those in UTC. A link to the result means the same in every zone.
 */
export function withZone(query: string): string {
  if (zoneChosen() === "utc") return query;
  return query.replace(FIELD, (_, before: string, field: string, values: string) => {
    return before + field + values.split(",").map(zoned).join(",");
  });
}

function zoned(value: string): string {
  const found = WITHOUT_ZONE.exec(value);
  if (!found) return value;
  const at = new Date(`${found[2]}${found[3]?.toUpperCase() ?? "T00:00"}`);
  if (Number.isNaN(at.getTime())) return value;
  const east = minutesEast(at);
  const two = (n: number) => String(n).padStart(2, "0");
  const away = Math.abs(east);
  return east === 0
    ? value
    : `${value}${east < 0 ? "-" : "+"}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}
