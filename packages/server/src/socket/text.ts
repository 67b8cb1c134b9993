import type { MarketUpdate } from '@liqscope/protocol'

/** An update as JSON text; typed arrays become plain ones, every digit kept. */
export function encodeText(update: MarketUpdate): string {
  const { map, columns } = update
  return JSON.stringify({
    ...update,
    ...(map && { map: withPlainArrays(map) }),
    ...(columns && { columns: columns.map(withPlainArrays) }),
  })
}

/** JSON.stringify would write a typed array as an object keyed by index. */
function withPlainArrays(part: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, ArrayBuffer.isView(value) ? Array.from(numbersOf(value)) : value]),
  )
}

function numbersOf(view: ArrayBufferView): Iterable<number> {
  return view instanceof Float64Array || view instanceof Float32Array ? view : []
}
