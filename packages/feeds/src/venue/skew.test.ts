import { expect, it } from 'vitest'
import type { ChannelStatus } from '../feed.ts'
import { SkewWatch } from './skew.ts'

const at = (channel: ChannelStatus['channel'], skewMs: number): ChannelStatus => ({
  venue: 'okx',
  channel,
  symbol: 'BTC-USDT-SWAP',
  state: 'live',
  messages: 1,
  errors: 0,
  skewMs,
  sampled: false,
})

it('says once that the clocks part at half a second, in which direction, and once that they meet', () => {
  const watch = new SkewWatch()
  expect(watch.look([])).toBeUndefined()
  expect(watch.look([at('trade', 80)])).toBeUndefined()
  expect(watch.look([at('trade', -700), at('markPrice', -650)])).toBe(
    "our clock is 0.7 s behind the venue's, network included; check the time of this machine",
  )
  expect(watch.look([at('trade', -700)])).toBeUndefined()
  expect(watch.look([at('trade', 90)])).toBe("our clock agrees with the venue's again")
  expect(watch.look([at('trade', 5_200)])).toContain('ahead of')
})

it('is not fooled by a channel that is late by itself', () => {
  const watch = new SkewWatch()
  expect(watch.look([at('trade', 60), at('markPrice', 9_000), at('funding', 40_000)])).toBeUndefined()
})
