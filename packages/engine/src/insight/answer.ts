/** Bad input: what is wrong with it and what to do. Nothing was computed. */
export interface Refusal {
  readonly kind: 'refused'
  readonly field: string
  readonly reason: string
}

/** The question is sound, and the data give no answer to it. */
export interface NoSignal {
  readonly kind: 'noSignal'
  readonly reason: string
}

export type Answer<T> = ({ readonly kind: 'answer' } & T) | NoSignal | Refusal

export function refused(field: string, reason: string): Refusal {
  return { kind: 'refused', field, reason }
}

export function noSignal(reason: string): NoSignal {
  return { kind: 'noSignal', reason }
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
