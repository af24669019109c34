import { useState } from "react";
import { answered, useLedgerClient } from "../../client";
import { counted } from "../../ui/wording";
import { ConditionField, ProviderField } from "./page/fields";
import { type ProviderName, useConditions } from "./queries";
import { useAsk } from "./useAsk";
import { useRegistered } from "./useDrawingTasks";

/** Actions for the selected pages. */
export function Batch(props: { projectId: string; picked: string[]; onClear: () => void }) {
  const client = useLedgerClient();
  const conditions = useConditions(props.projectId).data?.conditions ?? [];
  const registered = useRegistered();
  const [chosen, setCondition] = useState("");
  const [provider, setProvider] = useState<ProviderName | "">("");
  const { busy, refused, ask } = useAsk();
  const condition = chosen || (conditions[0]?.id ?? "");
  const measure = () =>
    ask(async () => {
      registered(
        await answered(
          client.POST("/batch-ai-takeoff", {
            body: {
              page_ids: props.picked,
              condition_id: condition,
              ...(provider ? { provider } : {}),
            },
          }),
        ),
      );
      props.onClear();
    });
  const pages = counted(props.picked.length, "page");
  return (
    <section
      aria-label="Selected pages"
      className="panel flex flex-wrap items-center gap-2 bg-raised px-4 py-2 shadow-raised"
    >
      <span className="font-semibold" role="status">
        {pages} selected
      </span>
      <ConditionField conditions={conditions} value={condition} onChange={setCondition} />
      <ProviderField value={provider} onChange={setProvider} />
      <button
        type="button"
        className="button font-semibold"
        disabled={busy || condition === ""}
        onClick={() => void measure()}
      >
        Measure {pages}
      </button>
      <button type="button" className="button" onClick={props.onClear}>
        Clear selection
      </button>
      {refused && (
        <p role="alert" className="w-full text-failure">
          {refused}
        </p>
      )}
    </section>
  );
}
