import { zoneClock } from '../format/zone.ts'

/** When a place begins its trading day. */
export interface SessionOpen {
  readonly time: number // epoch ms
  readonly place: 'tokyo' | 'london' | 'newYork'
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PLACES = [
  { place: 'tokyo', clock: zoneClock('Asia/Tokyo'), opensAt: 9 * HOUR },
  { place: 'london', clock: zoneClock('Europe/London'), opensAt: 8 * HOUR },
  { place: 'newYork', clock: zoneClock('America/New_York'), opensAt: 9.5 * HOUR },
] as const

/** Opens of stock trading on weekdays in [from, to), by each place's own clock, summer time included. */
export function sessionOpens(from: number, to: number): SessionOpen[] {
  const opens: SessionOpen[] = []
  for (const { place, clock, opensAt } of PLACES)
    for (let day = Math.floor(from / DAY) - 1; day * DAY < to + DAY; day++) {
      const local = day * DAY + opensAt
      // The offset of the evening before may be another on the one night a year that changes it.
      const time = local - clock(local - clock(local))
      const weekday = new Date(day * DAY).getUTCDay()
      if (time >= from && time < to && weekday > 0 && weekday < 6) opens.push({ time, place })
    }
  return opens.sort((a, b) => a.time - b.time)
}
