/** A capture cannot be written or read. The message says what to do. */
export class CaptureError extends Error {
  override readonly name: string = 'CaptureError'
}
