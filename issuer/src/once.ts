import { type Once, ProtocolError } from '@symbolon/openid4vc'
import { type Statements, type Store, textOf } from '@symbolon/service'

/** Something a request brought that is good once only, and how one is refused who brings it again. */
export interface Claimed {
  readonly once: Once
  refuse(): ProtocolError
}

/** The nonce of a key proof (OpenID4VCI 1.0 section 8.2). */
export const claimedNonce = (once: Once): Claimed => ({
  once,
  refuse: () => new ProtocolError('invalid_nonce', 'the nonce was used before; fetch a new one from the nonce endpoint'),
})

/** The name of a DPoP proof (RFC 9449 section 11.1); `status` as its endpoint answers a wrong proof. */
export const claimedProof = (once: Once, status: 400 | 401): Claimed => ({
  once,
  refuse: () =>
    new ProtocolError('invalid_dpop_proof', 'the proof was used before; make a new one for every request', undefined, { status }),
})

/** The name of a client's assertion (RFC 7523 section 3). */
export const claimedAssertion = (once: Once): Claimed => ({
  once,
  refuse: () => new ProtocolError('invalid_client', 'the assertion was used before; make a new one for every request'),
})

/**
 * Uses up what was claimed and acts, in one transaction; throws ProtocolError.
 *
 * A ProtocolError keeps what was done before it, so that a try is counted and a proof is used whatever comes of it; any other error undoes all.
 */
export async function spending<T>(store: Store, claimed: readonly Claimed[], action: (tx: Statements) => Promise<T>): Promise<T> {
  const outcome = await store.transaction(async (tx) => {
    try {
      const unused = await useOnce(
        tx,
        claimed.map(({ once }) => once),
      )
      for (const { once, refuse } of claimed) if (!unused.has(once.value)) throw refuse()
      return { value: await action(tx) }
    } catch (error) {
      if (error instanceof ProtocolError) return { error }
      throw error
    }
  })
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

/** Remembers that these were used; answers which of them were not before. The primary key decides between two at once. */
export async function useOnce(statements: Statements, onces: readonly Once[]): Promise<ReadonlySet<string>> {
  if (onces.length === 0) return new Set()
  const rows = onces.map((_, at) => `($${at * 2 + 1}, $${at * 2 + 2})`).join(', ')
  const values = onces.flatMap(({ value, expires }) => [value, expires])
  const added = await statements.all(
    `insert into used_nonces (nonce, expires_at) values ${rows} on conflict do nothing returning nonce`,
    ...values,
  )
  return new Set(added.map((row) => textOf(row, 'nonce')))
}

/** How far the clocks of processes on one database may be apart, in seconds: what one has seen expire must not be good again for another. */
const CLOCKS = 60

/** Forgets what has expired by itself, in the caller's transaction. */
export async function purgeOnce(tx: Statements, now: number): Promise<void> {
  await tx.run('delete from used_nonces where expires_at < $1', now - CLOCKS)
}
