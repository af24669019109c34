import { useCallback, useRef } from "react";
import { useKeys } from "../../../shell/keys";
import { useDrawingsNavigate, useDrawingsSearch } from "../address";
import { type PageDetail, useConditions, useMeasurements, usePages } from "../queries";
import { layersOf, withLayer } from "../search";
import { useUnitSystem } from "../unitSystem";
import { Actions } from "./Actions";
import { CalibrateBar, CalibrationLine } from "./Calibrate";
import { DraftShape } from "./DraftShape";
import { DrawBar, EditBar } from "./DrawBar";
import { EditShape } from "./EditShape";
import { Evidence } from "./Evidence";
import { Facts } from "./Facts";
import { Measured } from "./Measured";
import type { Tagged } from "./Overlay";
import { PageTasks } from "./PageTasks";
import { Places } from "./Places";
import { Revision } from "./Revision";
import { shownBox } from "./shapes";
import { useCalibration } from "./useCalibration";
import { useDrawing } from "./useDrawing";
import { useLight } from "./useLight";
import { useMarks } from "./useMarks";
import { Viewer, type ViewerHandle } from "./Viewer";

export function OpenedPage(props: { projectId: string; page: PageDetail; mayOperate: boolean }) {
  const { projectId, page, mayOperate } = props;
  const search = useDrawingsSearch();
  const change = useDrawingsNavigate();
  const conditions = useConditions(projectId).data?.conditions;
  const system = useUnitSystem(projectId);
  const measurements = useMeasurements(page.id);
  const siblings = usePages(page.document_id).data ?? [];
  const layers = layersOf(search);
  const marks = useMarks(page, measurements.data, conditions, layers);
  const calibration = useCalibration(page.id);
  const drawing = useDrawing(page.id);
  const { draft } = drawing;
  const edited = measurements.data?.find((each) => each.id === drawing.edited);
  const light = useLight();
  const { onFocus } = light;
  const viewer = useRef<ViewerHandle>(null);

  const onPlace = useCallback(
    (at: string | undefined) =>
      change((now) => (now.page === page.id ? { ...now, at } : now), true),
    [change, page.id],
  );

  const at = siblings.findIndex((each) => each.id === page.id);
  const open = (id: string | undefined, replace = false) =>
    change((now) => ({ ...now, page: id, at: undefined }), replace);
  const step = (by: number) => {
    const next = siblings[at + by];
    if (next) open(next.id, true);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    escape: () => {
      if (calibration.ends) calibration.leave();
      else if (draft || edited) drawing.leave();
      else open(undefined);
    },
    backspace: drawing.back,
  });
  const show = useCallback(
    (each: Tagged) => {
      const box = shownBox(each.mark.boxes);
      if (box === null) return;
      onFocus(each.mark.id);
      viewer.current?.show(box);
    },
    [onFocus],
  );

  return (
    <div className="h-full overflow-y-auto lg:grid lg:grid-cols-[minmax(0,1fr)_360px] lg:grid-rows-[minmax(0,1fr)] lg:overflow-hidden">
      <div className="flex h-[60dvh] min-h-72 flex-col lg:h-full">
        <Places
          projectId={projectId}
          page={page}
          before={siblings[at - 1]}
          after={siblings[at + 1]}
          count={siblings.length}
        />
        {calibration.ends && <CalibrateBar calibration={calibration} system={system} />}
        {!calibration.ends && <DrawBar drawing={drawing} conditions={conditions ?? []} />}
        {!calibration.ends && edited && <EditBar drawing={drawing} />}
        <div className="min-h-0 flex-1">
          <Viewer
            page={page}
            words={marks.shownWords}
            tagged={marks.shown}
            lit={marks.find(light.lit)}
            onHover={light.onHover}
            place={search.at}
            onPlace={onPlace}
            onPoint={calibration.ends ? calibration.choose : draft ? drawing.click : null}
            drawn={(zoom) =>
              calibration.ends ? (
                <CalibrationLine ends={calibration.ends} zoom={zoom} />
              ) : draft ? (
                <>
                  {drawing.pending.map((each) => (
                    <DraftShape key={JSON.stringify(each.points)} {...each} zoom={zoom} pending />
                  ))}
                  <DraftShape tool={draft.tool} points={draft.points} zoom={zoom} />
                </>
              ) : (
                edited && (
                  <EditShape
                    key={edited.id}
                    measurement={edited}
                    page={{ width: page.width_px, height: page.height_px }}
                    zoom={zoom}
                    busy={drawing.corrections.busy}
                    onSave={(shape) => drawing.save(edited, shape)}
                  />
                )
              )
            }
            handle={viewer}
          />
        </div>
      </div>
      <aside
        aria-label="Page panel"
        className="grid grid-cols-[minmax(0,1fr)] content-start divide-y divide-line border-t border-line bg-panel lg:overflow-y-auto lg:border-t-0 lg:border-l"
      >
        <Facts page={page} calibration={mayOperate ? calibration : null} />
        <Revision projectId={projectId} page={page} mayOperate={mayOperate} />
        <PageTasks page={page} projectId={projectId} />
        {mayOperate && <Actions page={page} projectId={projectId} conditions={conditions ?? []} />}
        <Measured
          documentId={page.document_id}
          measured={marks.measured}
          problem={measurements.error}
          mayMeasure={mayOperate}
          drawable={mayOperate && page.calibrated ? (conditions ?? []) : null}
          drawing={drawing}
          on={layers.includes("measured")}
          onToggle={(on) => change((now) => withLayer(now, "measured", on), true)}
          light={light}
          onShow={show}
        />
        <Evidence
          page={page}
          words={marks.words.length}
          evidence={marks.evidence}
          layers={layers}
          onToggle={(layer, on) => change((now) => withLayer(now, layer, on), true)}
          light={light}
          onShow={show}
        />
      </aside>
    </div>
  );
}
