/** Bounds of what a bundle may ask for, in seconds: a server is asked at most once a minute, and at least once a day. */
const SHORTEST = 60
const LONGEST = 86_400
/** After a failure a while, twice as long after each further one, and never longer than this. */
const FIRST_RETRY = 60
const LONGEST_RETRY = 3600
/** Up to a tenth is added, so that a thousand desks do not come in the same second. */
const SPREAD = 0.1

/** By what the next renewal is set; times in seconds, `chance` from 0 up to 1. */
export interface Pace {
  /** What whoever runs it asked for; without it the bundle says when. */
  readonly every: number | undefined
  readonly chance: number
}

/** Seconds until the next renewal after one that went well; `nextUpdate` is when the bundle says a newer one is worth fetching. */
export function waitAfterSuccess(nextUpdate: number, now: number, { every, chance }: Pace): number {
  return spread(every ?? Math.min(Math.max(nextUpdate - now, SHORTEST), LONGEST), chance)
}

/** Seconds until the next try after so many failures in a row. */
export function waitAfterFailure(failures: number, { every = FIRST_RETRY, chance }: Pace): number {
  return spread(Math.min(Math.min(every, FIRST_RETRY) * 2 ** (failures - 1), LONGEST_RETRY), chance)
}

const spread = (seconds: number, chance: number): number => seconds * (1 + SPREAD * chance)
