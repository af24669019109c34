import { pixelsPerFoot } from "../page/marks";
import type { PageRow } from "../queries";

/** The scale of a page, and whether it is calibrated. */
export function ScaleState({ page }: { page: PageRow }) {
  if (page.scale_value === null) return <span>no scale</span>;
  const scale = page.scale_text ?? pixelsPerFoot(page.scale_value);
  return (
    <span className="flex min-w-0 items-center gap-1">
      <span className="truncate" title={pixelsPerFoot(page.scale_value)}>
        {scale}
      </span>
      <Calibrated page={page} />
    </span>
  );
}

function Calibrated({ page }: { page: PageRow }) {
  const by =
    page.scale_method === "manual" ? "Calibrated by hand" : "Calibrated: two sources agree";
  return (
    <span
      className={`inline-flex shrink-0 items-center gap-1 font-semibold ${
        page.calibrated ? "text-success" : "text-retry"
      }`}
      title={
        page.calibrated ? by : "Measuring requires two sources that agree, or calibration by hand"
      }
    >
      <svg
        viewBox="0 0 12 12"
        className="size-3"
        fill="none"
        stroke="currentColor"
        aria-hidden="true"
      >
        {page.calibrated ? (
          <path d="M1.75 6.5L4.75 9.5L10.25 2.75" strokeWidth="1.75" />
        ) : (
          <path d="M6 1.5L11 10.5H1ZM6 5v2.5M6 8.5v1" strokeWidth="1.25" />
        )}
      </svg>
      {page.calibrated ? "calibrated" : "not calibrated"}
    </span>
  );
}
