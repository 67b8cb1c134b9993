import { binanceDialect } from './binance/dialect.ts'
import { bitgetDialect } from './bitget/dialect.ts'
import { bybitDialect } from './bybit/dialect.ts'
import { gateDialect } from './gate/dialect.ts'
import { hyperliquidDialect } from './hyperliquid/dialect.ts'
import { okxDialect } from './okx/dialect.ts'

/** Every dialect, by the name of the exchange whose protocol it is. */
export const DIALECTS = {
  binance: binanceDialect,
  okx: okxDialect,
  bybit: bybitDialect,
  hyperliquid: hyperliquidDialect,
  gate: gateDialect,
  bitget: bitgetDialect,
} as const
