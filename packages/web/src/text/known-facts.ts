/** What a sentence about known positions needs; amounts and shares as they are written. */
export interface KnownFacts {
  readonly venue: string
  readonly positions: number
  readonly accounts: number
  /** Of all positions; undefined without open interest. */
  readonly share: string | undefined
  /** The longest outline in view, USD. */
  readonly longest: string | undefined
}
