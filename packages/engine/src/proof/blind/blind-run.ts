import type { Bar, InstrumentId, MarketEvent } from '@liqscope/market'
import { MapBuilder } from '../../map/map-builder.ts'
import { type Figure, seeded } from '../bootstrap.ts'
import { inventoryOf } from './inventory-reading.ts'
import { LeverageMix, type LeverageMixFigures } from './leverage-mix.ts'
import { binsOf, type KnownPosition, mirrored, type OutwardMap, outwardFrom, outwardOf } from './outward-map.ts'
import { combMap, FixedTierMap, FreshnessMap, uniformMap } from './rival-maps.ts'
import {
  addClusters,
  addLead,
  addMass,
  addShape,
  type ClusterFigures,
  clusterFigures,
  FigureTally,
  type MassTable,
  massFigures,
  type ShapeFigures,
  shapeFigures,
} from './shape-tally.ts'

/** Shapes are compared within this of the mark, in ln(price): what the map is drawn in. */
export const BLIND_WINDOW = 0.2
/** And once more within this, which holds most of what can be liquidated at all. */
const WIDE_WINDOW = 0.6
const NARROW_BINS = binsOf(BLIND_WINDOW)
const WIDE_BINS = binsOf(WIDE_WINDOW)

const RIVALS = ['uniform', 'comb', 'freshness', 'fixedTiers', 'mirrored'] as const
export type BlindRivalName = (typeof RIVALS)[number]
type Contender = 'inventory' | 'forced' | 'halves' | BlindRivalName

/** A map against the true one: means over snapshots with 95 % intervals over days. */
export interface BlindFigures extends ShapeFigures, ClusterFigures {
  readonly long: ShapeFigures
  readonly short: ShapeFigures
  /** The same within +-60 %, without clusters. */
  readonly wide: ShapeFigures
}

/** How much nearer to the truth the inventory is than a rival at the same snapshots: positive is the map's lead. */
export interface BlindLead {
  readonly overlap: Figure
  readonly wassersteinBp: Figure
}

export interface BlindTruth {
  readonly massWithin: MassTable
  /** Over the whole size of the positions, also those that no price or only a far one liquidates. */
  readonly massOfSize: MassTable
  readonly long: { readonly massWithin: MassTable; readonly massOfSize: MassTable }
  readonly short: { readonly massWithin: MassTable; readonly massOfSize: MassTable }
  /** Part of the positions' size that no price liquidates. */
  readonly cannotBeLiquidated: Figure
}

export interface BlindReport {
  readonly snapshots: number
  readonly days: number
  /** Epoch ms of the first and last snapshot compared. */
  readonly from: number
  readonly to: number
  /** Size of the positions over open interest, each side's and their mean. */
  readonly coverage: { readonly both: Figure; readonly long: Figure; readonly short: Figure }
  /** The estimate read as an inventory, and its mass over open interest. */
  readonly model: BlindFigures & { readonly massOfOpenInterest: MassTable }
  /** The map as drawn: expected forced notional, with its mass over open interest. */
  readonly forced: BlindFigures & { readonly massOfOpenInterest: MassTable }
  readonly truth: BlindTruth
  readonly rivals: Readonly<Record<BlindRivalName, BlindFigures & { readonly lead: BlindLead }>>
  /** Two random halves of the true positions against each other: what so few positions can tell at all. */
  readonly halves: BlindFigures
  /** From the first snapshot on; undefined where the leverage of forced positions is not known. */
  readonly leverageMix: LeverageMixFigures | undefined
}

/**
 * Compares a map built from public events with true positions. `apply` events in exchange order, `compare` whenever the
 * true positions of that moment are known: they are measured against what the events before said, and change nothing.
 */
export class BlindRun {
  private readonly builder: MapBuilder
  private readonly freshness = new FreshnessMap()
  private readonly fixedTiers = new FixedTierMap()
  private readonly tally: FigureTally
  private readonly mix = new LeverageMix()
  private readonly random: () => number
  private readonly times: number[] = []
  private folded: Bar | undefined
  private passed = 0

  constructor(instrument: InstrumentId, seed = 1) {
    this.builder = new MapBuilder({ instrument, historyEnd: Number.POSITIVE_INFINITY })
    this.tally = new FigureTally(seed)
    this.random = seeded(seed)
  }

  apply(event: MarketEvent): void {
    this.builder.apply(event)
    const bar = this.builder.lastBar
    if (bar === undefined || bar === this.folded) return
    this.folded = bar
    this.freshness.fold(bar)
    this.fixedTiers.fold(bar)
    if (this.times.length > 0) this.mix.fold(this.builder.estimator)
  }

  /** Says of a forced position what no feed says: its leverage. Size in base units. */
  forced(leverage: number, size: number): void {
    if (this.times.length > 0) this.mix.force(leverage, size)
  }

  /** Snapshots that could not be compared: nothing to compare with yet. */
  get leftOut(): number {
    return this.passed
  }

