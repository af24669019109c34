import { useState } from "react";
import { answered, useLedgerClient } from "../../client";
import { Code } from "../../ui/Code";
import { Ago } from "../../ui/Times";
import { Line, Part } from "./Part";
import { useAct } from "./useAct";
import { type Channel, useChannels } from "./useLists";

/** Where notifications can be sent, and whether they arrive. */
export function Channels({ acts }: { acts: boolean }) {
  return (
    <Part
      title="Channels"
      says="Where notifications go. The command line creates them, since they have secrets."
      asked={useChannels()}
      empty={
        <>
          No channels yet. <Code>task-ledger notify save-channel</Code> creates one.
        </>
      }
      rows={(pages) =>
        pages
          .flatMap((page) => page.channels)
          .map((channel) => <Row key={channel.name} channel={channel} acts={acts} />)
      }
    />
  );
}

function Row({ channel, acts }: { channel: Channel; acts: boolean }) {
  const client = useLedgerClient();
  const { act, refused, busy } = useAct("notification-channels", "notifications");
  const state = `${channel.sent_at} ${channel.failing_since}`;
  const [testedAt, setTestedAt] = useState("");
  const test = async () => {
    setTestedAt("");
    const params = { path: { channel: channel.name } };
    const asked = () => answered(client.POST("/notification-channels/{channel}/test", { params }));
    if (await act(asked)) setTestedAt(state);
  };
  return (
    <Line
      marks={{ "data-channel": channel.name }}
      name={channel.name}
      facts={
        <>
          {channel.kind} to {channel.to} · <State channel={channel} />
          <span role="status" className="block">
            {testedAt === state && "A test is queued."}
          </span>
          {refused && (
            <span role="alert" className="block text-failure">
              {refused}
            </span>
          )}
        </>
      }
      buttons={
        acts && (
          <button
            type="button"
            className="button text-xs"
            aria-label={`Send a test: ${channel.name}`}
            disabled={busy}
            onClick={() => void test()}
          >
            Send a test
          </button>
        )
      }
    />
  );
}

function State({ channel }: { channel: Channel }) {
  if (channel.failing_since !== null) {
    return (
      <span className="text-failure">
        <span aria-hidden="true">✕ </span>failing for <Ago time={channel.failing_since} />
        {channel.last_error !== null && `: ${channel.last_error}`}
      </span>
    );
  }
  if (channel.sent_at === null) return <>nothing sent yet</>;
  return (
    <>
      last accepted <Ago time={channel.sent_at} /> ago
    </>
  );
}
