import { type Json, type JsonObject, type Jwk, type Jws, parseJws, type SignatureAlgorithm, unsignedJws } from '@symbolon/sd-jwt'
import { readTime } from '../../oauth/jwt.ts'
import type { Once } from '../../oauth/once.ts'
import type { ProofRule, ProofType, ProvenKey } from './index.ts'
import { readKey } from './keys/index.ts'
import { refusedProof } from './refused.ts'

const TYP = 'openid4vci-proof+jwt'
const LONGEST = 16_384
/** Parts of the standard that we do not speak: to pass over what a wallet says of its keys would be to answer another request. */
const NOT_SPOKEN = ['key_attestation', 'trust_chain']

/** The `jwt` proof type (OpenID4VCI 1.0 appendix F.1); our own proofs give the key as `jwk`. */
export const jwt: ProofType = {
  id: 'jwt',
  spec: 'OpenID4VCI 1.0 appendix F.1',
  create({ issuer, clientId, jwk, algorithm, nonce, issuedAt }) {
    const { kty, crv = '', x = '', y = '' } = jwk
    const named = clientId === undefined ? {} : { iss: clientId }
    const payload: JsonObject = { ...named, aud: issuer, iat: issuedAt, ...(nonce !== undefined && { nonce }) }
    return { algorithm, ...unsignedJws({ alg: algorithm, typ: TYP, jwk: { kty, crv, x, y } }, payload) }
  },
  verify,
}

/** One proof, in the order of appendix F.4: what it is, whose it is, for whom, when, and at last the signature. */
async function verify(proof: Json, rule: ProofRule): Promise<ProvenKey> {
  const jws = parse(proof)
  if (jws.header.typ !== TYP) throw refusedProof(`typ must be ${TYP}`)
  const algorithm = rule.algorithms.find((known) => known === jws.header.alg)
  if (algorithm === undefined) throw refusedProof(`alg must be one of ${rule.algorithms.join(', ')}`)
  for (const name of NOT_SPOKEN) {
    if (Object.hasOwn(jws.header, name)) throw refusedProof(`${name} must be left out: it is not announced by this issuer`)
  }
  const jwk = readKey(jws.header)
  checkClaims(jws.payload, rule)
  const nonce = await readNonce(jws.payload, rule)
  const key = await importKey(jwk, algorithm, rule)
  if (!(await rule.primitives.verify(algorithm, key, jws.input, jws.signature))) throw refusedProof('the signature does not fit the key')
  return { jwk, nonce }
}

function parse(proof: Json): Jws {
  if (typeof proof !== 'string' || proof.length > LONGEST) throw refusedProof(`a jwt proof is a string of at most ${LONGEST} characters`)
  try {
    return parseJws(proof)
  } catch (cause) {
    throw refusedProof('the proof is not a JWS in compact form', cause)
  }
}

function checkClaims(payload: JsonObject, rule: ProofRule): void {
  if (rule.clientId === undefined && payload.iss !== undefined) {
    throw refusedProof('iss must be left out: the access token was obtained without a client identifier')
  }
  if (payload.iss !== undefined && payload.iss !== rule.clientId) throw refusedProof('iss must be the client identifier, or be left out')
  if (payload.aud !== rule.audience) throw refusedProof('aud must be the credential issuer identifier, as one string, exactly')
  const iat = readTime(payload, 'iat', refusedProof)
  if (iat === undefined) throw refusedProof('iat is missing')
  if (iat < rule.now - rule.maxAge) throw refusedProof(`iat is more than ${rule.maxAge} seconds ago`)
  if (iat > rule.now + rule.maxAhead)
    throw refusedProof(`iat is more than ${rule.maxAhead} seconds ahead; set the clock of the wallet right`)
  // No proof needs them; of one that has them they hold (RFC 7519 sections 4.1.4, 4.1.5).
  const [exp = Number.POSITIVE_INFINITY, nbf = iat] = ['exp', 'nbf'].map((name) => readTime(payload, name, refusedProof))
  if (exp <= rule.now) throw refusedProof('exp is over')
  if (nbf > rule.now + rule.maxAhead) throw refusedProof(`nbf is more than ${rule.maxAhead} seconds ahead`)
}

async function readNonce(payload: JsonObject, rule: ProofRule): Promise<Once> {
  const { nonce } = payload
  if (nonce === undefined) throw refusedProof('nonce is missing; fetch a c_nonce from the nonce endpoint')
  if (typeof nonce !== 'string') throw refusedProof('nonce must be a string')
  return { value: nonce, ...(await rule.checkNonce(nonce)) }
}

async function importKey(jwk: Jwk, algorithm: SignatureAlgorithm, rule: ProofRule) {
  try {
    return await rule.primitives.importKey(jwk, algorithm)
  } catch (cause) {
    throw refusedProof(`the key is no public key for ${algorithm}`, cause)
  }
}
