import { type Answer, type MarketView, simulateCascade, stopTool } from '@liqscope/engine'
import {
  type CascadeJson,
  CascadeSchema,
  type ClustersJson,
  ClustersSchema,
  clustersToJson,
  type InsightHeadJson,
  insightToJson,
  type NoSignalJson,
  StopSchema,
  type ToolName,
} from '@liqscope/protocol'
import { CliError, EXIT } from '../exit.ts'
import { fetchInsight, type Schema } from '../input/server-input.ts'
import { type FileView, livesOf, type ViewFlags, viewOfFile } from '../input/view-input.ts'
import { print } from '../output.ts'
import { cascadeText, clustersText, toolText } from '../terminal/insight-text.ts'

export interface InsightFlags extends Partial<ViewFlags> {
  readonly url?: URL
  readonly json?: boolean
}

/** What a person asked, by the names of the REST query; absent ones are left out. */
type Question = Readonly<Record<string, string | number | undefined>>

/** `liqscope clusters` */
export async function clusters(flags: InsightFlags): Promise<void> {
  const found: ClustersJson =
    flags.url === undefined
      ? await ofFile(flags, (file) => {
          const { lives, events } = livesOf(file)
          return clustersToJson(file.view, file.instrument.simulated, lives, events)
        })
      : await fetchInsight(flags.url, 'clusters', flags.market, {}, ClustersSchema)
  await print(flags.json ? JSON.stringify(found) : clustersText(found))
}

export interface CascadeFlags extends InsightFlags {
  readonly to?: number
  readonly shock?: number
  readonly side?: 'long' | 'short'
  readonly liquidity?: 'book' | 'law'
  readonly refill?: number
  readonly partialShare?: number
  readonly draws?: number
  readonly seed?: number
}

/** `liqscope cascade` */
export async function cascade(flags: CascadeFlags): Promise<void> {
  const { to, shock, side, liquidity, refill, partialShare, draws, seed } = flags
  const question = { to, shock, side, liquidity, refill, partialShare, draws, seed }
  const found: CascadeJson = await asked(flags, 'cascade', question, CascadeSchema, (view) =>
    simulateCascade(view, question),
  )
  await print(flags.json ? JSON.stringify(found) : cascadeText(found))
}

export interface ToolFlags extends InsightFlags {
  readonly side?: 'long' | 'short'
  readonly entry?: number
  readonly size?: number
  readonly stop?: number
  readonly horizon?: number
}

/** `liqscope tool NAME` */
export async function tool(name: ToolName, flags: ToolFlags): Promise<void> {
  const { side, entry, size, stop, horizon } = flags
  if (side === undefined) throw new CliError('say whose stop it is: --side long or --side short', EXIT.usage)
  const question = { side, entry, size, stop, horizonMs: horizon }
  const found = await asked(flags, `tools/${name}`, question, StopSchema, (view) => stopTool(view, question))
  await print(flags.json ? JSON.stringify(found) : toolText(found))
}

/** From a file by the engine itself, from a server by its REST: the same numbers, in the same shape. */
async function asked<Json extends InsightHeadJson>(
  flags: InsightFlags,
  route: string,
  question: Question,
  schema: Schema<Json>,
  answer: (view: MarketView) => Answer<object>,
): Promise<Json | NoSignalJson> {
  if (flags.url !== undefined) return fetchInsight(flags.url, route, flags.market, question, schema)
  return ofFile(flags, ({ view, instrument }) => {
    const told = answer(view)
    if (told.kind === 'refused') throw new CliError(`${told.field}: ${told.reason}`, EXIT.usage)
    // The same way to text and back as over REST: what is undefined is absent, and what is wrong is found here.
    return schema.parse(JSON.parse(JSON.stringify(insightToJson(view, instrument.simulated, told))))
  })
}

async function ofFile<T>(flags: InsightFlags, use: (file: FileView) => T): Promise<T> {
  const { bars } = flags
  if (bars === undefined)
    throw new CliError('say what to look at: --bars FILE, or --url ADDRESS of a running server', EXIT.usage)
  return use(await viewOfFile({ ...flags, bars }))
}
