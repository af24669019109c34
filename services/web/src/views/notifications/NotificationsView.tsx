/** Notifications: where they go, which are sent, and what became of them. */
import { Frame } from "../../shell/Frame";
import { mayOperate, useSession } from "../../shell/session";
import { Channels } from "./Channels";
import { Deliveries } from "./Deliveries";
import { Rules } from "./Rules";

export function NotificationsView() {
  const acts = mayOperate(useSession().data);
  return (
    <Frame projectId={null} title="Notifications">
      <section
        aria-label="Notifications"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="flex h-full flex-col gap-5 overflow-y-auto p-3 outline-offset-[-2px] sm:px-4"
      >
        <h1 className="sr-only">Notifications</h1>
        <Channels acts={acts} />
        <Rules acts={acts} />
        <Deliveries acts={acts} />
      </section>
    </Frame>
  );
}
