import { WalletError } from '../errors.ts'
import { credentialOf, hasEnded, nextCopy, refreshable } from './credentials.ts'
import type { Disclosure, DisclosureOutcome, HeldCopy, HeldCredential, ShownCredential, WalletState } from './model.ts'

/** A disclosure that is about to be made; which copy it takes is found out when it is written down. */
export interface Begun extends Omit<Disclosure, 'outcome' | 'shown'> {
  readonly shown: readonly Omit<ShownCredential, 'reused'>[]
}

/** What was spent: the copy of each credential that may be shown now, by the credential's identifier. */
export interface Spent {
  readonly disclosure: Disclosure
  readonly copies: ReadonlyMap<string, HeldCopy>
}

/** The copies that nobody has seen and that have not ended, first the one that ends first. */
export function unusedCopies({ copies }: HeldCredential, now: number): HeldCopy[] {
  const end = ({ expires }: HeldCopy): number => expires ?? Number.POSITIVE_INFINITY
  return copies.filter((copy) => copy.shown === 0 && !hasEnded(copy, now)).sort((one, other) => end(one) - end(other))
}

/**
 * The state in which a disclosure has begun: one unused copy of each credential is spent, and the history says what for.
 *
 * To be written before anything is sent: a copy that was spent for nothing is harmless, one that is sent twice can be linked. `reuse` takes
 * a copy again where none is unused. Throws WalletError `copies_spent`, `credential_not_held`.
 */
export function withSpent(state: WalletState, begun: Begun, reuse: boolean): Spent & { readonly state: WalletState } {
  const copies = new Map<string, HeldCopy>()
  for (const { credentialId } of begun.shown) {
    const held = credentialOf(state, credentialId)
    const copy = unusedCopies(held, begun.at)[0] ?? (reuse ? nextCopy(held, begun.at) : undefined)
    if (copy === undefined) throw new WalletError('copies_spent', remedy(state, held))
    copies.set(credentialId, copy)
  }
  const shown = begun.shown.map((one) => ({ ...one, reused: (copies.get(one.credentialId)?.shown ?? 0) > 0 }))
  const disclosure: Disclosure = { ...begun, shown, outcome: 'begun' }
  const credentials = state.credentials.map((held) => spend(held, copies.get(held.id)))
  return { state: withDisclosure({ ...state, credentials }, disclosure), disclosure, copies }
}

function remedy(state: WalletState, held: HeldCredential): string {
  const how = refreshable(state, held) ? `\`symbolon-wallet refresh ${held.id}\` fetches new ones` : 'ask the issuer for a new offer'
  return `every copy of ${held.id} was shown or has ended; ${how}`
}

const spend = (held: HeldCredential, copy: HeldCopy | undefined): HeldCredential =>
  copy === undefined ? held : { ...held, copies: held.copies.map((one) => (one === copy ? { ...one, shown: one.shown + 1 } : one)) }

/** The state with one entry more in the history. */
export const withDisclosure = (state: WalletState, disclosure: Disclosure): WalletState => ({
  ...state,
  disclosures: [...state.disclosures, disclosure],
})

/** The state in which it is known what became of a disclosure. */
export const withOutcome = (state: WalletState, id: string, outcome: DisclosureOutcome): WalletState => ({
  ...state,
  disclosures: state.disclosures.map((one) => (one.id === id ? { ...one, outcome } : one)),
})
