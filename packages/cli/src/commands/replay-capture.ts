import { type Cluster, findClusters } from '@liqscope/engine'
import type { MarketEvent } from '@liqscope/market'
import type { CapturePlay, Pipeline } from '@liqscope/server'
import { print, say } from '../output.ts'
import { captureText, channelRows } from '../terminal/capture-text.ts'
import { clusterText, notableClusters, strongestOf } from '../terminal/cluster-text.ts'
import { type Palette, paletteFor } from '../terminal/colour.ts'
import { priceText, timeText } from '../terminal/figures.ts'
import { Progress } from '../terminal/progress.ts'

export interface ReplayCaptureFlags {
  readonly speed?: number
  readonly every?: number
  readonly events?: boolean
  readonly json?: boolean
}

/** What one line says of one market at a recorded moment. */
interface Step {
  readonly time: string
  readonly market: string
  readonly simulated: boolean
  readonly price: number
  /** Nearest first, of each side the nearest and the strongest cluster. ESTIMATED. */
  readonly above: readonly Cluster[]
  readonly below: readonly Cluster[]
}

const EVERY_MS = 60_000
/** Lines that may wait for a slow reader before the play does. */
const MAX_WAITING = 1_000

/** `liqscope replay CAPTURE`: the recorded venues once more, through the same connectors and the same pipeline. */
export async function replayCapture(path: string, flags: ReplayCaptureFlags): Promise<void> {
  const { speed, every = EVERY_MS, events = false, json = false } = flags
  const { openCapturePlay, Pipeline } = await import('@liqscope/server')
  const output = new Output()
  const pipeline = new Pipeline(
    undefined,
    events ? (event: MarketEvent) => output.line(JSON.stringify(event)) : undefined,
  )
  const play = await openCapturePlay(path, pipeline)
  say(`${whatOf(play)}, recorded from ${timeText(play.from)} by ${play.about.by}`)
  const palette = paletteFor(process.stdout)
  const show = () => {
    for (const step of stepsOf(pipeline, play.clock.now()))
      output.line(json ? JSON.stringify(step) : lineOf(step, palette))
  }
  if (!events) everyStep(play, every, show)
  if (!events && !json) output.line(palette.strong(HEADING))
  const progress = new Progress(`replaying ${path}`)
  const figures = await play.play({
    speed: () => speed,
    hold: () => output.room(),
    onProgress: (time) => progress.update(undefined, timeText(time)),
  })
  progress.end()
  if (!events) show()
  const { records, from, to, broken, strays, firstStray } = figures
  const rows = channelRows(play.channels(), (to - from) / 1_000)
  const refused = play.refused()
  await play.close()
  if (json && !events)
    output.line(JSON.stringify({ session: play.session, ...figures, about: play.about, channels: rows, refused }))
  else if (!events) output.line(`\n${captureText(rows, refused)}`)
  await output.end()
  say(`${records} records, ${timeText(from)} to ${timeText(to)}`)
  if (broken !== undefined) say(`the recording is not whole: ${broken}`)
  if (strays > 0)
    say(
      `these connectors said ${strays} things that were not recorded, so this is not what was seen live; recorded by ${play.about.by}; the first: ${firstStray}`,
    )
}

function whatOf({ about }: CapturePlay): string {
  const { exchanges, simulated } = about
  return simulated.length > 0 ? `SIMULATED ${simulated.map(({ name }) => name).join(', ')}` : exchanges.join(', ')
}

/** On the recorded clock: it stands between two records and changes nothing. */
function everyStep({ clock, from }: CapturePlay, every: number, show: () => void): void {
  const wait = () => {
    const next = (Math.floor(clock.now() / every) + 1) * every
    clock.setTimeout(() => {
      show()
      wait()
    }, next - clock.now())
  }
  if (from > 0) wait()
}

function stepsOf(pipeline: Pipeline, time: number): Step[] {
  return pipeline.markets().flatMap((market): Step[] => {
    const map = market.map()
    if (map === undefined) return []
    const { id, simulated } = market.instrument
    const seen = notableClusters(findClusters(map))
    return [{ time: new Date(time).toISOString(), market: id, simulated, price: map.price, ...seen }]
  })
}

const HEADING =
  'time                  market                    price       above: strongest            below: strongest'

function lineOf({ time, market, price, above, below }: Step, palette: Palette): string {
  return [
    timeText(Date.parse(time)).padEnd(21),
    market.padEnd(25),
    priceText(price).padEnd(11),
    palette.short(clusterText(strongestOf(above)).padEnd(27)),
    palette.long(clusterText(strongestOf(below))),
  ].join(' ')
}

/** Lines in order to stdout; `room` is a promise while its reader is slower than they come. */
class Output {
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  line(text: string): void {
    this.#waiting++
    this.#last = this.#last.then(() => print(text)).finally(() => this.#waiting--)
  }

  room(): Promise<void> | undefined {
    return this.#waiting > MAX_WAITING ? this.#last : undefined
  }

  end(): Promise<void> {
    return this.#last
  }
}
