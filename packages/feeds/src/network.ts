import { type Ask, askWithFetch } from './rest/ask.ts'
import { type Dial, dialWebSocket } from './socket/dial.ts'

/** The only two ways from a feed to its venue. Whoever stands between sees all that was said. */
export interface Network {
  readonly dial: Dial
  readonly ask: Ask
}

export const systemNetwork: Network = { dial: dialWebSocket, ask: askWithFetch }
