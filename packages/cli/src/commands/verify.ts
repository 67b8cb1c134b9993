import { checkJournals } from '@liqscope/server'
import { CliError, EXIT } from '../exit.ts'
import { print } from '../output.ts'
import { verifyText } from '../terminal/verify-table.ts'

/**
 * `liqscope verify`: the running score from its journal alone. With --json it prints one array, an object a market:
 * `market`, `files`, `from`, `to` (ISO), `bars`, `gaps`, `maps`, `damaged`, `firstDamage` {file, line} or null,
 * `uncovered`, `hash`, and `horizons` as in `/api/v1/score`.
 *
 * @throws {CliError} after it printed, where a line was changed, left out or put in.
 */
export async function verify(path: string, flags: { readonly json?: boolean }): Promise<void> {
  const checks = await checkJournals(path)
  if (flags.json)
    await print(
      JSON.stringify(
        checks.map((check) => ({
          ...check,
          from: isoOf(check.from),
          to: isoOf(check.to),
          firstDamage: check.firstDamage ?? null,
          hash: check.hash ?? null,
        })),
      ),
    )
  else await print(checks.map(verifyText).join('\n\n'))
  const damaged = checks.filter((check) => check.damaged > 0)
  if (damaged.length > 0)
    throw new CliError(
      `not as it was written: ${damaged.map(({ market, firstDamage }) => `${market} from ${firstDamage!.file} line ${firstDamage!.line} on`).join('; ')}`,
      EXIT.failure,
    )
}

function isoOf(time: number): string | null {
  return Number.isFinite(time) ? new Date(time).toISOString() : null
}
