import type { Bar } from '@liqscope/market'
import { nearEdge } from '../cluster-facts.ts'
import { gradientIndex, indexAround } from '../gradient.ts'
import { volatilityOver } from '../market-view.ts'
import { breakoutTool } from '../tools/breakout.ts'
import { volatilityTool } from '../tools/volatility-tool.ts'
import { normalBelow, touchProbability } from '../touch.ts'
import { DAY_MS, HOUR_MS, varianceOf, varianceRate } from '../volatility.ts'
import { FuelWeight } from './fuel-weight.ts'
import { LeastSquares } from './least-squares.ts'
import { type BacktestReport, Trials } from './trials.ts'
import { touches, walkForward } from './walk.ts'

/** Regressions begin after so many observations. */
const FEWEST_FITTED = 40
const BREAK_WITHIN_MS = 8 * HOUR_MS
const MAGNET_WITHIN = 0.05
const MAGNET_STRENGTH = 20

/** Which bound breaks first, as a probability, against what distance alone says. */
export function breakoutTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  const both = new FuelWeight()
  walkForward(bars, { everyMs: 1_800_000, horizonMs: BREAK_WITHIN_MS }, ({ at, view, ahead }) => {
    const answer = breakoutTool(view)
    trials.ask(at, answer.kind === 'answer')
    if (answer.kind !== 'answer') return
    const { low, high, bias, share, upFirst } = answer
    const first = ahead.find((bar) => bar.high > high || bar.low < low)
    if (first === undefined || (first.high > high && first.low < low)) return
    const up = Number(first.high > high)
    const brier = (probability: number) => (probability - up) ** 2
    const upShare = bias === 'up' ? share : 1 - share
    trials.add('distance and fuel', at, brier(both.probability(upFirst, upShare, at)))
    both.learn(upFirst, upShare, up === 1, at + BREAK_WITHIN_MS)
    trials.add('fuel', at, brier(bias === 'up' ? share : 1 - share))
    trials.add('distance alone', at, brier(upFirst))
    trials.add('a coin', at, 0.25)
    trials.add('bias was right', at, Number((bias === 'up') === (up === 1)))
  })
  return trials.report(
    {
      test: 'breakout',
      question: 'Does the share of fuel say which bound of a consolidation breaks first, better than distance does?',
      unit: 'Brier score',
      market: bars[0]?.instrument ?? '',
    },
    ['fuel', 'distance alone', 'distance and fuel', 'a coin', 'bias was right'],
    [
      trials.gain('fuel', 'distance alone', -1),
      trials.gain('fuel', 'a coin', -1),
      { ...trials.gain('distance and fuel', 'distance alone', -1), over: 'distance alone, by distance and fuel' },
    ],
    [
      'Consolidations that do not break within 8 h, or break both bounds within one bar, are left out.',
      `Distance and fuel: ln odds of distance + b x ln odds of fuel, b refitted on decisions that were over; at the end b = ${both.weight.toFixed(2)}.`,
    ],
  )
}

/** The forecast of the next hour's volatility against the last hour's, and how often the range band holds. */
export function volatilityTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  walkForward(bars, { everyMs: HOUR_MS, horizonMs: 4 * HOUR_MS }, ({ at, view, ahead }) => {
    const answer = volatilityTool(view)
    const last = varianceRate(view.bars, HOUR_MS, at)
    const day = varianceRate(view.bars, DAY_MS, at)
    trials.ask(at, answer.kind === 'answer')
    if (answer.kind !== 'answer' || last === undefined || day === undefined) return
    const actual = Math.log(varianceOf(ahead) / 4)
    const forecast = Math.log((volatilityOver(view, HOUR_MS) ?? Number.NaN) ** 2)
    trials.add('mean of hour, four hours, day', at, (actual - forecast) ** 2)
    trials.add('last hour', at, (actual - Math.log(last)) ** 2)
    trials.add('last day', at, (actual - Math.log(day)) ** 2)
    const range = Math.max(...ahead.map(({ high }) => high)) / Math.min(...ahead.map(({ low }) => low)) - 1
    trials.add('80 % band holds', at, Number(range >= answer.rangeLow && range <= answer.rangeHigh))
  })
  return trials.report(
    {
      test: 'volatility',
      question: 'Is the forecast of four hours of volatility nearer than the last hour carried forward?',
      unit: 'squared error of ln variance',
      market: bars[0]?.instrument ?? '',
    },
    ['mean of hour, four hours, day', 'last hour', 'last day', '80 % band holds'],
    [
      trials.gain('mean of hour, four hours, day', 'last hour', -1),
      trials.gain('mean of hour, four hours, day', 'last day', -1),
    ],
    ['The band of the range is of 10-90 %: it should hold in 80 % of cases.'],
  )
}

