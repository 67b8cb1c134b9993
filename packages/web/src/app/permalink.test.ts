import { describe, expect, it } from 'vitest'
import { DEFAULT_LAYOUT } from '../state/layout.ts'
import { readPermalink, writePermalink } from './permalink.ts'

describe('a link', () => {
  it('says the market, the range and the view, and is read back the same', () => {
    const link = { market: 'binance:BTCUSDT', range: '7d', layout: { view: 'map' } } as const
    expect(writePermalink(link)).toBe('?market=binance:BTCUSDT&range=7d&view=map')
    expect(readPermalink(writePermalink(link))).toEqual(link)
  })

  it('carries every toggle, the zoom and the moment, and is read back the same', () => {
    const link = {
      market: 'binance:BTCUSDT',
      range: '3d',
      layout: {
        view: 'map',
        unit: 'usd',
        threshold: 25,
        scale: 'fixed',
        fixedFull: 250_000,
        panes: ['volume', 'cvd'],
        overlays: ['vwap', 'sessions'],
        hiddenLeverage: [0, 4],
        panel: 'feeds',
      },
      zoom: { from: Date.UTC(2026, 2, 18, 6), to: Date.UTC(2026, 2, 19, 14, 30, 20, 5), low: 68_123.4, high: 73_000 },
      moment: Date.UTC(2026, 2, 19, 12),
    } as const
    const query = writePermalink(link)
    expect(readPermalink(query)).toEqual(link)
    expect(query).toContain('at=2026-03-19T12:00Z')
    expect(query).toContain('hide=10,unknown')
  })

  it('leaves out what is as it comes', () => {
    expect(writePermalink({ market: 'a:B', layout: DEFAULT_LAYOUT })).toBe('?market=a:B')
  })

  it('can say that there is no pane and no overlay', () => {
    const link = { layout: { panes: [], overlays: [] } }
    expect(writePermalink(link)).toBe('?panes=none&over=none')
    expect(readPermalink(writePermalink(link))).toEqual(link)
  })

  it.each([
    '?range=2d&view=radar&market=',
    '?min=abc&scale=fixed:-3&unit=btc&panel=nothing',
    '?from=2026-03-19&to=2026-03-18&low=5&high=4',
    '?at=yesterday&low=0&high=1',
  ])('leaves what it says wrongly to the page: %s', (query) => {
    expect(readPermalink(query)).toEqual({ layout: {} })
  })

  it('brings a threshold beyond the slider back to its end', () => {
    expect(readPermalink('?min=400').layout).toEqual({ threshold: 60 })
  })

  it('cannot be broken out of by a market name', () => {
    expect(writePermalink({ market: 'a&view=map' })).toBe('?market=a%26view%3Dmap')
  })
})
