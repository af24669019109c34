/** A progress bar with its percentage. */
export function Progress({ percent, label }: { percent: number; label: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span
        role="progressbar"
        aria-label={label}
        aria-valuenow={Math.round(percent)}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 w-16 overflow-hidden rounded-full bg-line"
      >
        <span className="block h-full bg-running" style={{ width: `${percent}%` }} />
      </span>
      <span className="w-8 text-right text-xs text-soft">{Math.round(percent)}%</span>
    </span>
  );
}
