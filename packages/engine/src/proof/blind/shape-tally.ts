import { blockBootstrap, type Figure } from '../bootstrap.ts'
import { matchClusters } from './cluster-match.ts'
import type { OutwardMap } from './outward-map.ts'
import { massWithin, overlap, wassersteinBp } from './shape-metrics.ts'

const DAY_MS = 86_400_000
const PERCENTS = [2, 5, 10, 20] as const
/** Width of the cells in which `overlap` compares: 1 % of price. */
const CELL_BINS = 20
const FINER_CELLS = { '5': 1, '25': 5, '50': 10, '100': 20, '200': 40 } as const

/** Keyed by percent of the mark: "2", "5", "10", "20". */
export type MassTable = Readonly<Record<`${(typeof PERCENTS)[number]}`, Figure>>
/** Keyed by the width of a cell in bp. */
export type OverlapTable = Readonly<Record<keyof typeof FINER_CELLS, Figure>>

/** One map against the true one, means over snapshots. */
export interface ShapeFigures {
  /** Overlap coefficient in cells of 1 %. */
  readonly overlap: Figure
  readonly overlapByCell: OverlapTable
  readonly wassersteinBp: Figure
  /** Part of the mass within the window that lies within so many per cent of the mark. */
  readonly massWithin: MassTable
}

/** Clusters are those of both sides together. */
export interface ClusterFigures {
  readonly precision: Figure
  readonly recall: Figure
}

/** Means of figures over snapshots, with intervals over days. */
export class FigureTally {
  private readonly values = new Map<string, Map<number, Float64Array>>()

  constructor(private readonly seed: number) {}

  add(name: string, at: number, value: number | undefined): void {
    if (value === undefined) return
    const blocks = this.values.get(name) ?? new Map<number, Float64Array>()
    this.values.set(name, blocks)
    const day = Math.floor(at / DAY_MS)
    const [sum = 0, count = 0] = blocks.get(day) ?? []
    blocks.set(day, Float64Array.of(sum + value, count + 1))
  }

  /** Mean of what was added under this name, nulls when nothing was. */
  figure(name: string): Figure {
    const blocks = [...(this.values.get(name)?.values() ?? [])]
    return blockBootstrap(blocks, ([sum = 0, count = 0]) => sum / count, this.seed)
  }
}

/** Adds all figures of one map at one snapshot; 'both' is the mean of the sides that have truth within the window. */
export function addShape(tally: FigureTally, name: string, at: number, map: OutwardMap, truth: OutwardMap): void {
  const measures: [string, (side: 'long' | 'short') => number | undefined][] = [
    ['wasserstein', (side) => wassersteinBp(map[side], truth[side])],
    ...Object.entries(FINER_CELLS).map(([bp, cells]): [string, (side: 'long' | 'short') => number | undefined] => [
      `overlap${bp}`,
      (side) => overlap(map[side], truth[side], cells),
    ]),
    ...PERCENTS.map((percent): [string, (side: 'long' | 'short') => number | undefined] => [
      `mass${percent}`,
      (side) => massWithin(map[side], percent / 100),
    ]),
  ]
  for (const [measure, of] of measures) addSides(tally, name, measure, at, of('long'), of('short'))
}

export function addClusters(tally: FigureTally, name: string, at: number, map: OutwardMap, truth: OutwardMap): void {
  const match = matchClusters(map, truth)
  tally.add(`${name} precision`, at, match?.precision)
  tally.add(`${name} recall`, at, match?.recall)
}

/** Adds by how much one map is nearer to the truth than a rival, side by side. */
export function addLead(
  tally: FigureTally,
  rival: string,
  at: number,
  map: OutwardMap,
  other: OutwardMap,
  truth: OutwardMap,
): void {
  for (const side of ['long', 'short'] as const) {
    const [own, theirs] = [map, other].map((one) => overlap(one[side], truth[side], CELL_BINS))
    if (own !== undefined && theirs !== undefined) tally.add(`${rival} lead overlap`, at, own - theirs)
    const [near, far] = [map, other].map((one) => wassersteinBp(one[side], truth[side]))
    if (near !== undefined && far !== undefined) tally.add(`${rival} lead wasserstein`, at, far - near)
  }
}

/** Adds the mass of both sides over what stands on each in all. */
export function addMass(
  tally: FigureTally,
  name: string,
  at: number,
  map: OutwardMap,
  total: { readonly long: number; readonly short: number },
): void {
  for (const percent of PERCENTS)
    addSides(
      tally,
      name,
      `mass${percent}`,
      at,
      massWithin(map.long, percent / 100, total.long),
      massWithin(map.short, percent / 100, total.short),
    )
}

function addSides(
  tally: FigureTally,
  name: string,
  measure: string,
  at: number,
  long: number | undefined,
  short: number | undefined,
): void {
  tally.add(`${name} ${measure} long`, at, long)
  tally.add(`${name} ${measure} short`, at, short)
  const known = [long, short].filter((value) => value !== undefined)
  if (known.length > 0) tally.add(`${name} ${measure} both`, at, known.reduce((a, b) => a + b, 0) / known.length)
}

export function shapeFigures(tally: FigureTally, name: string, side: 'both' | 'long' | 'short'): ShapeFigures {
  const of = (measure: string) => tally.figure(`${name} ${measure} ${side}`)
  return {
    overlap: of(`overlap${CELL_BINS * 5}`),
    overlapByCell: {
      '5': of('overlap5'),
      '25': of('overlap25'),
      '50': of('overlap50'),
      '100': of('overlap100'),
      '200': of('overlap200'),
    },
    wassersteinBp: of('wasserstein'),
    massWithin: massFigures(tally, name, side),
  }
}

export function clusterFigures(tally: FigureTally, name: string): ClusterFigures {
  return { precision: tally.figure(`${name} precision`), recall: tally.figure(`${name} recall`) }
}

export function massFigures(tally: FigureTally, name: string, side: 'both' | 'long' | 'short'): MassTable {
  const of = (percent: number) => tally.figure(`${name} mass${percent} ${side}`)
  return { '2': of(2), '5': of(5), '10': of(10), '20': of(20) }
}
