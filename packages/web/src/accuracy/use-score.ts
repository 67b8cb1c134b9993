import type { ScoreJson } from '@liqscope/protocol'
import { useEffect, useState } from 'react'
import { getScore } from '../feed/rest.ts'

/** A score changes once a bar, and its figures once an hour. */
const READ_EVERY_MS = 30_000
const RETRY_MS = 5_000

export type ScoreState =
  | { readonly kind: 'reading' }
  | { readonly kind: 'ready'; readonly score: ScoreJson }
  | { readonly kind: 'failed'; readonly reason: string }

/** The score of a market, read again and again while it is looked at. Nothing of another market stays. */
export function useScore(market: string | undefined): ScoreState {
  const [held, setHeld] = useState<{ readonly market: string; readonly state: ScoreState }>()
  useEffect(() => {
    if (market === undefined) return
    const asking = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      try {
        const score = await getScore(market, asking.signal)
        setHeld({ market, state: { kind: 'ready', score } })
        timer = setTimeout(read, READ_EVERY_MS)
      } catch (error) {
        if (asking.signal.aborted) return
        setHeld({ market, state: { kind: 'failed', reason: error instanceof Error ? error.message : String(error) } })
        timer = setTimeout(read, RETRY_MS)
      }
    }
    void read()
    return () => {
      asking.abort()
      clearTimeout(timer)
    }
  }, [market])
  return held?.market === market && held !== undefined ? held.state : { kind: 'reading' }
}
