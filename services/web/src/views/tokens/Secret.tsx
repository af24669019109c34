import { useEffect, useRef } from "react";
import { Copy } from "../../ui/Copy";

export interface NewSecret {
  name: string;
  secret: string;
}

/** A token's new secret, until it is dismissed. The server cannot show it again. */
export function Secret({ made, onClose }: { made: NewSecret; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new secret gets the focus
  useEffect(() => box.current?.focus(), [made.secret]);
  return (
    <div
      ref={box}
      role="status"
      tabIndex={-1}
      className="panel mx-3 mb-3 flex flex-wrap items-center gap-x-3 gap-y-2 p-3 sm:mx-4"
    >
      <span>
        The secret of <strong>{made.name}</strong>. Copy it now: it is not shown again.
      </span>
      <span className="inline-flex min-w-0 items-center gap-1">
        <code className="min-w-0 break-all font-mono text-xs" data-secret>
          {made.secret}
        </code>
        <Copy text={made.secret} label="the secret" />
      </span>
      <button type="button" className="button ml-auto text-xs" onClick={onClose}>
        Hide
      </button>
    </div>
  );
}
