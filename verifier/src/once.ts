import { type Check, type OfflineReport, type Report, SHOW_LIFE, verdict, worst } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { ReplayMemory } from './replay.ts'

/** What can be read once only: its mark, when it was read, and until when it could be read again. Plain data, as threads send it. */
export interface Once {
  readonly mark: string
  readonly now: number
  readonly until: number
}

/** The checks that say whose it is and who shows it. */
const GENUINE: ReadonlySet<string> = new Set(['structure', 'signature', 'trust', 'binding', 'type'])

/** As the checks of a key binding allow it. */
const SKEW = 60

/**
 * What of this can be read once: an answer to a challenge by its nonce, a code that was shown to whoever looks by what its holder signed.
 *
 * Undefined for everything else, and for what is not known to be somebody's credential shown by its holder: neither a broken scan nor a forgery uses a
 * challenge up, or fills the memory. What the source says of it, that it was revoked or has ended, does not matter: a verdict is a verdict.
 */
export async function onceOf(
  { checks, credential }: OfflineReport,
  challenge: { readonly nonce: string; readonly expires: number } | undefined,
  now: number,
): Promise<Once | undefined> {
  if (checks.some(({ id, outcome }) => GENUINE.has(id) && outcome !== 'pass')) return undefined
  const binding = checks.find(({ id }) => id === 'binding')
  if (binding?.code === 'shown_by_holder' && challenge) return { mark: await hash(challenge.nonce), now, until: challenge.expires + SKEW }
  const shown = credential?.binding
  if (binding?.code !== 'shown_to_anybody' || shown === undefined) return undefined
  // What was signed, not the signature: of one text a second signature can be made out of the first.
  return { mark: await hash(shown.input), now, until: shown.issuedAt + SHOW_LIFE + SKEW }
}

/** Nothing is said of an answer that came too late: it may be a copy by now. */
export function expired(age: number): Report {
  return { outcome: 'fail', checks: [verdict('binding', 'fail', 'challenge_expired', { age })], evidenceAge: null }
}

const hash = async (text: string): Promise<string> => primitives.digest('sha-256', new TextEncoder().encode(text))

/** Whether it was read here before. */
export function checkOnce({ mark, until }: Omit<Once, 'now'>, memory: ReplayMemory | null, now: number): Check {
  if (memory === null) return verdict('replay', 'unknown', 'replay_not_checked')
  let since: number | null
  try {
    since = memory.note(mark, until, now)
  } catch (error) {
    // Full, gone, or kept busy: what cannot be noted is not known.
    if (error instanceof Error && 'code' in error) return verdict('replay', 'unknown', 'replay_not_checked')
    throw error
  }
  return since === null
    ? verdict('replay', 'pass', 'not_shown_before')
    : verdict('replay', 'fail', 'shown_before', { age: Math.max(0, now - since) })
}

/** A report with one check more. */
export function withCheck<T extends OfflineReport>(report: T, check: Check): T {
  const checks = [...report.checks, check]
  return { ...report, checks, outcome: worst(checks) }
}
