import { nearestNames, parseSymbol } from '@liqscope/market'
import { SIM_CONTRACTS } from '@liqscope/sim'
import { CliError, EXIT } from '../exit.ts'

/**
 * The simulator's own symbols for what a person asked for: `BTC` is `BTCUSDT`.
 *
 * @throws {CliError} naming what the simulator has
 */
export function simSymbolsOf(symbols: readonly string[]): string[] {
  return symbols.map((text) => {
    const { base } = parseSymbol(text)
    const found = SIM_CONTRACTS.find((contract) => contract.symbol === text.toUpperCase() || contract.base === base)
    if (found !== undefined) return found.symbol
    const names = SIM_CONTRACTS.map((contract) => contract.base)
    throw new CliError(
      `the simulator has no "${text}"; the nearest names: ${nearestNames(text, names).join(', ')}`,
      EXIT.usage,
    )
  })
}
