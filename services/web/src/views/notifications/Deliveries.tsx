import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { answered, useLedgerClient } from "../../client";
import { Ago } from "../../ui/Times";
import { counted, moment } from "../../ui/wording";
import { Line, Part } from "./Part";
import { triggerSays } from "./triggers";
import { useAct } from "./useAct";
import { type Notification, type SendState, useNotifications } from "./useLists";

const STATES: Record<SendState, string> = {
  dead: "given up",
  waiting: "waiting",
  sent: "sent",
};
const AT_ONCE = 50;

/** What became of notifications; those that were given up can be sent again. */
export function Deliveries({ acts }: { acts: boolean }) {
  const client = useLedgerClient();
  const [state, setState] = useState<SendState>("dead");
  const asked = useNotifications(state);
  const { act, refused, busy } = useAct("notifications");
  const ids = (asked.data?.pages ?? [])
    .flatMap((page) => page.notifications)
    .map((each) => each.id)
    .slice(0, AT_ONCE);
  const again = (which: number[]) =>
    void act(() => answered(client.POST("/notifications/again", { body: { ids: which } })));
  return (
    <Part
      title="Deliveries"
      says="The newest first. A message is tried again, ever more rarely, before it is given up."
      actions={
        <>
          {refused && (
            <span role="alert" className="text-failure">
              {refused}
            </span>
          )}
          <select
            aria-label="State"
            className="field text-xs"
            value={state}
            onChange={(event) => setState(event.target.value as SendState)}
          >
            {(Object.keys(STATES) as SendState[]).map((each) => (
              <option key={each} value={each}>
                {STATES[each]}
              </option>
            ))}
          </select>
          {acts && state === "dead" && ids.length > 1 && (
            <button
              type="button"
              className="button text-xs"
              disabled={busy}
              onClick={() => again(ids)}
            >
              Send {counted(ids.length, "message")} again
            </button>
          )}
        </>
      }
      asked={asked}
      empty={state === "dead" ? "None was given up." : `None is ${STATES[state]}.`}
      rows={(pages) =>
        pages
          .flatMap((page) => page.notifications)
          .map((each) => (
            <Row
              key={each.id}
              one={each}
              acts={acts}
              busy={busy}
              onAgain={() => again([each.id])}
            />
          ))
      }
    />
  );
}

function Row(props: { one: Notification; acts: boolean; busy: boolean; onAgain: () => void }) {
  const { one } = props;
  return (
    <Line
      marks={{ "data-notification": one.id }}
      name={
        <>
          {triggerSays(one.trigger)} → {one.channel}
        </>
      }
      facts={
        <>
          {one.task_id !== null ? (
            <Link to="/tasks/$taskId" params={{ taskId: one.task_id }}>
              task
            </Link>
          ) : (
            (one.project_id ?? "no project")
          )}{" "}
          · made <Ago time={one.made_at} /> ago · {one.tries === 1 ? "1 try" : `${one.tries} tries`}
          {one.state === "waiting" && one.tries > 0 && ` · next ${moment(one.try_at)}`}
          {one.last_error !== null && <span className="block text-failure">{one.last_error}</span>}
        </>
      }
      buttons={
        props.acts &&
        one.state === "dead" && (
          <button
            type="button"
            className="button text-xs"
            disabled={props.busy}
            onClick={props.onAgain}
          >
            Send again
          </button>
        )
      }
    />
  );
}
