import { Code } from "../../ui/Code";
import { useAllChannels } from "./useLists";

/** The channels to choose from; the first one until another is chosen. */
export function useChosenChannel(chosen: string) {
  const known = useAllChannels().data;
  const channels = known?.channels ?? [];
  return {
    channels,
    channel: chosen || channels[0]?.name || "",
    none: known !== undefined && channels.length === 0,
  };
}

export function ChooseChannel(props: {
  id: string;
  chosen: ReturnType<typeof useChosenChannel>;
  onChoose: (channel: string) => void;
}) {
  const { channels, channel } = props.chosen;
  return (
    <select
      id={props.id}
      className="field w-full"
      value={channel}
      required
      onChange={(event) => props.onChoose(event.target.value)}
    >
      {channels.map((each) => (
        <option key={each.name} value={each.name}>
          {each.name}: {each.kind} to {each.to}
        </option>
      ))}
    </select>
  );
}

/** Says what to do where no channel can be chosen. */
export function NoChannel() {
  return (
    <p className="text-soft">
      There is no channel to tell yet. <Code>task-ledger notify save-channel</Code> creates one.
    </p>
  );
}
