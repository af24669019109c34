/** The tasks of a tree below its first one, in a list of trees. */
import { Loading } from "../../ui/Notice";
import { TreeRows } from "../task/TreeRows";
import { useTree } from "../task/useTree";
import { sizeOf, type TreeState } from "./treeStates";

const ROW_PX = 33;
const MOST_ROWS = 8;

/** The height of the tasks of a tree below its first one; more of them scroll. */
export function heightBelow(state: TreeState | undefined): number {
  const below = state ? sizeOf(state) - 1 : 1;
  return Math.min(Math.max(below, 1), MOST_ROWS) * ROW_PX + 12;
}

export function TreeBelow({ firstId, name }: { firstId: string; name: string }) {
  const { data, error, refetch } = useTree(firstId);
  if (!data)
    return error ? (
      // In one line: there is no room for more.
      <p role="alert" className="flex h-full items-center gap-2 px-3 text-xs text-failure">
        <span className="truncate">{error.message}</span>
        <button type="button" className="button text-xs" onClick={() => void refetch()}>
          Try again
        </button>
      </p>
    ) : (
      <Loading rows={1} />
    );
  return (
    <ul
      aria-label={`Tasks below ${name}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="h-full divide-y divide-line overflow-y-auto outline-offset-[-2px]"
    >
      <TreeRows tree={data} below />
    </ul>
  );
}
