/** One line of `npm run bench`. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** `value` over the thing named in `against`. */
  readonly ratio?: number
  readonly against?: string
}
