import { GRID_STEP, knownLevels } from '@liqscope/engine'
import { coverageOf, type KnownPositions, venueName } from '@liqscope/market'
import { type PositionsJson, PositionsSchema, ProblemSchema } from '@liqscope/protocol'
import { z } from 'zod'
import type { Sources } from '../directory.ts'
import type { Market } from '../market/market.ts'
import type { Pipeline } from '../pipeline.ts'
import { answerJson } from './answer.ts'
import type { App } from './app.ts'
import { Problem } from './problem.ts'
import { MarketName } from './query.ts'

const Query = z.object({ market: MarketName })

/** What is known of real positions, beside the estimate and never in it. */
export function positionsRoute(app: App, pipeline: Pipeline, sources: Sources): void {
  app.get(
    '/positions',
    {
      schema: {
        summary: 'Known positions and their printed liquidation prices (OBSERVED, a part of all)',
        querystring: Query,
        response: { 200: PositionsSchema, 400: ProblemSchema, 404: ProblemSchema },
      },
    },
    async (request, reply) => {
      const asked = pipeline.find(request.query.market)
      const members = pipeline.membersOf(asked.instrument.id)
      for (const market of members.length > 0 ? members : [asked]) {
        const { id } = market.instrument
        const known = sources.live?.knownPositions(id) ?? sources.sim?.knownPositions(id)
        if (known === undefined) continue
        answerJson(request, reply, positionsJson(market, known))
        return reply
      }
      throw new Problem(404, 'no-known-positions', 'No known positions', {
        detail: `${asked.instrument.id} shows nobody's positions. Of the exchanges that are understood, Hyperliquid does.`,
      })
    },
  )
}

function positionsJson(market: Market, known: KnownPositions): PositionsJson {
  const { instrument } = market
  const openInterest = market.map()?.openInterest?.size
  const { levels, ...sums } = knownLevels(known.positions)
  return {
    market: instrument.id,
    venueName: venueName(instrument.venue),
    simulated: instrument.simulated,
    at: known.at ?? null,
    accounts: known.accounts,
    openInterest: openInterest ?? null,
    coverage: coverageOf(known.positions, openInterest) ?? null,
    gridStep: GRID_STEP,
    ...sums,
    levels: [...levels],
    positions: known.positions
      .toSorted((a, b) => b.notional - a.notional || (a.account < b.account ? -1 : 1))
      .map(({ instrument: _, liquidationPrice, ...position }) => ({
        ...position,
        liquidationPrice: liquidationPrice ?? null,
      })),
  }
}
