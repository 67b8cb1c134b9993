/**
 * What a market's bars say of one side's forced orders, in order. Absent is not zero: before the first figure nothing is
 * known, and where zeros are written a bar without a figure is one that nobody watched. Where none ever was, silence is
 * how the source says zero.
 */
export class PublishedSide {
  private hasFigures = false
  private writesZeros = false

  /** @param figure of the next bar, base units. @returns the size to learn from, `undefined` where it is not known. */
  read(figure: number | undefined): number | undefined {
    if (figure === undefined) return this.hasFigures && !this.writesZeros ? 0 : undefined
    if (!(figure >= 0 && figure < Number.POSITIVE_INFINITY)) return undefined
    this.hasFigures = true
    if (figure === 0) this.writesZeros = true
    return figure
  }
}
