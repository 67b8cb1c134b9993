/** What is wrong with a file of bars, where, and what to do about it. The whole file counts as unread. */
export class BarsFileError extends Error {
  override readonly name = 'BarsFileError'
  constructor(
    readonly file: string,
    readonly reason: string,
    /** 1-based; the header is line 1. Absent when the file as a whole is wrong. */
    readonly line?: number,
    /** The header's name for the column. */
    readonly column?: string,
    options?: ErrorOptions,
  ) {
    const place = line === undefined ? file : `${file}, line ${line}${column === undefined ? '' : `, column ${column}`}`
    super(`${place}: ${reason}`, options)
  }
}
