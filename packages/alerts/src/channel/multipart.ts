import { createHash } from 'node:crypto'
import type { Post } from '../sender.ts'

const LINE = '\r\n'

/** A form with text fields and one PNG (RFC 7578). The same fields and file give the same bytes. */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: { readonly field: string; readonly name: string; readonly png: Uint8Array },
): Pick<Post, 'headers' | 'body'> {
  const hash = createHash('sha256').update(file.png)
  for (const value of Object.values(fields)) hash.update(value)
  const boundary = `liqscope-${hash.digest('hex').slice(0, 32)}`
  const part = (disposition: string) => `--${boundary}${LINE}content-disposition: form-data; ${disposition}`
  const texts = Object.entries(fields).map(([name, value]) => `${part(`name="${name}"`)}${LINE}${LINE}${value}${LINE}`)
  const before = `${texts.join('')}${part(`name="${file.field}"; filename="${file.name}"`)}${LINE}content-type: image/png${LINE}${LINE}`
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(before), file.png, Buffer.from(`${LINE}--${boundary}--${LINE}`)]),
  }
}
