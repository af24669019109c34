import { useChannels } from "./useLists";

/** The channels to choose from; the first one until another is chosen. */
export function useChosenChannel(chosen: string) {
  const channels = useChannels().data?.pages.flatMap((page) => page.channels) ?? [];
  return { channels, channel: chosen || channels[0]?.name || "" };
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