  /** Measures the map of now against the positions of now (epoch ms). */
  compare(at: number, positions: readonly KnownPosition[]): void {
    const drawn = this.builder.map({ below: 1 - Math.exp(-WIDE_WINDOW), above: Math.exp(WIDE_WINDOW) - 1 })
    if (drawn === undefined || positions.length === 0) {
      this.passed++
      return
    }
    this.times.push(at)
    const { tally } = this
    const { price } = drawn
    // Without a published one neither coverage nor mass over it can be said.
    const openInterest = this.builder.estimator.knownOpenInterest ?? 0
    const truth = outwardOf(positions, price, WIDE_BINS)
    const inventory = inventoryOf(this.builder.estimator, price, WIDE_BINS)
    const forced = outwardFrom(drawn, WIDE_BINS)
    this.addMap('inventory', at, inventory, truth)
    this.addMap('forced', at, forced, truth)
    const rivals: Record<BlindRivalName, OutwardMap> = {
      uniform: uniformMap(WIDE_BINS),
      comb: combMap(WIDE_BINS),
      freshness: this.freshness.map(price, WIDE_BINS),
      fixedTiers: this.fixedTiers.map(price, WIDE_BINS),
      mirrored: mirrored(inventory),
    }
    for (const name of RIVALS) {
      this.addMap(name, at, rivals[name], truth)
      addLead(tally, name, at, cut(inventory), cut(rivals[name]), cut(truth))
    }
    const isFirst = positions.map(() => this.random() < 0.5)
    const half = (first: boolean) =>
      outwardOf(
        positions.filter((_, i) => isFirst[i] === first),
        price,
        WIDE_BINS,
      )
    this.addMap('halves', at, half(true), half(false))

    const whole = { long: openInterest, short: openInterest }
    addMass(tally, 'inventory of open interest', at, inventory, whole)
    addMass(tally, 'forced of open interest', at, forced, whole)
    const size = { long: sizeOf(positions, 'long'), short: sizeOf(positions, 'short') }
    addMass(tally, 'truth of size', at, truth, size)
    addMass(tally, 'truth', at, cut(truth), { long: within(truth.long), short: within(truth.short) })
    const known = size.long + size.short
    const fixed = positions.filter(({ liquidationPrice }) => liquidationPrice === undefined)
    tally.add('fixed', at, known > 0 ? (sizeOf(fixed, 'long') + sizeOf(fixed, 'short')) / known : undefined)
    if (!(openInterest > 0)) return
    tally.add('coverage long', at, size.long / openInterest)
    tally.add('coverage short', at, size.short / openInterest)
    tally.add('coverage both', at, known / (2 * openInterest))
  }

  /** All figures, `undefined` when nothing was compared. */
  report(): BlindReport | undefined {
    const { tally, times } = this
    if (times.length === 0) return undefined
    const figures = (name: Contender): BlindFigures => ({
      ...shapeFigures(tally, name, 'both'),
      ...clusterFigures(tally, name),
      long: shapeFigures(tally, name, 'long'),
      short: shapeFigures(tally, name, 'short'),
      wide: shapeFigures(tally, `${name} wide`, 'both'),
    })
    const rival = (name: BlindRivalName) => ({
      ...figures(name),
      lead: { overlap: tally.figure(`${name} lead overlap`), wassersteinBp: tally.figure(`${name} lead wasserstein`) },
    })
    const truthOf = (side: 'both' | 'long' | 'short') => ({
      massWithin: massFigures(tally, 'truth', side),
      massOfSize: massFigures(tally, 'truth of size', side),
    })
    return {
      snapshots: times.length,
      days: new Set(times.map((at) => Math.floor(at / 86_400_000))).size,
      from: Math.min(...times),
      to: Math.max(...times),
      coverage: {
        both: tally.figure('coverage both'),
        long: tally.figure('coverage long'),
        short: tally.figure('coverage short'),
      },
      model: {
        ...figures('inventory'),
        massOfOpenInterest: massFigures(tally, 'inventory of open interest', 'both'),
      },
      forced: { ...figures('forced'), massOfOpenInterest: massFigures(tally, 'forced of open interest', 'both') },
      truth: {
        ...truthOf('both'),
        long: truthOf('long'),
        short: truthOf('short'),
        cannotBeLiquidated: tally.figure('fixed'),
      },
      rivals: {
        uniform: rival('uniform'),
        comb: rival('comb'),
        freshness: rival('freshness'),
        fixedTiers: rival('fixedTiers'),
        mirrored: rival('mirrored'),
      },
      halves: figures('halves'),
      leverageMix: this.mix.figures,
    }
  }

  private addMap(name: Contender, at: number, map: OutwardMap, truth: OutwardMap): void {
    addShape(this.tally, name, at, cut(map), cut(truth))
    addClusters(this.tally, name, at, cut(map), cut(truth))
    addShape(this.tally, `${name} wide`, at, map, truth)
  }
}

/** The part of a map within the window. */
function cut({ long, short }: OutwardMap): OutwardMap {
  return { long: long.subarray(0, NARROW_BINS), short: short.subarray(0, NARROW_BINS) }
}

function within(side: Float64Array): number {
  return side.subarray(0, NARROW_BINS).reduce((sum, size) => sum + size, 0)
}

function sizeOf(positions: readonly KnownPosition[], side: 'long' | 'short'): number {
  return positions.reduce((sum, position) => sum + (position.side === side ? position.size : 0), 0)
}
