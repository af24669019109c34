import { COLUMNS } from "./columns";
import type { Order, ShownColumn } from "./search";

/** The column heads; a sortable column's head is a button. */
export function Heads(props: {
  columns: readonly ShownColumn[];
  /** The orders that this list can have. */
  orders: readonly Order[];
  order: Order;
  onOrder: (order: Order) => void;
}) {
  return (
    <>
      <div role="columnheader">Status</div>
      <div role="columnheader">Task</div>
      {props.columns.map((name) => (
        <Head key={name} {...props} name={name} />
      ))}
    </>
  );
}

function Head(props: {
  name: ShownColumn;
  orders: readonly Order[];
  order: Order;
  onOrder: (order: Order) => void;
}) {
  const { title, tells, right, orders } = COLUMNS[props.name];
  const align = right ? "text-right" : "";
  if (!orders?.every((each) => props.orders.includes(each))) {
    return (
      <div role="columnheader" className={align} title={tells}>
        {title}
      </div>
    );
  }
  const [down, up] = orders;
  const now = props.order === down ? "down" : props.order === up ? "up" : null;
  // The newest tasks have the lowest age, so the arrow of an age points the other way.
  const falling = props.name === "took" ? now === "down" : now === "up";
  return (
    <div
      role="columnheader"
      className={align}
      aria-sort={now === null ? "none" : falling ? "descending" : "ascending"}
    >
      <button
        type="button"
        className={`rounded hover:text-ink hover:underline ${now ? "font-semibold text-ink" : ""}`}
        title={tells}
        onClick={() => props.onOrder(now === "down" ? up : down)}
      >
        {title}
        {now && <span aria-hidden="true"> {falling ? "▾" : "▴"}</span>}
      </button>
    </div>
  );
}
