import type { Clock } from '../clock.ts'
import type { Network } from '../network.ts'

/**
 * What a feed gets from outside: a recorder gives them and writes down what came, a player gives them and plays it.
 * The clock is shared with whoever calls the feed.
 */
export interface Surroundings {
  readonly clock: Clock
  readonly random: () => number
  readonly network: Network
}
