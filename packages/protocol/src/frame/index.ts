export { decodeFrame } from './decode.ts'
export { encodeFrame } from './encode.ts'
export { FrameError } from './layout.ts'
