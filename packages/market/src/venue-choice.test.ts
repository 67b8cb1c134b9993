import { describe, expect, it } from 'vitest'
import { chosenMembers, readChoice, writeChoice } from './venue-choice.ts'

const REAL = ['binance:BTCUSDT', 'okx:BTC-USDT-SWAP', 'bybit:BTCUSDT']
const SIM = ['sim:BTCUSDT@binance', 'sim:BTC-USDT-SWAP@okx', 'sim:BTC_USDT@gate']
const TWICE = ['binance:BTCUSDT', 'binance:BTCUSDC', 'okx:BTC-USDT-SWAP']

describe('a choice among the venues of a sum', () => {
  it.each([
    ['all:BTC', REAL, [REAL[2]!, REAL[0]!], 'all:BTC@binance,bybit'],
    ['sim:ALL-BTC', SIM, [SIM[1]!, SIM[2]!], 'sim:ALL-BTC@okx,gate'],
    ['all:BTC', REAL, REAL, 'all:BTC'],
    ['all:BTC', REAL, [REAL[1]!], 'okx:BTC-USDT-SWAP'],
    ['all:BTC', TWICE, [TWICE[1]!, TWICE[2]!], 'all:BTC@binance:BTCUSDC,okx'],
  ])('of %s is written in the order of the sum, and read back as the same markets', (sum, members, chosen, name) => {
    expect(writeChoice(sum, members, chosen)).toBe(name)
    const read = readChoice(name)
    if (chosen.length > 1 && chosen.length < members.length) {
      expect(read?.sum).toBe(sum)
      expect(chosenMembers(members, read!.venues)).toEqual(members.filter((id) => chosen.includes(id)))
    }
  })

  it('of a venue that the sum has not is no choice, and neither is one of nothing', () => {
    expect(chosenMembers(REAL, ['binance', 'gate'])).toBeUndefined()
    expect(readChoice('all:BTC')).toBeUndefined()
    expect(readChoice('all:BTC@')).toBeUndefined()
    expect(() => writeChoice('all:BTC', REAL, [])).toThrow(RangeError)
  })

  it('means every market of a venue by its name alone', () => {
    expect(chosenMembers(TWICE, ['BINANCE'])).toEqual(TWICE.slice(0, 2))
  })
})
