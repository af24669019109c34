import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { answered, useLedgerClient } from "../../../client";
import type { Condition } from "../queries";
import type { UnitSystem } from "../unitSystem";
import { useAsk } from "../useAsk";

const TYPES: Record<UnitSystem, Record<Condition["measurement_type"], string>> = {
  imperial: {
    area: "area (SF)",
    linear: "linear (LF)",
    volume: "volume (CY)",
    count: "count (EA)",
  },
  metric: {
    area: "area (M2)",
    linear: "linear (M)",
    volume: "volume (M3)",
    count: "count (EA)",
  },
};
const DEPTHS = {
  imperial: { field: "depth_in", label: "Depth in inches", least: 0.01, most: 9999 },
  metric: { field: "depth_mm", label: "Depth in millimetres", least: 0.1, most: 253_999 },
} as const;
const EXAMPLES = { imperial: "5 in slab on grade", metric: "125 mm slab on grade" };

export function NewCondition(props: { projectId: string; system: UnitSystem; onDone: () => void }) {
  const depth = DEPTHS[props.system];
  const client = useLedgerClient();
  const queries = useQueryClient();
  const id = useId();
  const [type, setType] = useState<Condition["measurement_type"]>("area");
  const { busy, refused, ask } = useAsk<Condition>();
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const made = await ask(() =>
      answered(
        client.POST("/projects/{project_id}/conditions", {
          params: { path: { project_id: props.projectId } },
          body: {
            name: String(form.get("name")).trim(),
            measurement_type: type,
            ...(type === "volume" ? { [depth.field]: Number(form.get("depth")) } : {}),
          },
        }),
      ),
    );
    if (made === null) return;
    await queries.invalidateQueries({ queryKey: ["conditions", props.projectId] });
    props.onDone();
  };
  return (
    <form
      onSubmit={(event) => void make(event)}
      className="grid gap-2 border-b border-line px-4 py-2"
    >
      <label htmlFor={`${id}-name`} className="grid gap-0.5">
        <span className="text-xs text-soft">Name</span>
        <input
          id={`${id}-name`}
          name="name"
          required
          maxLength={200}
          className="field"
          placeholder={EXAMPLES[props.system]}
        />
      </label>
      <div className="flex flex-wrap items-end gap-2">
        <label htmlFor={`${id}-type`} className="grid gap-0.5">
          <span className="text-xs text-soft">Measurement type</span>
          <select
            id={`${id}-type`}
            className="field"
            value={type}
            onChange={(event) => setType(event.target.value as Condition["measurement_type"])}
          >
            {Object.entries(TYPES[props.system]).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {type === "volume" && (
          <label htmlFor={`${id}-depth`} className="grid gap-0.5">
            <span className="text-xs text-soft">{depth.label}</span>
            <input
              id={`${id}-depth`}
              name="depth"
              type="number"
              required
              min={depth.least}
              max={depth.most}
              step="any"
              className="field w-24"
            />
          </label>
        )}
        <button type="submit" className="button font-semibold" disabled={busy}>
          Create condition
        </button>
      </div>
      {refused && (
        <p role="alert" className="text-failure">
          {refused}
        </p>
      )}
    </form>
  );
}
