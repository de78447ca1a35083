import { oauthError } from './answer.ts'
import { checkTermsOfUse, Unverified, verifyAttestation } from './attestation.ts'
import { isDidEbsi } from './base58.ts'
import { documentAt, keyFor } from './did_entries.ts'
import { type PublicJwk, thumbprint } from './identity.ts'
import { type DecodedJwt, decode, isSignedBy } from './jws.ts'
import { jsonObject } from './methods/fields.ts'
import type { Scope } from './scopes.ts'
import { AUTHORISATION, type State } from './state.ts'

/** The longest that a presentation may be valid, in seconds (facts, 3). */
const LONGEST_LIFE = 300
const MOST_CREDENTIALS = 10

function must(condition: boolean, description: string): asserts condition {
  if (!condition) throw oauthError('invalid_request', description)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** All checks on a VP token (facts, 3 and 7.2); answers the holder and the nonce, which it remembers. Throws an OAuth error. */
export async function verifyPresentation(
  state: State,
  scope: Scope,
  token: string,
  submission: string,
): Promise<{ holder: string; nonce: string }> {
  const decoded = decode(token)
  must(decoded !== null, 'vp_token is no JWT')
  const { holder, kid, credentials, expires, notBefore } = readPresentation(state, scope, decoded)
  const described = readSubmission(scope, submission, credentials.length)
  const nonce = readNonce(state, decoded)
  await checkSignature(state, scope, token, decoded, holder, kid)
  const reason = scope.condition(state, holder)
  must(reason === null, reason ?? '')
  for (const [index, credential] of credentials.entries()) {
    try {
      const attestation = await verifyAttestation(state, credential)
      checkTermsOfUse(state, attestation)
      must(attestation.subject === holder, 'the subject of the credential is not the holder')
      must(attestation.notBefore === undefined || attestation.notBefore <= notBefore, 'the presentation begins before the credential')
      must(attestation.expires === undefined || attestation.expires >= expires, 'the presentation ends after the credential')
      const types = scope.descriptor?.types ?? []
      must(index !== described || types.some((type) => attestation.types.includes(type)), 'the credential is not of a type asked for')
    } catch (error) {
      if (error instanceof Unverified) throw oauthError('invalid_request', error.message)
      throw error
    }
  }
  state.nonces.set(nonce, expires)
  return { holder, nonce }
}

function readPresentation(state: State, scope: Scope, { header, payload }: DecodedJwt) {
  const { alg, typ, kid } = header
  must(
    scope.algorithms.some((one) => one === alg),
    `alg must be ${scope.algorithms.join(' or ')}`,
  )
  must(typ === 'JWT' && typeof kid === 'string' && kid.includes('#'), 'typ must be JWT and kid a DID URL')
  const holder = kid.split('#')[0]
  must(isDidEbsi(holder), 'kid is not of a did:ebsi')
  const vp = payload.vp
  must(isObject(vp), 'vp is missing')
  must(Array.isArray(vp['@context']) && vp['@context'][0] === 'https://www.w3.org/2018/credentials/v1', 'the context of vp is another')
  must(Array.isArray(vp.type) && vp.type[0] === 'VerifiablePresentation', 'the type of vp is another')
  must(vp.holder === holder && payload.iss === holder && payload.sub === holder, 'iss, sub and holder must be the DID of kid')
  must(payload.jti === undefined || payload.jti === vp.id, 'jti is not the id of vp')
  must(payload.aud === `${state.origin}${AUTHORISATION}`, 'aud is not this service')
  const { iat, nbf, exp } = payload
  const now = state.now()
  must(typeof iat === 'number' && typeof nbf === 'number' && typeof exp === 'number', 'iat, nbf and exp are required')
  must(nbf <= now && nbf <= exp, 'the presentation is not valid yet')
  must(exp > now, 'the presentation has expired')
  must(exp <= now + LONGEST_LIFE, `exp must be at most ${LONGEST_LIFE} seconds ahead`)
  const credentials = vp.verifiableCredential
  must(Array.isArray(credentials) && credentials.length <= MOST_CREDENTIALS, 'verifiableCredential must be an array')
  return { holder, kid, credentials, expires: exp, notBefore: nbf }
}

/** A nonce that was not used in a presentation that could still be valid. */
function readNonce(state: State, { payload }: DecodedJwt): string {
  const { nonce } = payload
  must(typeof nonce === 'string' && nonce !== '', 'nonce is required')
  const now = state.now()
  for (const [used, until] of state.nonces) if (until < now) state.nonces.delete(used)
  must(!state.nonces.has(nonce), 'nonce was used already')
  return nonce
}

/** The index of the credential that the submission gives for the descriptor; -1 for a scope that asks for none. */
function readSubmission({ name, descriptor }: Scope, text: string, count: number): number {
  const submission = jsonObject(text)
  must(submission !== undefined, 'presentation_submission is no JSON object')
  must(typeof submission.id === 'string' && submission.definition_id === `${name}_presentation`, 'definition_id is another')
  const map = submission.descriptor_map
  must(Array.isArray(map), 'descriptor_map is missing')
  let found = -1
  for (const entry of map) {
    must(isObject(entry) && descriptor !== null && entry.id === descriptor.id, 'descriptor_map has an unknown descriptor')
    must(entry.path === '$' && (entry.format === 'jwt_vp' || entry.format === 'jwt_vp_json'), 'the presentation is described wrongly')
    const nested = entry.path_nested
    must(isObject(nested) && nested.id === descriptor.id, 'path_nested is missing or of another descriptor')
    must(nested.format === 'jwt_vc' || nested.format === 'jwt_vc_json', 'the credential is described wrongly')
    const index = /^\$\.(?:vp\.)?verifiableCredential\[(\d{1,3})\]$/.exec(String(nested.path))?.[1]
    must(index !== undefined && Number(index) < count, 'path_nested leads to no credential')
    found = Number(index)
  }
  must(descriptor === null || found >= 0, 'a required descriptor is missing')
  return found
}

async function checkSignature(
  state: State,
  { holderIsNew }: Scope,
  token: string,
  { header }: DecodedJwt,
  holder: string,
  kid: string,
): Promise<void> {
  if (!holderIsNew) {
    const document = documentAt(state, holder, state.now())
    must(document !== null, 'the holder is not registered')
    const key = keyFor(document, kid, 'authentication')
    must(key !== null, 'kid is not in authentication of the holder')
    must(await isSignedBy(token, key), 'the signature of the presentation does not verify')
    return
  }
  // No document says the key of a DID that is not registered yet: the live service looks no further; a key that comes along is looked at.
  if (header.jwk === undefined) return
  const jwk = header.jwk as PublicJwk
  must(thumbprint(jwk) === kid.split('#')[1], 'kid is not the thumbprint of jwk')
  must(await isSignedBy(token, jwk), 'the signature of the presentation does not verify')
}
