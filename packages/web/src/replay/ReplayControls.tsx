import { useApp, useSession, useText } from '../app/context.ts'
import { Icon, type IconName } from '../app/icons.tsx'
import { Segments } from '../app/Segments.tsx'
import { currentMarket } from '../state/app-state.ts'

/** Bar time per wall time: a day in 24 min up to a day in 2.4 s. */
const SPEEDS: readonly number[] = [60, 600, 3_600, 36_000]

/** Through the past of this market: a column back, play, a column on, and how fast. */
export function PastControls() {
  const session = useSession()
  const { strip: words } = useText().page
  const { isOn, speed } = useApp((state) => state.play)
  const isPast = useApp((state) => state.moment !== undefined)
  return (
    <>
      <StripButton icon="stepBack" label={words.back} onPress={() => session.step(-1)} />
      <StripButton
        icon={isOn ? 'pause' : 'play'}
        label={isOn ? words.pause : words.play}
        onPress={() => session.play(!isOn)}
      />
      <StripButton icon="stepForward" label={words.forward} isDisabled={!isPast} onPress={() => session.step(1)} />
      <SpeedSelect speed={speed} onChange={session.setSpeed} />
    </>
  )
}

/** The clock of a file that the server itself is playing: everybody who looks sees it move. */
export function FileClock() {
  const session = useSession()
  const { strip: words } = useText().page
  const replay = useApp((state) => state.replay)
  const isShown = useApp((state) => currentMarket(state)?.state === 'replay')
  if (!replay || !isShown || (!replay.playing && replay.at >= replay.to)) return null
  return (
    <fieldset className="file-clock">
      <legend className="vh">{words.file}</legend>
      <span className="dim">{words.file}</span>
      <StripButton
        icon={replay.playing ? 'pause' : 'play'}
        label={replay.playing ? words.pauseFile : words.playFile}
        onPress={() => session.replay({ playing: !replay.playing })}
      />
      <Segments
        name={words.speed}
        className="not-phone"
        options={speedsWith(replay.speed).map((speed) => [String(speed), nameOf(speed)])}
        value={String(replay.speed)}
        onChange={(speed) => session.replay({ speed: Number(speed) })}
      />
    </fieldset>
  )
}

function SpeedSelect({ speed, onChange }: { readonly speed: number; readonly onChange: (speed: number) => void }) {
  const { strip: words } = useText().page
  return (
    <select
      className="quiet-select"
      aria-label={words.speed}
      value={speed}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
    >
      {speedsWith(speed).map((option) => (
        <option key={option} value={option}>
          {nameOf(option)}
        </option>
      ))}
    </select>
  )
}

function StripButton({
  icon,
  label,
  isDisabled = false,
  onPress,
}: {
  readonly icon: IconName
  readonly label: string
  readonly isDisabled?: boolean
  readonly onPress: () => void
}) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      disabled={isDisabled}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  )
}

/** The usual speeds, and the one in force when it is none of them. */
function speedsWith(current: number): readonly number[] {
  return [...new Set(current > 0 ? [...SPEEDS, current] : SPEEDS)].sort((a, b) => a - b)
}

function nameOf(speed: number): string {
  return `${speed.toLocaleString(document.documentElement.lang)}×`
}
