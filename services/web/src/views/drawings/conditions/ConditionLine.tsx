import { type FormEvent, type ReactNode, useState } from "react";
import { answered } from "../../../client";
import { Confirm } from "../../../ui/Confirm";
import { counted } from "../../../ui/wording";
import { useCorrections } from "../corrections";
import { quantity } from "../page/marks";
import type { Condition } from "../queries";
import { depth, type UnitSystem } from "../unitSystem";

const SMALL = "button text-xs";

/** A condition with its total and waiting quantity; edited and deleted in place. */
export function ConditionLine(props: {
  condition: Condition;
  system: UnitSystem;
  mayCorrect: boolean;
  children: ReactNode;
}) {
  const { condition, system } = props;
  const [editing, setEditing] = useState(false);
  return (
    <li className="px-4 py-1.5" data-condition={condition.id}>
      <div className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium" title={condition.name}>
          {condition.name}
        </span>
        <span className="font-semibold whitespace-nowrap" data-total>
          {quantity(condition.total_quantity, condition.unit)}
        </span>
      </div>
      <div className="flex gap-2 text-xs text-soft">
        <span className="flex-1">
          {condition.measurement_type}
          {condition.depth_in !== null && `, ${depth(condition.depth_in, system)} deep`}
        </span>
        <span>{counted(condition.measurement_count, "measurement")}</span>
      </div>
      {condition.waiting_count > 0 && (
        <p
          className="text-xs text-retry"
          data-waiting
          title="Not accepted yet: accept or reject it on its page"
        >
          {quantity(condition.waiting_quantity, condition.unit)} more to be accepted, in{" "}
          {counted(condition.waiting_count, "measurement")}
        </p>
      )}
      {props.mayCorrect && (
        <Acts condition={condition} editing={editing} onEdit={() => setEditing(!editing)} />
      )}
      {editing && <Edit condition={condition} system={system} onDone={() => setEditing(false)} />}
      {props.children}
    </li>
  );
}

function Acts(props: { condition: Condition; editing: boolean; onEdit: () => void }) {
  const { condition } = props;
  const { change, busy } = useCorrections();
  const [asking, setAsking] = useState(false);
  const measured = condition.measurement_count + condition.waiting_count;
  const remove = () =>
    void change(`delete ${condition.name}`, (client) =>
      answered(
        client.DELETE("/conditions/{condition_id}", {
          params: { path: { condition_id: condition.id } },
        }),
      ),
    );
  return (
    <div className="mt-1 flex gap-1">
      <button
        type="button"
        className={SMALL}
        aria-expanded={props.editing}
        aria-label={`Edit ${condition.name}`}
        onClick={props.onEdit}
      >
        Edit
      </button>
      <button
        type="button"
        className={SMALL}
        aria-label={`Delete ${condition.name}`}
        disabled={busy}
        onClick={() => (measured > 0 ? setAsking(true) : remove())}
      >
        Delete
      </button>
      {asking && (
        <Confirm
          title={`Delete ${condition.name}?`}
          action="Delete condition"
          keep="Keep it"
          onConfirm={remove}
          onClose={() => setAsking(false)}
        >
          {counted(measured, "measurement")} of it will be deleted too. Undo brings all back.
        </Confirm>
      )}
    </div>
  );
}

const UNITS = {
  imperial: { name: "inches", field: "depth_in", per: 1, least: 0.01, most: 9999 },
  metric: { name: "millimetres", field: "depth_mm", per: 25.4, least: 0.1, most: 253_999 },
} as const;

function Edit(props: { condition: Condition; system: UnitSystem; onDone: () => void }) {
  const { condition } = props;
  const { change, busy } = useCorrections();
  const unit = UNITS[props.system];
  const shown = Number(((condition.depth_in ?? 0) * unit.per).toFixed(3));
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = Number(form.get("depth"));
    const saved = await change(`edit ${condition.name}`, (client) =>
      answered(
        client.PATCH("/conditions/{condition_id}", {
          params: { path: { condition_id: condition.id } },
          body: {
            name: String(form.get("name")).trim(),
            ...(given > 0 && given !== shown ? { [unit.field]: given } : {}),
          },
        }),
      ),
    );
    if (saved) props.onDone();
  };
  return (
    <form onSubmit={(event) => void save(event)} className="mt-1 grid gap-1">
      <input
        name="name"
        aria-label="New name"
        required
        maxLength={200}
        className="field"
        defaultValue={condition.name}
      />
      <div className="flex flex-wrap gap-1">
        {condition.measurement_type === "volume" && condition.depth_in !== null && (
          <input
            name="depth"
            aria-label={`New depth in ${unit.name}`}
            type="number"
            required
            min={unit.least}
            max={unit.most}
            step="any"
            className="field w-24"
            defaultValue={shown}
          />
        )}
        <button type="submit" className="button text-xs font-semibold" disabled={busy}>
          Save
        </button>
        <button type="button" className={SMALL} onClick={props.onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}
