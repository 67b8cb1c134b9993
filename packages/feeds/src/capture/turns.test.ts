import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Network } from '../network.ts'
import type { RestAnswer } from '../rest/ask.ts'
import type { WireEvents } from '../socket/dial.ts'
import { openCapture } from './capture-reader.ts'
import { Player } from './player.ts'
import { Recorder } from './recorder.ts'
import type { Surroundings } from './surroundings.ts'
import { type Reading, Turns } from './turns.ts'

const T0 = 1_790_000_000_000
const LIMITS = { maxFrameBytes: 1_000, handshakeMs: 1_000 }
let folder = ''
let at: Reading
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqscope-turns-'))
  at = { wall: T0, mono: 100 }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const pass = (ms: number) => {
  at = { wall: at.wall + ms, mono: at.mono + ms }
}
const rest = () => new Promise((resolve) => setTimeout(resolve, 20))

/** A network that a test speaks for. */
class ScriptedNetwork implements Network {
  wires: WireEvents[] = []
  answers: ((answer: RestAnswer) => void)[] = []
  held: boolean[] = []
  readonly dial: Network['dial'] = (_url, _limits, events) => {
    this.wires.push(events)
    const nothing = () => {}
    return { send: nothing, ping: nothing, close: nothing, terminate: nothing, hold: (is) => this.held.push(is) }
  }
  readonly ask: Network['ask'] = () => new Promise((resolve) => this.answers.push(resolve))
}

/** A feed that tells all that it sees with its time: frames, timers, answers, promises in between. */
function telling({ clock, random, network }: Surroundings, told: string[], ask = '/one'): void {
  const say = (what: string) => told.push(`${clock.now() - T0} ${what}`)
  const wire = network.dial('ws://venue', LIMITS, {
    opened: () => {
      say('opened')
      wire.send(`hello ${random()}`)
    },
    text: (text) => {
      say(text)
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => say(`after ${text}`))
      clock.setTimeout(() => say(`10 ms after ${text}`), 10)
    },
    unreadable: say,
    alive: () => say('alive'),
    ended: say,
  })
  const limit = new AbortController()
  clock.setTimeout(() => limit.abort(new Error('too late')), 100)
  network.ask({ method: 'GET', url: ask, headers: {} }, limit.signal).then(
    ({ status, text }) => say(`${status} ${text}`),
    (error: unknown) => say(String(error)),
  )
}

async function recorded(run: (network: ScriptedNetwork) => Promise<void>): Promise<string[]> {
  const network = new ScriptedNetwork()
  const told: string[] = []
  const recorder = new Recorder({
    folder,
    about: {},
    read: () => at,
    inner: network,
    onFailure: (error) => told.push(error.message),
  })
  recorder.start(() => telling(recorder.surroundings('venue'), told))
  await rest()
  await run(network)
  await rest()
  await recorder.stop()
  return told
}

async function played(ask?: string) {
  const player = new Player(await openCapture(folder))
  const told: string[] = []
  const figures = await player.play(() => telling(player.surroundings('venue'), told, ask))
  return { told, figures }
}

describe('turns', () => {
  it('one at a time, timers of before first, promises between: live and replay tell the same', async () => {
    const live = await recorded(async ({ wires: [wire], answers: [answer] }) => {
      pass(5)
      wire?.opened()
      // Two frames in one go, as a socket gives them.
      pass(1)
      wire?.text('a')
      wire?.text('b')
      // The machine was busy: both timers are over when the next frame comes.
      pass(50)
      wire?.text('c')
      answer?.({ status: 200, text: '{}' })
      await rest()
      pass(3)
      wire?.ended('closed')
    })
    expect(live).toEqual([
      '5 opened',
      '6 a',
      '6 after a',
      '6 b',
      '6 after b',
      '16 10 ms after a',
      '16 10 ms after b',
      '56 c',
      '56 after c',
      '56 200 {}',
      '59 closed',
    ])
    const { told, figures } = await played()
    expect(told).toEqual(live)
    expect(figures).toMatchObject({ strays: 0, broken: undefined })
  })

  it('a request that is given up is given up at the same moment', async () => {
    const live = await recorded(async ({ wires: [wire], answers: [answer] }) => {
      pass(200)
      wire?.opened()
      answer?.({ status: 200, text: 'late' })
    })
    expect(live).toEqual(['100 Error: too late', '200 opened'])
    expect((await played()).told).toEqual(live)
  })

  it('what another version says otherwise is told, and does not end the play', async () => {
    await recorded(async ({ wires: [wire], answers: [answer] }) => {
      pass(5)
      wire?.opened()
      answer?.({ status: 200, text: '{}' })
      pass(200)
      wire?.text('a')
    })
    const { told, figures } = await played('/two')
    expect(told).toEqual(['5 opened', '100 Error: too late', '205 a', '205 after a'])
    expect(figures).toMatchObject({ strays: 2, firstStray: expect.stringContaining('venue was asked GET /one') })
  })

  it('a clock that is set back does not stop time, and no time comes twice', async () => {
    const seen: number[] = []
    const turns = new Turns(
      at,
      () => at,
      () => false,
    )
    const enter = () => turns.enter(({ wall }) => seen.push(wall - T0))
    pass(10)
    enter()
    at = { wall: at.wall - 3_600_000, mono: at.mono + 7 }
    enter()
    at = { wall: at.wall, mono: at.mono + 5 }
    enter()
    at = { wall: T0 + 40, mono: at.mono + 1 }
    enter()
    await rest()
    turns.close()
    expect(seen).toEqual([10, 17, 22, 40])
  })
})