/** Does the gradient index where price is add anything to a HAR regression of the next hour's volatility? */
export function gradientTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  const plain = new LeastSquares(4)
  const withIndex = new LeastSquares(5)
  walkForward(bars, { everyMs: HOUR_MS, horizonMs: HOUR_MS }, ({ at, view, ahead }) => {
    const rates = [HOUR_MS, 4 * HOUR_MS, DAY_MS].map((window) => varianceRate(view.bars, window, at))
    const gradient = gradientIndex(view.map)
    const index = indexAround(gradient, view.map, view.map.price)
    const actual = Math.log(varianceOf(ahead))
    const isKnown =
      rates.every((rate) => rate !== undefined && rate > 0) && index !== undefined && Number.isFinite(actual)
    trials.ask(at, isKnown)
    if (!isKnown) return
    const row = [1, ...rates.map((rate) => Math.log(rate!))]
    const wide = [...row, index! / 100]
    const har = plain.count >= FEWEST_FITTED ? plain.predict(row) : undefined
    const both = plain.count >= FEWEST_FITTED ? withIndex.predict(wide) : undefined
    if (har !== undefined && both !== undefined) {
      trials.add('HAR', at, (actual - har) ** 2)
      trials.add('HAR and gradient index', at, (actual - both) ** 2)
      const { price } = view.map
      const zone = gradient.zones.find(({ low, high }) => price >= low * (1 - 1e-3) && price <= high * (1 + 1e-3))
      const where = zone === undefined ? 'elsewhere' : zone.kind === 'blackHole' ? 'in a dense zone' : 'in a smooth gap'
      trials.add(`ln(actual / HAR) ${where}`, at, actual - har)
    }
    plain.add(row, actual)
    withIndex.add(wide, actual)
  })
  return trials.report(
    {
      test: 'gradient',
      question:
        "Does the gradient index around the price predict the next hour's volatility beyond the last hour, four hours and day?",
      unit: 'squared error of ln variance',
      market: bars[0]?.instrument ?? '',
    },
    [
      'HAR',
      'HAR and gradient index',
      'ln(actual / HAR) in a dense zone',
      'ln(actual / HAR) in a smooth gap',
      'ln(actual / HAR) elsewhere',
    ],
    [trials.gain('HAR and gradient index', 'HAR', -1)],
    [`Both regressions are refitted at every hour on the hours before it, from ${FEWEST_FITTED} hours on.`],
  )
}

/** Is price drawn to clusters? Each against the level as far away on the other side of the price. */
export function magnetTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  walkForward(bars, { everyMs: HOUR_MS, horizonMs: 4 * HOUR_MS }, ({ at, view, ahead }) => {
    const { price } = view.map
    const near = view.clusters.filter(
      ({ distance, strength }) =>
        Math.abs(distance) <= MAGNET_WITHIN && Math.abs(distance) > view.map.step && strength >= MAGNET_STRENGTH,
    )
    trials.ask(at, near.length > 0)
    for (const cluster of near) {
      const level = nearEdge(cluster)
      trials.add('cluster touched', at, Number(touches(ahead, price, level)))
      trials.add('mirrored level touched', at, Number(touches(ahead, price, (price * price) / level)))
    }
  })
  return trials.report(
    {
      test: 'magnet',
      question:
        'Is price drawn to clusters? Touched within four hours, against the level as far away on the other side.',
      unit: 'share touched',
      market: bars[0]?.instrument ?? '',
    },
    ['cluster touched', 'mirrored level touched'],
    [trials.gain('cluster touched', 'mirrored level touched')],
    [`Clusters of strength ${MAGNET_STRENGTH} or more within ${MAGNET_WITHIN * 100} %.`],
  )
}

const TOUCH_DISTANCES = [0.25, 0.5, 1, 1.5, 2, 3]
const TOUCH_HOURS = [1, 4, 24]

/** Are touch probabilities what happens? By horizon, and against the same formula with volatility taken as certain. */
export function touchTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  walkForward(bars, { everyMs: HOUR_MS, horizonMs: DAY_MS }, ({ at, view, ahead }) => {
    const interval = ahead[0]!.intervalMs
    const hourly = volatilityOver(view, HOUR_MS)
    trials.ask(at, hourly !== undefined)
    if (hourly === undefined) return
    for (const hours of TOUCH_HOURS) {
      const within = ahead.slice(0, Math.max(1, (hours * HOUR_MS) / interval))
      const sigma = hourly * Math.sqrt(hours)
      for (const multiple of TOUCH_DISTANCES)
        for (const sign of [1, -1]) {
          const level = view.map.price * Math.exp(sign * multiple * sigma)
          const touched = Number(touches(within, view.map.price, level))
          const said = touchProbability(multiple * sigma, sigma)
          const certain = 2 * normalBelow(-multiple)
          const name = `${hours} h, ${multiple} sigma`
          trials.add(`${name}: said`, at, said)
          trials.add(`${name}: happened`, at, touched)
          trials.add('volatility uncertain', at, (said - touched) ** 2)
          trials.add('volatility certain', at, (certain - touched) ** 2)
        }
    }
  })
  return trials.report(
    {
      test: 'touch',
      question: 'Do prices touch levels as often as the probability of being touched says?',
      unit: 'Brier score',
      market: bars[0]?.instrument ?? '',
    },
    [
      'volatility uncertain',
      'volatility certain',
      ...TOUCH_HOURS.flatMap((hours) =>
        TOUCH_DISTANCES.flatMap((multiple) => [
          `${hours} h, ${multiple} sigma: said`,
          `${hours} h, ${multiple} sigma: happened`,
        ]),
      ),
    ],
    [trials.gain('volatility uncertain', 'volatility certain', -1)],
    ['Levels at fixed multiples of the forecast, on both sides: no cluster chooses them.'],
  )
}
