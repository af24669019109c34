import { type Condition, type Provider, type ProviderName, useProviders } from "../queries";

/** A choice of conditions, with a note if there are none. */
export function ConditionField(props: {
  conditions: Condition[];
  value: string;
  onChange: (id: string) => void;
}) {
  return (
    <select
      aria-label="Condition"
      className="field min-w-40 max-w-80 flex-1 text-ellipsis"
      value={props.value}
      disabled={props.conditions.length === 0}
      onChange={(event) => props.onChange(event.target.value)}
    >
      {props.conditions.length === 0 && <option value="">no conditions yet</option>}
      {props.conditions.map((condition) => (
        <option key={condition.id} value={condition.id}>
          {condition.name} ({condition.unit})
        </option>
      ))}
    </select>
  );
}

/** A choice of providers; the API chooses if none is given. */
export function ProviderField(props: {
  value: ProviderName | "";
  onChange: (name: ProviderName | "") => void;
  label?: string;
  only?: (provider: Provider) => boolean;
  none?: string;
}) {
  const providers = (useProviders().data?.providers ?? []).filter(props.only ?? (() => true));
  const first = providers.find((each) => each.default);
  return (
    <select
      aria-label={props.label ?? "Provider"}
      className="field min-w-0 max-w-60 text-ellipsis"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value as ProviderName | "")}
    >
      <option value="">{props.none ?? (first ? `by ${first.name}` : "by default")}</option>
      {providers
        .filter((each) => props.none !== undefined || !each.default)
        .map((each) => (
          <option key={each.name} value={each.name} disabled={!each.configured}>
            by {each.name}
            {each.configured ? "" : ` (needs ${each.missing.join(", ")})`}
          </option>
        ))}
    </select>
  );
}
