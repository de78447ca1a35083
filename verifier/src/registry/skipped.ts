import { RefusedError } from '@symbolon/command-line'
import { EbsiError } from '@symbolon/ebsi'
import type { VERIFIER_CODES } from '../errors.ts'

/** Somebody whose records, or some of them, were left out, and the first reason for it: without them a check says `unknown`. */
export interface Skipped {
  readonly did: string
  readonly code: keyof typeof VERIFIER_CODES
  readonly why: string
}

/** Does something for one issuer. */
export type Attempt = (did: string, action: () => Promise<void>) => Promise<void>

/** What an answer about one can have wrong while the registry itself works; a registry that is not there or too slow concerns everybody. */
const OF_ONE = ['download_not_text', 'download_redirected', 'download_too_large', 'registry_answer_wrong'] as const

/** A name in a registry may be as long as an answer. */
const LONGEST_NAME = 100

/** Remembers who was skipped. */
export interface Skipping {
  note(skipped: Skipped): void
  /** What goes wrong with this one is noted, and the others go on; what is wrong with the registry is thrown on. */
  readonly attempt: Attempt
  all(): readonly Skipped[]
}

export function skipping(): Skipping {
  const noted = new Map<string, Skipped>()
  const note = ({ did, code, why }: Skipped): void => {
    const name = did.slice(0, LONGEST_NAME)
    if (!noted.has(name)) noted.set(name, { did: name, code, why })
  }
  return {
    note,
    async attempt(did, action) {
      try {
        await action()
      } catch (error) {
        const fault = faultOfOne(error)
        if (fault === null) throw error
        note({ did, ...fault })
      }
    },
    all: () => [...noted.values()].sort((one, other) => (one.did < other.did ? -1 : 1)),
  }
}

function faultOfOne(error: unknown): Omit<Skipped, 'did'> | null {
  if (error instanceof EbsiError) return { code: 'registry_answer_wrong', why: error.message }
  const code = error instanceof RefusedError ? OF_ONE.find((known) => known === error.code) : undefined
  return code === undefined ? null : { code, why: (error as RefusedError).message }
}
