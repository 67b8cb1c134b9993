import type { Bar, Channel, Gap, LiquidationOrder, Trade } from '@liqscope/market'
import { expect, test } from 'vitest'
import { MapBuilder } from './map-builder.ts'

const MINUTE = 60_000
const at = (minute: number) => Date.UTC(2026, 0, 5) + minute * MINUTE

function trade(minute: number): Trade {
  const time = at(minute) + 1000
  return {
    kind: 'trade',
    instrument: 'sim:Y',
    exchangeTime: time,
    receivedTime: time,
    tradeId: String(minute),
    price: 100,
    size: 1,
    side: 'buy',
  }
}

function order(minute: number): LiquidationOrder {
  const time = at(minute) + 2000
  return {
    kind: 'liquidationOrder',
    instrument: 'sim:Y',
    exchangeTime: time,
    receivedTime: time,
    positionSide: 'long',
    price: 99,
    size: 2,
    priceKind: 'average',
  }
}

function gap(channel: Channel, from: number, to: number): Gap {
  return { kind: 'gap', instrument: 'sim:Y', exchangeTime: to, receivedTime: to, channel, from, to, reason: 'cut' }
}

function whole(minute: number): Bar {
  return {
    kind: 'bar',
    instrument: 'sim:Y',
    exchangeTime: at(minute),
    receivedTime: at(minute + 1),
    intervalMs: MINUTE,
    open: 100,
    high: 100,
    low: 99,
    close: 100,
    volume: 3,
  }
}

/** What each closed bar says of forced longs and shorts. */
function figuresOf(events: readonly Parameters<MapBuilder['apply']>[0][]): Map<number, unknown> {
  const builder = new MapBuilder({ instrument: 'sim:Y' })
  const found = new Map<number, unknown>()
  for (const event of events) {
    builder.apply(event)
    const bar = builder.lastBar
    if (bar) found.set((bar.exchangeTime - at(0)) / MINUTE, [bar.longLiquidated, bar.shortLiquidated])
  }
  return found
}

test('a minute without forced orders says zero only once they arrive, and only while they do', () => {
  const found = figuresOf([
    trade(0),
    trade(1),
    order(1),
    trade(2),
    gap('liquidationOrder', at(3), at(4)),
    trade(3),
    trade(4),
    trade(5),
  ])
  expect([...found]).toEqual([
    [0, [undefined, undefined]],
    [1, [2, 0]],
    [2, [0, 0]],
    [3, [undefined, undefined]],
    [4, [0, 0]],
  ])
})

test('an outage of another channel leaves the zeros', () => {
  expect(figuresOf([trade(0), order(0), gap('trade', at(1), at(2)), trade(1), trade(2)]).get(1)).toEqual([0, 0])
})

test('a whole bar that takes the place of a gathered one keeps the forced orders that had come', () => {
  const found = figuresOf([trade(0), order(0), trade(1), order(1), whole(1), whole(2), trade(3), trade(4)])
  expect(found.get(1)).toEqual([2, 0])
  expect(found.get(2)).toEqual([undefined, undefined])
})
