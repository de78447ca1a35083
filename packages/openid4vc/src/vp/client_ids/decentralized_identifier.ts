import { type Anchors, CredentialError, jwkThumbprint, keyAlgorithm, keyOfDid } from '@symbolon/credential'
import type { Jwk, Primitives } from '@symbolon/sd-jwt'
import { PeerError } from '../../errors.ts'
import type { ClientIdPrefix } from './index.ts'

/** A DID of a method whose identifier is the key; `kid` names the key in it. */
export const decentralizedIdentifier: ClientIdPrefix = {
  id: 'decentralized_identifier',
  spec: 'OpenID4VP 1.0 section 5.9.3',
  async find(name, { header: { kid }, algorithm }, { anchors, primitives }) {
    if (typeof kid !== 'string' || !kid.startsWith(`${name}#`))
      throw new PeerError('client_id_wrong', 'kid names no key of the DID in client_id')
    const jwk = resolve(kid)
    const known = jwk && keyAlgorithm(jwk)
    if (jwk === null || known === null || known !== algorithm)
      throw new PeerError('client_id_wrong', 'the DID in client_id has no key for this signature')
    const key = await primitives.importKey(jwk, known)
    return { key, asker: await vouched(jwk, anchors, primitives) }
  },
  allows: () => true,
}

function resolve(kid: string): Jwk | null {
  try {
    return keyOfDid(kid)
  } catch (error) {
    if (error instanceof CredentialError) throw new PeerError('client_id_wrong', `kid cannot be used: ${error.message}`, error)
    throw error
  }
}

/** A key that the trust file names for access is known; about any other DID nobody says anything. */
async function vouched(jwk: Jwk, { keys }: Anchors, primitives: Primitives) {
  const thumbprint = await jwkThumbprint(jwk, primitives)
  const entry = keys.find((known) => known.thumbprint === thumbprint)?.entries.find(({ purpose }) => purpose === 'access')
  if (entry === undefined) return { outcome: 'unknown', code: 'asker_not_vouched' } as const
  return { outcome: 'pass', code: 'issuer_trusted', anchor: entry.name } as const
}
