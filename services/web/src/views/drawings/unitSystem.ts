/** The unit system of a project. */
import type { components } from "../../client/schema";
import { useProject } from "../../shell/projects";

export type UnitSystem = components["schemas"]["UnitSystem"];

const MILLIMETRES_PER_INCH = 25.4;

/** The project's unit system; imperial until it is known. */
export function useUnitSystem(projectId: string): UnitSystem {
  const project = useProject(projectId).data;
  return project?.attributes.unit_system === "metric" ? "metric" : "imperial";
}

/** A depth stored in inches, in the project's units: `5 in` or `127 mm`. */
export function depth(inches: number, system: UnitSystem): string {
  if (system === "imperial") return `${inches} in`;
  return `${Number((inches * MILLIMETRES_PER_INCH).toFixed(1))} mm`;
}
