import { type Answer, simulateCascade } from '@liqscope/engine'
import {
  askTool,
  type CascadeJson,
  CascadeSchema,
  type ClustersJson,
  ClustersSchema,
  clustersToJson,
  insightToJson,
  TOOL_SCHEMAS,
  type Told,
  type ToolJson,
  type ToolName,
  toolToJson,
} from '@liqscope/protocol'
import { CliError, EXIT } from '../exit.ts'
import { duration } from '../input/flags.ts'
import { fetchInsight, type Schema } from '../input/server-input.ts'
import { type FileView, livesOf, type ViewFlags, viewOfFile } from '../input/view-input.ts'
import { print } from '../output.ts'
import { cascadeText, clustersText } from '../terminal/insight-text.ts'
import { toolText } from '../terminal/tool-text.ts'

export interface InsightFlags extends Partial<ViewFlags> {
  readonly url?: URL
  readonly json?: boolean
}

/** `liqscope clusters` */
export async function clusters(flags: InsightFlags): Promise<void> {
  const found: ClustersJson =
    flags.url === undefined
      ? await ofFile(flags, (file) => {
          const { lives, events } = livesOf(file)
          return clustersToJson(file.view, file.instrument.simulated, lives, events)
        })
      : await fetchInsight(flags.url, 'clusters', flags.market, { at: flags.at }, ClustersSchema)
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
  const found: CascadeJson =
    flags.url === undefined
      ? await ofFile(flags, ({ view, instrument }) =>
          asSent(CascadeSchema, insightToJson(view, instrument.simulated, accepted(simulateCascade(view, question)))),
        )
      : await fetchInsight(flags.url, 'cascade', flags.market, { ...question, at: flags.at }, CascadeSchema)
  await print(flags.json ? JSON.stringify(found) : cascadeText(found))
}

export interface ToolFlags extends InsightFlags {
  readonly side?: string
  readonly entry?: number
  readonly size?: number
  readonly stop?: number
  readonly horizon?: string
  readonly duration?: string
  readonly riskAversion?: number
  readonly evenSo?: boolean
}

/** `liqscope tool NAME` */
export async function tool(name: ToolName, flags: ToolFlags): Promise<void> {
  const { side, entry, size, stop, horizon, duration: over, riskAversion, evenSo } = flags
  const question = { side, entry, size, stop, riskAversion, evenSo }
  const found: ToolJson =
    flags.url === undefined
      ? await ofFile(flags, ({ view, instrument }) => {
          const lengths = { horizonMs: lengthOf(horizon), durationMs: lengthOf(over) }
          const told = accepted(askTool(name, view, { ...question, ...lengths }))
          return asSent<ToolJson>(TOOL_SCHEMAS[name], toolToJson(name, view, instrument.simulated, told))
        })
      : await fetchInsight<ToolJson>(
          flags.url,
          `tools/${name}`,
          flags.market,
          { ...question, horizonMs: horizon, durationMs: over, at: flags.at },
          TOOL_SCHEMAS[name],
        )
  await print(flags.json ? JSON.stringify(found) : toolText(found))
}

function lengthOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : duration(text)
}

/** An answer, or the command's error for a question that was refused. */
function accepted<T extends object>(answer: Answer<T>): Told<T> {
  if (answer.kind !== 'refused') return answer
  throw new CliError(`${answer.field}: ${answer.reason}`, EXIT.usage)
}

/** The same way to text and back as over REST: what is undefined is absent, and what is wrong is found here. */
function asSent<Json>(schema: Schema<Json>, value: unknown): Json {
  return schema.parse(JSON.parse(JSON.stringify(value)))
}

async function ofFile<T>(flags: InsightFlags, use: (file: FileView) => T): Promise<T> {
  const { bars } = flags
  if (bars === undefined)
    throw new CliError('say what to look at: --bars FILE, or --url ADDRESS of a running server', EXIT.usage)
  return use(await viewOfFile({ ...flags, bars }))
}
