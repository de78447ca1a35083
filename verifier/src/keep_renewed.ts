import type { CommandError } from '@symbolon/command-line'
import { waitAfterFailure, waitAfterSuccess } from './schedule.ts'

/** One renewal: what is said of it, and when the bundle says that a newer one is worth fetching. */
export interface Renewal {
  readonly data: object
  readonly text: string
  readonly nextUpdate: number
}

/** What renewing on a timer needs; `now` in seconds, `chance` from 0 up to 1, `sleep` ends early when it is told to stop. */
export interface Timer {
  readonly every: number | undefined
  readonly stop: AbortSignal
  renew(): Promise<Renewal>
  /** Gives an error its code and words; throws it again when it is our own fault. */
  explain(error: unknown): CommandError
  say(text: string, data: object): void
  now(): number
  chance(): number
  sleep(seconds: number, stop: AbortSignal): Promise<void>
}

/**
 * Renews until it is told to stop. A renewal that fails changes nothing and is tried again; only wrong usage and wrong settings at the very first,
 * which no waiting mends, are thrown.
 */
export async function keepRenewed(timer: Timer): Promise<void> {
  const { stop } = timer
  for (let [first, failures] = [true, 0]; !stop.aborted; first = false) {
    let said: { text: string; data: object; wait: number }
    try {
      const { text, data, nextUpdate } = await timer.renew()
      failures = 0
      said = { text, data, wait: waitAfterSuccess(nextUpdate, timer.now(), pace(timer)) }
    } catch (error) {
      if (stop.aborted) return
      const { code, message, exit } = timer.explain(error)
      if (first && exit > 1) throw error
      failures += 1
      said = { text: `${message} (${code})`, data: { error: code, message }, wait: waitAfterFailure(failures, pace(timer)) }
    }
    const [at, wait] = [timer.now(), Math.ceil(said.wait)]
    timer.say(`${said.text}; again in ${wait} s`, { at, next: at + wait, ...said.data })
    await timer.sleep(said.wait, stop)
  }
}

const pace = ({ every, chance }: Timer) => ({ every, chance: chance() })
