import { Loading, ProblemNotice } from "../../../ui/Notice";
import { usePage } from "../queries";
import { OpenedPage } from "./OpenedPage";

/** One page, opened. */
export function PageView(props: { projectId: string; pageId: string; mayOperate: boolean }) {
  const page = usePage(props.pageId);
  if (page.data === undefined) {
    return page.error ? (
      <ProblemNotice problem={page.error} retry={() => void page.refetch()} />
    ) : (
      <Loading rows={12} />
    );
  }
  return <OpenedPage projectId={props.projectId} page={page.data} mayOperate={props.mayOperate} />;
}
