/** Bad input: what is wrong with it and what to do. Nothing was computed. */
export interface Refusal {
  readonly kind: 'refused'
  readonly field: string
  readonly reason: string
}

/** Why the data give no answer: a closed set, so that whoever shows it can say it in another language. */
export const NO_SIGNAL_CODES = [
  'emptyMap',
  'oneSidedMap',
  'noBook',
  'staleBook',
  'oneSidedBook',
  'crossedBook',
  'fewBars',
  'noVolume',
  'noCluster',
  'notConsolidating',
  'noFuel',
  'evenFuel',
  'belowCost',
  'worseThanPlain',
] as const
export type NoSignalCode = (typeof NO_SIGNAL_CODES)[number]

/** The question is sound, and the data give no answer to it. */
export interface NoSignal {
  readonly kind: 'noSignal'
  readonly code: NoSignalCode
  /** What the sentence is about, as written in it: the same in every language. */
  readonly values: readonly string[]
  /** The sentence in English. */
  readonly reason: string
}

export type Answer<T> = ({ readonly kind: 'answer' } & T) | NoSignal | Refusal

export function refused(field: string, reason: string): Refusal {
  return { kind: 'refused', field, reason }
}

export function noSignal(code: NoSignalCode, reason: string, values: readonly string[] = []): NoSignal {
  return { kind: 'noSignal', code, values, reason }
}

/** One fact an answer rests on. `kind` keeps estimated, observed and computed apart wherever it is shown. */
export interface Evidence {
  readonly text: string
  readonly kind: 'estimated' | 'observed' | 'model'
  readonly value: number
  readonly unit: 'usd' | 'price' | 'fraction' | 'probability' | 'count' | 'ratio'
  readonly low?: number
  readonly high?: number
}
