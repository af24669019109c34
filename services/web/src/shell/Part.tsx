import { useQuery } from "@tanstack/react-query";
import type { ComponentType } from "react";
import { codeOf } from "./code";

/** A part of the page once its code is loaded; nothing before that. */
export function Part<P extends object>(props: {
  of: { name: string; load: () => Promise<ComponentType<P>> };
  with: P;
}) {
  const code = useQuery(codeOf(props.of));
  return code.data ? <code.data {...props.with} /> : null;
}
