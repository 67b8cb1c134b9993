import { findClusters, MapBuilder } from '@liqscope/engine'
import { type MapJson, mapToJson } from '@liqscope/protocol'
import { CliError, EXIT } from '../exit.ts'
import { openBars } from '../input/bars-input.ts'
import { fetchMap } from '../input/server-input.ts'
import { print, say } from '../output.ts'
import { paletteFor } from '../terminal/colour.ts'
import { timeText } from '../terminal/figures.ts'
import { drawMap } from '../terminal/map-picture.ts'

export interface MapFlags {
  readonly bars?: string
  readonly market?: string
  readonly url?: URL
  readonly at?: number
  readonly window?: number
  readonly interval?: number
  readonly maxRows?: number
  readonly json?: boolean
}

const DEFAULT_WINDOW = 0.2

/** `liqscope map`: one map, as JSON or as a picture. */
export async function map(flags: MapFlags): Promise<void> {
  const found = await findMap(flags)
  if (flags.json) await print(JSON.stringify(found))
  else {
    const { columns = 100, rows = 48 } = process.stdout
    await print(
      drawMap(found, {
        window: flags.window ?? DEFAULT_WINDOW,
        columns,
        rows: Math.max(16, Math.min(60, rows - 8)),
        palette: paletteFor(process.stdout),
      }),
    )
  }
}

async function findMap(flags: MapFlags): Promise<MapJson> {
  const { bars, url, market } = flags
  if (bars !== undefined) return mapOfFile({ ...flags, bars })
  if (url === undefined)
    throw new CliError('say where the map comes from: --bars FILE, or --url ADDRESS of a running server', EXIT.usage)
  return fetchMap(url, market, { at: flags.at, window: flags.window })
}

async function mapOfFile(flags: MapFlags & { readonly bars: string }): Promise<MapJson> {
  const { at } = flags
  const input = await openBars(flags)
  const builder = new MapBuilder({ instrument: input.instrument.id, historyEnd: Number.POSITIVE_INFINITY })
  let first: number | undefined
  let last = 0
  let cut = false
  for await (const event of input.events) {
    const end = event.kind === 'gap' ? event.to : event.exchangeTime + event.intervalMs
    first ??= end
    if (at !== undefined && end > at) {
      cut = true
      break
    }
    builder.apply(event)
    last = end
  }
  const { window = DEFAULT_WINDOW } = flags
  const current = builder.map({ below: window, above: window })
  if (current === undefined)
    throw new CliError(
      `no bar of ${flags.bars} is complete at ${timeText(at ?? 0)}; the first ends ${timeText(first ?? 0)}`,
      EXIT.usage,
    )
  if (cut) say(`only what was known at ${timeText(at ?? 0)}: later rows were neither read nor checked`)
  else if (at !== undefined && last < at)
    say(`the file ends ${timeText(last)}, before ${timeText(at)}: this is the map of its end`)
  input.report()
  return mapToJson(current, findClusters(current), input.instrument.simulated)
}
