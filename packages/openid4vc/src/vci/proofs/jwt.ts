import { isObject, type Json, type JsonObject, type Jwk, type Jws, parseJws, type SignatureAlgorithm, unsignedJws } from '@symbolon/sd-jwt'
import { ProtocolError } from '../../errors.ts'
import type { ProofRule, ProofType, ProvenKey } from './index.ts'

const TYP = 'openid4vci-proof+jwt'
const LONGEST = 16_384
/** Parameters of a JWK that are private or symmetric (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
/** Other ways to name the key: part of the standard, not announced by us. */
const OTHER_KEYS = ['kid', 'x5c', 'trust_chain', 'key_attestation']

const refused = (description: string, cause?: unknown): ProtocolError => new ProtocolError('invalid_proof', description, cause)

/** The `jwt` proof type (OpenID4VCI 1.0 appendix F.1) with the key as `jwk`, for wallets without a client identifier. */
export const jwt: ProofType = {
  id: 'jwt',
  spec: 'OpenID4VCI 1.0 appendix F.1',
  create({ issuer, jwk, algorithm, nonce, issuedAt }) {
    const { kty, crv = '', x = '', y = '' } = jwk
    const payload: JsonObject = { aud: issuer, iat: issuedAt, ...(nonce !== undefined && { nonce }) }
    return { algorithm, ...unsignedJws({ alg: algorithm, typ: TYP, jwk: { kty, crv, x, y } }, payload) }
  },
  verify,
}

/** One proof, in the order of appendix F.4: what it is, whose it is, for whom, when, and at last the signature. */
async function verify(proof: Json, rule: ProofRule): Promise<ProvenKey> {
  const jws = parse(proof)
  if (jws.header.typ !== TYP) throw refused(`typ must be ${TYP}`)
  const algorithm = rule.algorithms.find((known) => known === jws.header.alg)
  if (algorithm === undefined) throw refused(`alg must be one of ${rule.algorithms.join(', ')}`)
  const jwk = readKey(jws.header, algorithm)
  checkClaims(jws.payload, rule)
  const nonce = await readNonce(jws.payload, rule)
  const key = await importKey(jwk, algorithm, rule)
  if (!(await rule.primitives.verify(algorithm, key, jws.input, jws.signature))) throw refused('the signature does not fit jwk')
  return { jwk, nonce }
}

function parse(proof: Json): Jws {
  if (typeof proof !== 'string' || proof.length > LONGEST) throw refused(`a jwt proof is a string of at most ${LONGEST} characters`)
  try {
    return parseJws(proof)
  } catch (cause) {
    throw refused('the proof is not a JWS in compact form', cause)
  }
}

/** The public key: exactly one way to say it, and ours is `jwk`; only the four members of an EC key are kept. */
function readKey(header: JsonObject, algorithm: SignatureAlgorithm): Jwk {
  const others = OTHER_KEYS.filter((name) => header[name] !== undefined)
  if (header.jwk === undefined) {
    throw refused(
      others.length > 0 ? `the key must be given as jwk; ${others.join(', ')} is not announced by this issuer` : 'jwk is missing',
    )
  }
  if (others.length > 0) throw refused(`the key must be given as jwk alone, without ${others.join(', ')}`)
  const { jwk } = header
  if (!isObject(jwk)) throw refused('jwk must be an object')
  if (PRIVATE.some((name) => Object.hasOwn(jwk, name)))
    throw refused('jwk holds a private member; make a new key, this one is no secret any more')
  const { kty, crv, x, y } = jwk
  if (kty !== 'EC' || typeof crv !== 'string' || typeof x !== 'string' || typeof y !== 'string') {
    throw refused(`jwk must be an EC key for ${algorithm}, with crv, x and y`)
  }
  return { kty, crv, x, y }
}

function checkClaims(payload: JsonObject, rule: ProofRule): void {
  if (payload.iss !== undefined) throw refused('iss must be left out: the access token was obtained without a client identifier')
  if (payload.aud !== rule.audience) throw refused('aud must be the credential issuer identifier, as one string, exactly')
  const { iat } = payload
  if (typeof iat !== 'number') throw refused('iat is missing or no number')
  if (iat < rule.now - rule.maxAge) throw refused(`iat is more than ${rule.maxAge} seconds ago`)
  if (iat > rule.now + rule.maxAhead) throw refused(`iat is more than ${rule.maxAhead} seconds ahead; set the clock of the wallet right`)
}

async function readNonce(payload: JsonObject, rule: ProofRule): Promise<ProvenKey['nonce']> {
  const { nonce } = payload
  if (nonce === undefined) throw refused('nonce is missing; fetch a c_nonce from the nonce endpoint')
  if (typeof nonce !== 'string') throw refused('nonce must be a string')
  return { value: nonce, ...(await rule.checkNonce(nonce)) }
}

async function importKey(jwk: Jwk, algorithm: SignatureAlgorithm, rule: ProofRule) {
  try {
    return await rule.primitives.importKey(jwk, algorithm)
  } catch (cause) {
    throw refused(`jwk is no public key for ${algorithm}`, cause)
  }
}
