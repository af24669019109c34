import { answered } from "../../../client";
import { useCorrections } from "../corrections";
import type { UnitSystem } from "../unitSystem";

/** The unit system for the project's new conditions; existing ones keep their units. */
export function Units(props: { projectId: string; system: UnitSystem }) {
  const { change, busy } = useCorrections();
  const choose = (system: UnitSystem) =>
    void change(`measure in ${system} units`, (client) =>
      answered(
        client.PATCH("/projects/{project_id}", {
          params: { path: { project_id: props.projectId } },
          body: { unit_system: system },
        }),
      ),
    );
  return (
    <label className="flex items-center gap-1 text-xs text-soft">
      Units
      <select
        className="field text-xs"
        title="For new conditions; existing ones keep their units"
        value={props.system}
        disabled={busy}
        onChange={(event) => choose(event.target.value as UnitSystem)}
      >
        <option value="imperial">feet</option>
        <option value="metric">metres</option>
      </select>
    </label>
  );
}
