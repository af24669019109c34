import { type DragEvent, type ReactNode, useRef, useState } from "react";

const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

/** Accepts files dropped on its content. */
export function DropZone(props: {
  onFiles: ((files: FileList) => void) | null;
  children: ReactNode;
}) {
  const { onFiles } = props;
  // Entering a child leaves its parent, so only the last leave ends the drag.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  if (onFiles === null) return <div className="h-full">{props.children}</div>;
  const turn = (by: number) => {
    depth.current = Math.max(depth.current + by, 0);
    setOver(depth.current > 0);
  };
  return (
    <section
      aria-label="Drawings; drop files here to upload them"
      className="relative h-full"
      onDragEnter={(event) => holdsFiles(event) && turn(1)}
      onDragLeave={(event) => holdsFiles(event) && turn(-1)}
      onDragOver={(event) => holdsFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        onFiles(event.dataTransfer.files);
      }}
    >
      {props.children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-lg border-2 border-dashed border-link bg-mark/90 text-lg font-semibold">
          Drop to upload
        </div>
      )}
    </section>
  );
}
