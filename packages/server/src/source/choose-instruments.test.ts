import type { Instrument } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { chooseInstruments } from './choose-instruments.ts'

const instrument = (
  symbol: string,
  base: string,
  quote: string,
  kind: 'linear' | 'inverse' = 'linear',
): Instrument => ({
  id: `binance:${symbol}`,
  venue: 'binance',
  symbol,
  base,
  quote,
  settle: kind === 'linear' ? quote : base,
  kind,
  contractSize: 1,
  unitFactor: 1,
  tickSize: 0.1,
  simulated: false,
})
const LISTED = [
  instrument('BTCUSD_PERP', 'BTC', 'USD', 'inverse'),
  instrument('BTCUSDC', 'BTC', 'USDC'),
  instrument('BTCUSDT', 'BTC', 'USDT'),
  instrument('1000PEPEUSDT', 'PEPE', 'USDT'),
]
const chosen = (...symbols: string[]) => chooseInstruments('binance', LISTED, symbols)

describe('chooseInstruments', () => {
  it.each([
    ['BTC', 'BTCUSDT'],
    ['BTCUSDC', 'BTCUSDC'],
    ['BTC/USD:BTC', 'BTCUSD_PERP'],
    ['binance:BTC', 'BTCUSDT'],
    ['PEPE', '1000PEPEUSDT'],
    ['1000PEPEUSDT', '1000PEPEUSDT'],
  ])('takes %s as %s', (text, symbol) => {
    expect(chosen(text).wanted.map((one) => one.symbol)).toEqual([symbol])
  })

  it('takes an instrument once, however it was written', () => {
    expect(chosen('BTC', 'BTCUSDT', 'binance:BTC/USDT:USDT').wanted).toHaveLength(1)
  })

  it('names what is near to a symbol that is not listed', () => {
    expect([...chosen('BTCUSDX').missing]).toEqual([
      ['BTCUSDX', 'Binance lists no "BTCUSDX". The nearest names: BTCUSDC, BTCUSDT, BTCUSD_PERP.'],
    ])
  })

  it.each(['__proto__', 'a b', ''])('refuses %j like any unknown name', (text) => {
    const { wanted, missing } = chosen(text)
    expect([wanted, missing.get(text)]).toEqual([[], expect.stringContaining('lists no')])
  })

  it('does not miss what was asked of another exchange', () => {
    expect(chosen('okx:BTC')).toEqual({ wanted: [], found: new Set(), missing: new Map() })
  })
})
