import { useState } from "react";
import { answered, useLedgerClient } from "../../../client";
import { Conditions } from "../conditions/Conditions";
import type { Condition, PageDetail, ProviderName } from "../queries";
import { useAsk } from "../useAsk";
import { useRegistered } from "../useDrawingTasks";
import { ConditionField, ProviderField } from "./fields";

const BUTTON = "button justify-center";

type Registered = { task_id: string; version: number };

/** The tasks that can be started for the page. */
export function Actions(props: { page: PageDetail; projectId: string; conditions: Condition[] }) {
  const { page, conditions } = props;
  const client = useLedgerClient();
  const registered = useRegistered();
  const { busy, refused, ask } = useAsk();
  const [mode, setMode] = useState<"fast" | "accurate">("fast");
  const [seer, setSeer] = useState<ProviderName | "">("");
  const [provider, setProvider] = useState<ProviderName | "">("");
  const [chosen, setCondition] = useState("");
  const condition = chosen || (conditions[0]?.id ?? "");

  const params = { path: { page_id: page.id } };
  const by = provider ? { provider } : {};
  const start = (request: () => Promise<Registered>) => () =>
    void ask(async () => registered(await request()));
  const read = () =>
    answered(client.POST("/pages/{page_id}/reprocess-ocr", { params, body: { ocr_mode: mode } }));
  const classify = () =>
    answered(
      client.POST("/pages/{page_id}/classify", {
        params,
        body: seer ? { provider: seer, use_vision: true } : { use_vision: false },
      }),
    );
  const detect = () => answered(client.POST("/pages/{page_id}/detect-scale", { params }));
  const measure = () =>
    answered(
      client.POST("/pages/{page_id}/ai-takeoff", {
        params,
        body: { condition_id: condition, ...by },
      }),
    );
  const measureAll = () =>
    answered(client.POST("/pages/{page_id}/autonomous-takeoff", { params, body: by }));
  const compare = () =>
    answered(
      client.POST("/pages/{page_id}/compare-providers", {
        params,
        body: { condition_id: condition },
      }),
    );
  const without = conditions.length === 0;
  return (
    <section
      aria-labelledby="start-task"
      className="grid grid-cols-[minmax(0,1fr)] gap-2 px-4 py-3"
    >
      <h2 id="start-task" className="font-semibold">
        Start a task
      </h2>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-2">
        <button type="button" className={BUTTON} disabled={busy} onClick={start(read)}>
          Run OCR again
        </button>
        <select
          aria-label="OCR mode"
          className="field"
          value={mode}
          onChange={(event) => setMode(event.target.value as "fast" | "accurate")}
        >
          <option value="fast">fast</option>
          <option value="accurate">accurate, about a minute</option>
        </select>
        <button type="button" className={BUTTON} disabled={busy} onClick={start(classify)}>
          Classify
        </button>
        <ProviderField
          label="Classify by"
          none="by text"
          only={(each) => each.sees_images}
          value={seer}
          onChange={setSeer}
        />
        <button type="button" className={BUTTON} disabled={busy} onClick={start(detect)}>
          Detect scale
        </button>
      </div>
      {!page.calibrated && (
        <p className="text-xs text-soft">
          This page is not calibrated. Measuring fails until it is.
        </p>
      )}
      <div className="grid grid-cols-2 gap-2">
        <ConditionField conditions={conditions} value={condition} onChange={setCondition} />
        <ProviderField value={provider} onChange={setProvider} />
      </div>
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className={`${BUTTON} flex-auto`}
          disabled={busy || without}
          onClick={start(measure)}
        >
          Measure condition
        </button>
        <button
          type="button"
          className={`${BUTTON} flex-auto`}
          disabled={busy}
          onClick={start(measureAll)}
        >
          Measure everything
        </button>
        <button
          type="button"
          className={`${BUTTON} flex-auto`}
          disabled={busy || without}
          onClick={start(compare)}
          title="Measures the condition with every configured provider; stores nothing"
        >
          Compare providers
        </button>
      </div>
      {refused && (
        <p role="alert" className="text-failure">
          {refused}
        </p>
      )}
      <details>
        <summary className="text-soft">Project conditions</summary>
        <div className="mt-2">
          <Conditions projectId={props.projectId} mayOperate />
        </div>
      </details>
    </section>
  );
}
