import { expect, it } from 'vitest'
import { readPermalink, writePermalink } from './permalink.ts'

it('a link says the market, the range and the view, and is read back the same', () => {
  const link = { market: 'binance:BTCUSDT', range: '7d', view: 'map' } as const
  expect(writePermalink(link)).toBe('?market=binance:BTCUSDT&range=7d&view=map')
  expect(readPermalink(writePermalink(link))).toEqual(link)
})

it('what a link does not say, or says wrongly, is left to the page', () => {
  expect(readPermalink('?range=2d&view=radar&market=')).toEqual({})
})

it('a market name cannot break out of its place', () => {
  expect(writePermalink({ market: 'a&view=map' })).toBe('?market=a%26view%3Dmap')
})
