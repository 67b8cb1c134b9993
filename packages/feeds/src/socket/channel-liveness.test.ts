import { describe, expect, it } from 'vitest'
import { seeded } from '../../test/fake-clock.ts'
import { ChannelLiveness, type ChannelPace } from './channel-liveness.ts'

const T = 1_790_000_000_000
const SECOND = 1_000

function acknowledged(pace: ChannelPace): ChannelLiveness {
  const liveness = new ChannelLiveness(pace)
  liveness.connected(T)
  liveness.acknowledged(T)
  return liveness
}

describe('a continuous channel', () => {
  it('is connecting until its first datum, and stale 10 s after an acknowledgement without one', () => {
    const liveness = new ChannelLiveness('continuous')
    expect(liveness.state(T)).toBe('connecting')
    liveness.connected(T)
    liveness.acknowledged(T)
    expect(liveness.state(T + 9_999)).toBe('connecting')
    expect(liveness.state(T + 10 * SECOND)).toBe('stale')
    liveness.heard(T + 11 * SECOND, T + 11 * SECOND)
    expect(liveness.state(T + 11 * SECOND)).toBe('live')
  })

  it('is stale within 60 s of silence', () => {
    const liveness = acknowledged('continuous')
    liveness.heard(T, T)
    expect(liveness.state(T + 49 * SECOND)).toBe('live')
    expect(liveness.state(T + 59 * SECOND)).toBe('stale')
  })

  it('is not forgiven by a second acknowledgement: it still delivers nothing', () => {
    const liveness = acknowledged('continuous')
    liveness.acknowledged(T + 11 * SECOND)
    expect(liveness.state(T + 12 * SECOND)).toBe('stale')
  })

  it('is offline without a connection, and starts anew with the next one', () => {
    const liveness = acknowledged('continuous')
    liveness.heard(T, T)
    liveness.disconnected()
    expect(liveness.state(T)).toBe('offline')
    liveness.connected(T)
    expect(liveness.state(T)).toBe('connecting')
  })

  it('lags when exchange time is more than 5 s behind ours, and recovers', () => {
    const liveness = acknowledged('continuous')
    liveness.heard(T - 6 * SECOND, T)
    expect(liveness.state(T)).toBe('lagging')
    for (let i = 0; i < 20; i++) liveness.heard(T + i, T + i + 80)
    expect(liveness.state(T + 20)).toBe('live')
    expect(liveness.skewMs).toBeLessThan(1_500)
  })
})

it('a channel that the venue never acknowledges is stale after 10 s', () => {
  const liveness = new ChannelLiveness('sporadic')
  liveness.connected(T)
  expect(liveness.state(T + 9_999)).toBe('connecting')
  expect(liveness.state(T + 10 * SECOND)).toBe('stale')
  liveness.acknowledged(T + 11 * SECOND)
  expect(liveness.state(T + 11 * SECOND)).toBe('live')
})

describe('a busy channel', () => {
  function after(messages: number, everyMs: number): { liveness: ChannelLiveness; now: number } {
    const liveness = acknowledged('busy')
    let now = T
    for (let i = 0; i < messages; i++) {
      now += everyMs
      liveness.heard(now, now)
    }
    return { liveness, now }
  }

  it('must speak within 10 s of the acknowledgement', () => {
    expect(acknowledged('busy').state(T + 10 * SECOND)).toBe('stale')
  })

  it('is stale within 60 s of silence when it has been busy', () => {
    const { liveness, now } = after(100, 200)
    expect(liveness.state(now + 49 * SECOND)).toBe('live')
    expect(liveness.state(now + 59 * SECOND)).toBe('stale')
  })

  it('is given longer when it has been slow: a quiet symbol is not broken', () => {
    const { liveness, now } = after(100, 20 * SECOND)
    expect(liveness.state(now + 120 * SECOND)).toBe('live')
    expect(liveness.state(now + 200 * SECOND)).toBe('stale')
  })
})

describe('a sporadic channel', () => {
  it('may be silent for ever while its rate is unknown', () => {
    const liveness = acknowledged('sporadic')
    expect(liveness.state(T + 86_400 * SECOND)).toBe('live')
  })

  it('is stale within 5 min once it has shown two messages a minute', () => {
    const liveness = acknowledged('sporadic')
    let now = T
    for (let i = 0; i < 60; i++) {
      now += 30 * SECOND
      liveness.heard(now, now)
    }
    // one per 30 s: a Poisson process is silent for 276 s with probability 1e-4
    expect(liveness.silenceLimit()).toBeCloseTo(-Math.log(1e-4) * 30 * SECOND, -3)
    expect(liveness.state(now + 200 * SECOND)).toBe('live')
    expect(liveness.state(now + 300 * SECOND)).toBe('stale')
  })

  it('raises no alarm in a day of random silence at its own rate', () => {
    const liveness = acknowledged('sporadic')
    const random = seeded(42)
    let alarms = 0
    for (let now = T; now < T + 86_400 * SECOND; ) {
      const silence = -Math.log(1 - random()) * 60 * SECOND
      if (liveness.state(now + silence) === 'stale') alarms++
      now += silence
      liveness.heard(now, now)
    }
    // about 1,440 silences, each beyond the limit with probability 1e-4
    expect(alarms).toBeLessThanOrEqual(2)
  })

  it('is not condemned by a burst: the limit is never below two minutes', () => {
    const liveness = acknowledged('sporadic')
    for (let i = 0; i < 200; i++) liveness.heard(T + i * SECOND, T + i * SECOND)
    expect(liveness.state(T + 199 * SECOND + 119 * SECOND)).toBe('live')
  })
})
