import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BarsFileError } from './bars-file-error.ts'

const CHUNK_BYTES = 1 << 18 // 256 KiB: larger gains nothing, smaller costs turns of the event loop

/** Bytes of a file or a stream, unpacked when they are gzip. */
export interface ByteSource {
  /** On disk, before unpacking. Absent for a stream. */
  readonly totalBytes?: number
  /** Bytes read from disk so far. */
  readonly bytesRead: () => number
  readonly isGzip: () => boolean
  readonly chunks: AsyncIterable<Uint8Array>
}

/** @throws {BarsFileError} when the path is no file that can be read. */
export async function openBytes(file: string, stream?: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  let read = 0
  let gzip = false
  const size = stream === undefined ? await sizeOf(file) : undefined
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream ?? createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      read += chunk.length
      yield chunk
    }
  }
  async function* unpacked(): AsyncGenerator<Uint8Array> {
    const source = counted()
    const first = await source.next()
    if (first.done) return
    const whole = rejoin(first.value, source)
    gzip = first.value[0] === 0x1f && first.value[1] === 0x8b
    if (!gzip) return yield* whole
    const packed = Readable.from(whole, { objectMode: false })
    // The error reaches the reader of `unzip`; pipeline's own callback only has to exist.
    const unzip = pipeline(packed, createGunzip({ chunkSize: CHUNK_BYTES }), () => {})
    yield* unzip
  }
  async function* explained(): AsyncGenerator<Uint8Array> {
    try {
      yield* unpacked()
    } catch (error) {
      throw explain(file, error)
    }
  }
  return {
    ...(size === undefined ? {} : { totalBytes: size }),
    bytesRead: () => read,
    isGzip: () => gzip,
    chunks: explained(),
  }
}

async function* rejoin(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* rest
}

/** Undefined for a pipe or a device, whose size says nothing. */
async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch((error: unknown) => {
    throw explain(file, error)
  })
  if (found.isDirectory()) throw new BarsFileError(file, 'this is a directory; name one file of bars inside it')
  return found.isFile() ? found.size : undefined
}

function explain(file: string, error: unknown): unknown {
  if (error instanceof BarsFileError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const reason =
    code === 'ENOENT'
      ? 'there is no such file; check the path'
      : code === 'EACCES' || code === 'EPERM'
        ? 'this file may not be read; check its permissions'
        : code === 'EISDIR'
          ? 'this is a directory; name one file of bars inside it'
          : code === 'Z_BUF_ERROR'
            ? 'the gzip data ends early; the file was cut short, fetch it again'
            : typeof code === 'string' && code.startsWith('Z_')
              ? 'the gzip data is damaged; fetch the file again'
              : `it cannot be read (${error instanceof Error ? error.message : String(error)})`
  return new BarsFileError(file, reason, undefined, undefined, { cause: error })
}
