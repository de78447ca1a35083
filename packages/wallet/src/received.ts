import { type Anchors, type Credential, CredentialError, type Evidence, parseCredential, verify } from '@symbolon/credential'
import type { CredentialConfiguration } from '@symbolon/openid4vc'
import { type Jwk, type Primitives, SdJwtError } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'

/** What was asked for: from whom, which configuration, for which key. */
export interface Expected {
  readonly issuer: string
  readonly configuration: CredentialConfiguration
  /** Absent when no key was sent. */
  readonly key?: Jwk
}

/** What judging needs; `now` in seconds since 1970. */
export interface Judging {
  readonly anchors: Anchors
  readonly evidence: Evidence
  readonly primitives: Primitives
  readonly now: number
}

/** Of all checks those that a fresh credential must pass: it has not been shown yet, and its status list is the verifier's affair. */
const DEMANDED = ['structure', 'signature', 'trust', 'validity']

/** Reads what an issuer sent and refuses it unless it is exactly what was asked for; throws WalletError `credential_refused` with the reason (OpenID4VCI 1.0 section 13.5). */
export async function checkReceived(text: string, expected: Expected, judging: Judging): Promise<Credential> {
  const credential = await parse(text, judging.primitives)
  const { view, binding } = credential
  if (binding !== undefined) throw refused('the issuer sent a presentation with a key binding, not a credential')
  if (view.format !== expected.configuration.format) throw refused('it has another format than was asked for')
  if (view.type !== expected.configuration.type) throw refused('it is of another type than was asked for')
  if (view.issuer !== expected.issuer) throw refused('it names another issuer than the one that sent it')
  if (!sameKey(view.holderKey, expected.key)) throw refused('it is bound to another key than the one that was sent')
  const policy = { types: new Map(), maxStatusAge: 0 }
  const report = await verify(credential, { ...judging, policy })
  for (const id of DEMANDED) {
    const check = report.checks.find((found) => found.id === id)
    if (check?.outcome !== 'pass') throw refused(`${id} ${check?.code ?? 'was not checked'}`)
  }
  return credential
}

const refused = (detail: string, cause?: unknown): WalletError => new WalletError('credential_refused', detail, cause)

async function parse(text: string, primitives: Primitives): Promise<Credential> {
  try {
    return await parseCredential(text, primitives)
  } catch (cause) {
    if (cause instanceof CredentialError || cause instanceof SdJwtError) throw refused(`it is malformed: ${cause.code}`, cause)
    throw cause
  }
}

const sameKey = (one: Jwk | undefined, other: Jwk | undefined): boolean =>
  one === undefined || other === undefined ? one === other : ['kty', 'crv', 'x', 'y'].every((name) => one[name] === other[name])
