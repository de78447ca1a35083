import { type Copy, type CredentialType, type Draft, formatOf, type StatusReference } from '@symbolon/credential'
import {
  checkNonce,
  credentialResponse,
  type Message,
  NONCE_PURPOSES,
  type ProofRule,
  ProtocolError,
  parseCredentialRequest,
  verifyProofs,
} from '@symbolon/openid4vc'
import type { JsonObject, Jwk, Primitives, Signer } from '@symbolon/sd-jwt'
import type { Log } from '@symbolon/service'
import type { Access } from './authorizations.ts'
import { claimsOf, type NoClaims } from './claims.ts'
import type { Deliveries } from './deliveries.ts'
import type { Identity } from './identities.ts'
import { type Claimed, claimedNonce } from './once.ts'
import type { Secrets } from './secrets.ts'
import type { Source } from './source.ts'

/** A type that can be issued: where its claims come from, as whom, and the integrity of its published description. */
export interface IssuedType {
  readonly type: CredentialType
  readonly source: Source
  readonly identity: Identity
  readonly integrity: string
}

/** Whether a type is for codes and has its rows from the named one, so that it says nothing that the other does not. */
export const isCodeOf = ({ type, source }: IssuedType, name: string): boolean => source.rowOf === name && type.certificates === 'by_hash'

/** The types for codes that belong to the named one (specs/code.md). */
export const codesOf = (types: ReadonlyMap<string, IssuedType>, name: string): IssuedType[] =>
  [...types.values()].filter((one) => isCodeOf(one, name))

/** What one issuance needs. */
export interface Issuing {
  /** The credential issuer identifier. */
  readonly url: string
  readonly types: ReadonlyMap<string, IssuedType>
  readonly deliveries: Deliveries
  readonly secrets: Secrets
  readonly primitives: Primitives
  readonly log: Log
  readonly counted: (type: string) => void
  /** Seconds since 1970. */
  readonly now: () => number
}

/** How old a nonce or a proof may be, and how far ahead a wallet's clock may go, in seconds. */
export const NONCE_LIFE = 300
const MOST_AHEAD = 60
/** How many proofs one request may have: as many copies as one of the types allows. Of another, who sends more gets fewer (OpenID4VCI 1.0 section 8.3). */
export const batchSize = (types: ReadonlyMap<string, IssuedType>): number =>
  Math.max(...Array.from(types.values(), ({ type }) => (type.holderBinding === 'key' ? type.copies : 1)))

/**
 * One issuance (OpenID4VCI 1.0 section 8), top to bottom.
 *
 * The record is on the disk before anything is signed: whatever breaks, no credential exists that could not be revoked.
 * Throws ProtocolError.
 */
export async function issue(
  request: Message,
  access: Access,
  claimed: readonly Claimed[],
  issuing: Issuing & { readonly batchSize: number },
): Promise<JsonObject> {
  const now = issuing.now()
  const { configurationId, proofs } = parseCredentialRequest(request, {
    configuration: (id) => issuing.types.get(id)?.type,
    identifier: (id) => access.types.find(({ identifier }) => identifier === id)?.type,
    identifiersGiven: access.types.some(({ identifier }) => identifier !== undefined),
    batchSize: issuing.batchSize,
  })
  const authorized = access.types.find((one) => one.type === configurationId)
  const issued = issuing.types.get(configurationId)
  if (authorized === undefined || issued === undefined) {
    throw new ProtocolError('insufficient_scope', 'the access token is for another credential')
  }
  const { type, source, identity, integrity } = issued

  const proven = proofs ? await verifyProofs(proofs, proofRule(type, access, issuing, now)) : { keys: [], nonces: [] }
  const holders: readonly (Jwk | undefined)[] = proofs ? proven.keys.slice(0, type.copies) : [undefined]

  const found = await claimsOf(type, source, access.subject, now)
  if ('code' in found) throw denied(type, found, issuing.log)
  const { claims, times } = found
  const issuer = identity.issuanceOf(type, now)
  if (issuer === null) throw denied(type, { code: 'not_accredited', faults: [] }, issuing.log)

  const leading = access.types.find((one) => isCodeOf(issued, one.type))?.issuanceId
  const spent = [...claimed, ...proven.nonces.map(claimedNonce)]
  const entry = { access, authorized, leading, type, holders, expires: times.expires, claimed: spent }
  const { notificationId, statuses } = await issuing.deliveries.record(entry)

  const common = { type, claims, ...issuer, ...times, typeIntegrity: integrity }
  const copies = holders.map((holder, copy) => ({ ...binding(holder), ...reference(statuses[copy]) }))
  const credentials = await make(common, copies, identity.signer, issuing.primitives)

  issuing.counted(type.name)
  issuing.log.info({ issuance: authorized.issuanceId, type: type.name, copies: credentials.length }, 'issued')
  return credentialResponse(credentials, notificationId)
}

async function make(common: Omit<Draft, keyof Copy>, copies: readonly Copy[], signer: Signer, primitives: Primitives): Promise<string[]> {
  const unsigned = await formatOf(common.type).buildCopies(common, copies, primitives)
  return Promise.all(unsigned.map(async ({ input, seal }) => seal(await signer.sign(input))))
}

const proofRule = (type: CredentialType, { clientId }: Access, { url, secrets, primitives }: Issuing, now: number): ProofRule => ({
  audience: url,
  ...(clientId !== undefined && { clientId }),
  algorithms: type.proofAlgorithms,
  now,
  maxAge: NONCE_LIFE,
  maxAhead: MOST_AHEAD,
  checkNonce: onceFor((nonce) => checkNonce(nonce, { purpose: NONCE_PURPOSES.credential, now, maxAge: NONCE_LIFE, mac: secrets.nonce })),
  primitives,
})

/** All proofs of a request mostly have one nonce. */
function onceFor<T>(ask: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>()
  return (key) => {
    const found = known.get(key) ?? ask(key)
    known.set(key, found)
    return found
  }
}

const binding = (holderKey: Jwk | undefined) => (holderKey ? { holderKey } : {})
const reference = (status: StatusReference | undefined) => (status ? { status } : {})

/** The wallet learns that there will be no credential; what is wrong with the data, the log. */
function denied(type: CredentialType, { code, faults }: NoClaims | { code: 'not_accredited'; faults: [] }, log: Log): ProtocolError {
  log.warn({ type: type.name, code, faults }, 'not issued')
  return new ProtocolError('credential_request_denied', 'the institution cannot attest this now')
}
