import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { answered, useLedgerClient } from "../../client";
import { useSession } from "../../shell/session";
import { Code } from "../../ui/Code";
import { Confirm } from "../../ui/Confirm";
import { Ago } from "../../ui/Times";
import { duration } from "../../ui/wording";
import { NewRule } from "./NewRule";
import { Line, Part } from "./Part";
import { triggerSays } from "./triggers";
import { useAct } from "./useAct";
import { type Rule, useRules } from "./useLists";

/** Which events are sent to which channel. */
export function Rules({ acts }: { acts: boolean }) {
  const everywhere = useSession().data?.projects === null;
  return (
    <Part
      title="Rules"
      says="What is sent to which channel, from the moment a rule is created."
      actions={acts && <NewRule />}
      asked={useRules()}
      // Who reaches only some projects does not see the rules of all projects.
      empty={everywhere ? "No rules yet: nothing is sent." : "No rules of your projects alone yet."}
      rows={(pages) =>
        pages
          .flatMap((page) => page.rules)
          .map((rule) => <Row key={rule.id} rule={rule} acts={acts} />)
      }
    />
  );
}

function Row({ rule, acts }: { rule: Rule; acts: boolean }) {
  const client = useLedgerClient();
  const { act, refused, busy } = useAct("notification-rules");
  const [asking, setAsking] = useState(false);
  const params = { path: { rule_id: rule.id } };
  const paused = rule.paused_at !== null;
  const of = rule.task_id ?? rule.project_id ?? "all projects";
  const name = `${rule.trigger} of ${of} to ${rule.channel}`;
  const pause = () =>
    act(() =>
      answered(
        client.PATCH("/notification-rules/{rule_id}", { params, body: { paused: !paused } }),
      ),
    );
  const remove = () =>
    act(() => answered(client.DELETE("/notification-rules/{rule_id}", { params })));
  return (
    <Line
      marks={{ "data-rule": rule.id }}
      name={
        <>
          When {triggerSays(rule.trigger)}, tell {rule.channel}
        </>
      }
      facts={
        <>
          <About rule={rule} /> · by {rule.made_by} <Ago time={rule.made_at} /> ago
          {rule.paused_at !== null && (
            <span className="text-retry">
              {" "}
              · paused <Ago time={rule.paused_at} /> ago
              {rule.changed_by !== null && ` by ${rule.changed_by}`}
            </span>
          )}
          {refused && (
            <span role="alert" className="block text-failure">
              {refused}
            </span>
          )}
        </>
      }
      buttons={
        acts && (
          <>
            {rule.task_id === null && (
              <button
                type="button"
                className="button text-xs"
                aria-label={`${paused ? "Resume" : "Pause"}: ${name}`}
                disabled={busy}
                onClick={() => void pause()}
              >
                {paused ? "Resume" : "Pause"}
              </button>
            )}
            <button
              type="button"
              className="button text-xs"
              aria-label={`Delete: ${name}`}
              onClick={() => setAsking(true)}
            >
              Delete
            </button>
            {asking && (
              <Confirm
                title="Delete this rule?"
                action="Delete"
                keep="Keep it"
                onConfirm={() => void remove()}
                onClose={() => setAsking(false)}
              >
                What it has already queued is still sent. The access log records it with your name.
              </Confirm>
            )}
          </>
        )
      }
    />
  );
}

function About({ rule }: { rule: Rule }) {
  return (
    <>
      {rule.task_id !== null ? (
        <Link to="/tasks/$taskId" params={{ taskId: rule.task_id }}>
          one task
        </Link>
      ) : rule.project_id === null ? (
        "all projects"
      ) : (
        <Link to="/projects/$projectId" params={{ projectId: rule.project_id }}>
          {rule.project_id}
        </Link>
      )}
      {rule.query !== "" && (
        <>
          {" "}
          · <Code>{rule.query}</Code>
        </>
      )}
      {rule.quiet_s > 0 && ` · then quiet for ${duration(rule.quiet_s * 1000)}`}
      {rule.trigger === "queue.stuck" && ` · after ${duration(rule.after_s * 1000)}`}
    </>
  );
}
