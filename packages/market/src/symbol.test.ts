import { describe, expect, it } from 'vitest'
import { nearestNames, parseSymbol, SymbolError } from './symbol.ts'

describe('parseSymbol', () => {
  it.each([
    ['BTC', { base: 'BTC', unitFactor: 1 }],
    ['btc', { base: 'BTC', unitFactor: 1 }],
    ['BTCUSDT', { base: 'BTC', quote: 'USDT', unitFactor: 1 }],
    ['BTC/USDT:USDT', { base: 'BTC', quote: 'USDT', settle: 'USDT', unitFactor: 1 }],
    ['binance:BTCUSDT', { venue: 'binance', base: 'BTC', quote: 'USDT', unitFactor: 1 }],
    ['binance:BTC/USDT:USDT', { venue: 'binance', base: 'BTC', quote: 'USDT', settle: 'USDT', unitFactor: 1 }],
    ['BTC-USDT-SWAP', { base: 'BTC', quote: 'USDT', unitFactor: 1 }],
    ['BTC_USDT', { base: 'BTC', quote: 'USDT', unitFactor: 1 }],
    ['BTCUSD_PERP', { base: 'BTC', quote: 'USD', unitFactor: 1 }],
    ['BTC/USD:BTC', { base: 'BTC', quote: 'USD', settle: 'BTC', unitFactor: 1 }],
    ['1000PEPEUSDT', { base: 'PEPE', quote: 'USDT', unitFactor: 1000 }],
    ['1MBABYDOGEUSDT', { base: 'BABYDOGE', quote: 'USDT', unitFactor: 1_000_000 }],
    ['kPEPE', { base: 'PEPE', unitFactor: 1000 }],
    ['1INCHUSDT', { base: '1INCH', quote: 'USDT', unitFactor: 1 }],
    ['BTCFDUSD', { base: 'BTC', quote: 'FDUSD', unitFactor: 1 }],
    ['USDT', { base: 'USDT', unitFactor: 1 }],
  ])('reads %s', (text, expected) => {
    expect(parseSymbol(text)).toEqual(expected)
  })

  it.each(['', '  ', 'a/b/c', 'nasdaq:AAPL', 'BTC USDT', '__proto__'])(
    'refuses %j and says how to write one',
    (text) => {
      expect(() => parseSymbol(text)).toThrow(SymbolError)
    },
  )
})

describe('nearestNames', () => {
  it('offers the names a typo or a prefix could have meant', () => {
    const names = ['BTCUSDT', 'ETHUSDT', 'BTCDOMUSDT', 'LTCUSDT']
    expect(nearestNames('BTCUSD', names)[0]).toBe('BTCUSDT')
    expect(nearestNames('ETHUSTD', names)[0]).toBe('ETHUSDT')
    expect(nearestNames('btc', names)[0]).toBe('BTCUSDT')
  })
})
