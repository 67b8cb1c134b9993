import pino from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { Pipeline } from '../src/pipeline.ts'
import { Replay } from '../src/source/replay.ts'
import { bars, FILE, MINUTE, START, stream } from './scripted-market.ts'

/** Enough that a seek takes several turns of the event loop. */
const COUNT = 40_000
const END = START + COUNT * MINUTE
const HISTORY = bars(FILE, COUNT)

let replay: Replay | undefined
afterEach(() => replay?.close())

async function standingAtTheEnd(): Promise<Replay> {
  replay = new Replay(
    { instrument: FILE, events: () => stream(HISTORY) },
    new Pipeline(),
    systemClock,
    pino({ enabled: false }),
  )
  await replay.load()
  expect(replay.status()).toMatchObject({ at: END, playing: false })
  return replay
}

describe('a replay', () => {
  it('plays from where a seek is going when play is pressed before the seek arrives', async () => {
    const file = await standingAtTheEnd()
    const middle = START + (COUNT / 2) * MINUTE
    await Promise.all([file.control({ at: middle }), file.control({ playing: true })])
    expect(file.status()?.playing).toBe(true)
    expect(file.status()?.at).toBeGreaterThanOrEqual(middle)
  })

  it('goes to the last of several seeks', async () => {
    const file = await standingAtTheEnd()
    const last = START + 30_000 * MINUTE
    await Promise.all([35_000, 10_000, 30_000].map((bar) => file.control({ at: START + bar * MINUTE })))
    expect(file.status()).toMatchObject({ at: last, playing: false })
  })

  it('begins again when play is pressed at the end', async () => {
    const file = await standingAtTheEnd()
    await file.control({ playing: true })
    expect(file.status()?.playing).toBe(true)
    expect(file.status()?.at).toBeLessThan(END)
  })
})
