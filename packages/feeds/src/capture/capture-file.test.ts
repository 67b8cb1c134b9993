import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../test/fake-clock.ts'
import type { CaptureError } from './capture-error.ts'
import { openCapture } from './capture-reader.ts'
import { CaptureWriter, type CaptureWriterOptions } from './capture-writer.ts'
import type { CaptureRecord } from './record.ts'

const T0 = Date.UTC(2026, 10, 24, 15, 30)
let folder = ''
let failures: CaptureError[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqscope-capture-'))
  failures = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const writer = (options: Partial<CaptureWriterOptions> = {}) =>
  new CaptureWriter({
    folder,
    about: { symbols: ['BTC'] },
    at: { wall: T0, mono: 5 },
    onRoom: () => {},
    onFailure: (error) => failures.push(error),
    ...options,
  })

/** A frame with everything that a line of text may trip over. */
const frame = (n: number): CaptureRecord => ({
  t: T0 + n,
  m: 5 + n / 4,
  k: 'text',
  c: 1 + (n % 3),
  d: `{"e":"trade","n":${n},"s":"a\\"b\n\u2028é💥"}`,
})
const stop = (n: number): CaptureRecord => ({ t: T0 + n, m: 5 + (n - 1) / 4, k: 'stop' })

async function read(path = folder): Promise<{ records: CaptureRecord[]; broken: string | undefined }> {
  const capture = await openCapture(path)
  const records: CaptureRecord[] = []
  for await (const portion of capture.records()) records.push(...portion)
  return { records, broken: capture.broken }
}

const frames = ({ records }: { records: readonly CaptureRecord[] }) => records.filter(({ k }) => k === 'text')
const some = (count: number) => Array.from({ length: count }, (_, n) => frame(n))

async function written(count: number, options: Partial<CaptureWriterOptions> = {}): Promise<void> {
  const file = writer(options)
  for (const record of some(count)) file.write(record)
  file.write(stop(count))
  await file.close()
}

describe('a capture', () => {
  it('gives back every record with both clocks, and what it was made of', async () => {
    await written(200)
    const capture = await openCapture(folder)
    expect(capture).toMatchObject({ about: { symbols: ['BTC'] }, from: T0, session: '20261124T153000000Z' })
    const { records, broken } = await read()
    expect(records.slice(1)).toEqual([...some(200), stop(200)])
    expect(broken).toBeUndefined()
  })

  it('rotates by time and by size into files whose names sort, each beginning with who it is', async () => {
    // A quarter of a millisecond each: one every 100 frames.
    await written(250, { rotateAfterMs: 25 })
    const names = readdirSync(folder).sort()
    expect(names).toEqual([1, 2, 3].map((part) => `20261124T153000000Z-00000${part}.jsonl.gz`))
    expect(gunzipSync(readFileSync(join(folder, names[1] ?? ''))).toString()).toMatch(
      /^\{"k":"capture".*"session":"20261124T153000000Z","part":2\}\n/,
    )
    expect(frames(await read())).toEqual(some(250))
    rmSync(folder, { recursive: true })
    await written(250, { rotateAboveBytes: 5_000 })
    expect(readdirSync(folder).length).toBeGreaterThan(2)
    expect(frames(await read())).toEqual(some(250))
  })

  it('cut at any byte gives every whole record before the cut, and says where it breaks off', async () => {
    await written(40)
    const path = join(folder, readdirSync(folder)[0] ?? '')
    const whole = readFileSync(path)
    let most = 0
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length))
      // Before the first line is whole there is no recording.
      const outcome = await read().catch((error: Error) => error.message)
      if (typeof outcome === 'string') {
        expect(most).toBe(0)
        expect(outcome).toMatch(/is not a capture/)
        continue
      }
      const { records, broken } = outcome
      const isWhole = records.at(-1)?.k === 'stop'
      expect(records.slice(1)).toEqual([...some(40), stop(40)].slice(0, records.length - 1))
      expect(broken).toEqual(isWhole ? undefined : expect.stringContaining('breaks off'))
      expect(records.length).toBeGreaterThanOrEqual(most)
      most = records.length
    }
    // All but the last bytes (a checksum) are needed for the last record.
    expect(most).toBe(42)
  })

  it('of a killed process keeps what was flushed: all but the last second', async () => {
    const file = writer()
    for (const record of some(100)) file.write(record)
    const path = join(folder, readdirSync(folder)[0] ?? `${file.session}-000001.jsonl.gz`)
    await until(() => existsSync(path) && readFileSync(path).length > 200, 'a flush')
    expect(frames(await read(path))).toEqual(some(100))
    await file.close()
  })

  it('damaged in the middle, or without one of its files, ends before the damage', async () => {
    await written(250, { rotateAfterMs: 25 })
    const [, second = ''] = readdirSync(folder).sort()
    rmSync(join(folder, second))
    const { records, broken } = await read()
    expect(frames({ records })).toEqual(some(frames({ records }).length))
    expect(broken).toMatch(/part 2 is missing/)
    rmSync(folder, { recursive: true })
    await written(30_000)
    const path = join(folder, readdirSync(folder)[0] ?? '')
    const bytes = readFileSync(path)
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 8)
    writeFileSync(path, bytes)
    const damaged = await read()
    expect(frames(damaged).length).toBeGreaterThan(5_000)
    expect(frames(damaged)).toEqual(some(frames(damaged).length))
    expect(damaged.broken).toMatch(/damaged|is not/)
  })

  it.each([
    ['nothing', undefined, /cannot be read/],
    ['a text file', 'hello\n', /is not a capture/],
    ['an empty file', '', /is not a capture/],
  ])('is not made of %s', async (_, content, problem) => {
    const path = join(folder, 'x.jsonl.gz')
    if (content !== undefined) writeFileSync(path, content)
    await expect(openCapture(path)).rejects.toThrow(problem)
  })

  it('is one recording: of a folder with two, one has to be named; a part alone is not the beginning', async () => {
    await expect(openCapture(folder)).rejects.toThrow(/no capture in it/)
    await written(250, { rotateAfterMs: 25 })
    await written(3, { at: { wall: T0 + 60_000, mono: 9 } })
    await expect(openCapture(folder)).rejects.toThrow(/2 recordings; give the first file of one: .*000001.jsonl.gz/)
    const [first = '', second = ''] = readdirSync(folder).sort()
    expect(frames(await read(join(folder, first)))).toHaveLength(250)
    // Any of its files names the recording.
    expect(frames(await read(join(folder, second)))).toHaveLength(250)
    rmSync(join(folder, first))
    await expect(openCapture(join(folder, second))).rejects.toThrow(/part 2 of its recording/)
  })
})

