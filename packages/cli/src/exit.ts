/** What the command's exit status says. */
export const EXIT = { ok: 0, failure: 1, usage: 2, config: 3, network: 4 } as const

/** A failure the person can act on: its message is all that is printed, and `code` is the exit status. */
export class CliError extends Error {
  override readonly name = 'CliError'
  constructor(
    message: string,
    readonly code: (typeof EXIT)[keyof typeof EXIT] = EXIT.failure,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The exit status and the line to print for anything that was thrown. Input errors are usage errors. */
export function explainFailure(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof CliError) return { code: error.code, message: error.message }
  if (!(error instanceof Error)) return { code: EXIT.failure, message: String(error) }
  if (['BarsFileError', 'SymbolError', 'JournalError', 'CaptureError'].includes(error.name))
    return { code: EXIT.usage, message: error.message }
  if (error.name === 'ConfigError') return { code: EXIT.config, message: error.message }
  if (error.name === 'PortBusyError')
    return { code: EXIT.failure, message: `${error.message}; give another with --port N (0 takes any free one)` }
  if (error.name === 'ServerError')
    return { code: EXIT.failure, message: `${error.message}; give another with --host NAME or --port N` }
  return {
    code: EXIT.failure,
    message: `${error.message} (unexpected; set LIQSCOPE_DEBUG=1 to see where, and please report it)`,
  }
}
