import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'

const resolve = createRequire(import.meta.url).resolve
const FONT = resolve('@fontsource/roboto/files/roboto-latin-400-normal.woff2')
const WASM = resolve('@resvg/resvg-wasm/index_bg.wasm')

let ready: Promise<Uint8Array> | undefined

/** An SVG picture as PNG, in this thread: about half a second. Its one font is Roboto. */
export async function rasterInThread(svg: string): Promise<Uint8Array> {
  ready ??= prepare()
  const drawing = new Resvg(svg, {
    font: { fontBuffers: [await ready], defaultFontFamily: 'Roboto', loadSystemFonts: false },
  })
  try {
    const image = drawing.render()
    try {
      return image.asPng()
    } finally {
      image.free()
    }
  } finally {
    drawing.free()
  }
}

async function prepare(): Promise<Uint8Array> {
  const [font, wasm] = await Promise.all([readFile(FONT), readFile(WASM)])
  await initWasm(wasm)
  return font
}