describe('a disk', () => {
  const failing = (code: string) => () =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
    })

  it.each([
    ['ENOSPC', /the disk is full; free some space/],
    ['EACCES', /may not be written; give another folder/],
  ])('that fails with %s is told once, with what to do, and ends the recording alone', async (code, advice) => {
    const file = writer({ open: failing(code) })
    for (const record of some(20_000)) file.write(record)
    await until(() => failures.length > 0, 'the failure')
    file.write(stop(1))
    await file.close()
    expect(failures).toHaveLength(1)
    expect(failures[0]?.message).toMatch(advice)
    expect(file.isFull).toBe(false)
  })

  it('that is a file in the way is told at once', () => {
    const path = join(folder, 'file')
    writeFileSync(path, '')
    expect(() => writer({ folder: join(path, 'x') })).toThrow(/a part of this path is a file/)
  })

  it('is never written over', async () => {
    await written(3)
    const file = writer()
    await until(() => failures.length > 0, 'the failure')
    await file.close()
    expect(failures[0]?.message).toMatch(/it is there already/)
    expect(frames(await read())).toHaveLength(3)
  })

  it('that is slower than what comes says that it is full until there is room, and loses nothing', async () => {
    let release: (() => void) | undefined
    const chunks: Buffer[] = []
    let rooms = 0
    const file = writer({
      fullBytes: 100_000,
      onRoom: () => rooms++,
      open: () =>
        new Writable({
          highWaterMark: 1,
          write: (chunk: Buffer, _encoding, done) => {
            chunks.push(chunk)
            if (release === undefined) release = done
            else done()
          },
        }),
    })
    // Nothing compresses these.
    const noise = (n: number): CaptureRecord => ({ ...frame(n), k: 'text', c: 1, d: `${Math.sqrt(n + 2)}`.repeat(40) })
    const sent: CaptureRecord[] = []
    while (!file.isFull) {
      sent.push(noise(sent.length))
      file.write(noise(sent.length - 1))
    }
    expect(file.figures.waits).toBe(1)
    await until(() => release !== undefined, 'the first write')
    release?.()
    await until(() => !file.isFull, 'room')
    file.write(stop(sent.length))
    await file.close()
    expect(rooms).toBe(1)
    expect(file.figures.waitedMs).toBeGreaterThan(0)
    writeFileSync(join(folder, 'slow.jsonl.gz'), Buffer.concat(chunks))
    expect((await read(join(folder, 'slow.jsonl.gz'))).records.slice(1, -1)).toEqual(sent)
  })
})
