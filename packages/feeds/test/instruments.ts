import type { Instrument } from '@liqscope/market'

const LINEAR = { venue: 'binance', kind: 'linear', contractSize: 1, quote: 'USDT', settle: 'USDT' } as const

export const BTC: Instrument = {
  ...LINEAR,
  id: 'binance:BTCUSDT',
  symbol: 'BTCUSDT',
  base: 'BTC',
  unitFactor: 1,
  tickSize: 0.1,
  simulated: false,
}

/** Traded per thousand: the venue's 0.0102 is 0.0000102 for one PEPE. */
export const PEPE: Instrument = {
  ...LINEAR,
  id: 'binance:1000PEPEUSDT',
  symbol: '1000PEPEUSDT',
  base: 'PEPE',
  unitFactor: 1000,
  tickSize: 1e-10,
  simulated: false,
}

export const LISTING: ReadonlyMap<string, Instrument> = new Map([
  [BTC.symbol, BTC],
  [PEPE.symbol, PEPE],
])
