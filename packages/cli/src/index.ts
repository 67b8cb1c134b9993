import { CommanderError } from 'commander'
import { EXIT, explainFailure } from './exit.ts'
import { endQuietlyOnClosedPipe, say } from './output.ts'
import { buildProgram } from './program.ts'

/**
 * Runs the `liqscope` command and sets the exit status: 0 success, 1 failure, 2 wrong usage or bad input, 3 wrong
 * configuration, 4 network. Never rejects.
 *
 * @param argv as `process.argv`.
 */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe()
  try {
    await buildProgram().parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

function report(error: unknown): number {
  // Commander has already printed what is wrong; only help and version are no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  const { code, message } = explainFailure(error)
  say(message)
  if (process.env.LIQSCOPE_DEBUG === '1' && error instanceof Error && error.stack !== undefined) say(error.stack)
  return code
}
