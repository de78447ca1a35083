import { isObject, type Json, type Jwk, parseJson, SdJwtError } from '@symbolon/sd-jwt'
import { readEcJwk } from '../trust/ec_jwk.ts'
import { base58, toBase58 } from './base58.ts'
import { type DidMethod, malformed } from './did_method.ts'
import { decompress } from './p256.ts'

/** No key that we read is longer: a P-521 key as JSON, in base58. */
const LONGEST = 512

/** What stands before the key: its kind, a number of the Multicodec table as unsigned varint. */
const JWK_JCS_PUB = [0xd1, 0xd6, 0x03] as const
const CODECS = [
  { name: 'p256-pub', prefix: [0x80, 0x24], key: p256 },
  { name: 'jwk_jcs-pub', prefix: JWK_JCS_PUB, key: canonicalJwk },
] as const satisfies readonly { name: string; prefix: readonly number[]; key: (bytes: Uint8Array) => Jwk }[]

/** The kinds of `did:key` that we read, by their names in the Multicodec table. */
export type DidKeyCodec = (typeof CODECS)[number]['name']

/** The public key after its kind, in base58btc; the name of the key is the identifier once more. */
export const didKey: DidMethod = {
  id: 'did:key',
  spec: 'did:key method specification, Document Creation',
  fragment: (identifier) => identifier,
  key(identifier, fragment) {
    if (fragment !== identifier) throw malformed('the only key of a did:key has the name of the DID')
    return readDidKey(`did:key:${identifier}`).jwk
  },
}

/** The key that a `did:key` is, and the kind it is written in; throws `CredentialError` (`did_malformed`) with what is wrong. */
export function readDidKey(did: string): { codec: DidKeyCodec; jwk: Jwk } {
  const [, identifier] = /^did:key:(.*)$/s.exec(did) ?? []
  if (identifier === undefined) throw malformed('it is no did:key')
  if (!identifier.startsWith('z')) throw malformed('it is not in base58btc')
  if (identifier.length > LONGEST) throw malformed(`it has more than ${LONGEST} characters`)
  const bytes = base58(identifier.slice(1))
  if (bytes === null) throw malformed('it is not in base58btc')
  if (hasLongVarint(bytes)) throw malformed('the number of its kind is written with more bytes than it needs')
  const codec = CODECS.find(({ prefix }) => prefix.every((byte, at) => bytes[at] === byte))
  if (codec === undefined) throw malformed('its key is neither of P-256 nor a JWK (jwk_jcs-pub)')
  return { codec: codec.name, jwk: codec.key(bytes.subarray(codec.prefix.length)) }
}

/** A last byte of zero adds nothing to the number before it (Multiformats unsigned varint): one key would have several DIDs. */
function hasLongVarint(bytes: Uint8Array): boolean {
  const last = bytes.findIndex((byte) => byte < 0x80)
  return last > 0 && bytes[last] === 0
}

/**
 * The did:key of a public EC key in the form that EBSI gives natural persons (`jwk_jcs-pub`): one key has one.
 *
 * Throws `CredentialError` (`did_malformed`) for what is no public key of P-256, P-384 or P-521.
 */
export function didKeyOf(key: Jwk): string {
  const jwk = readEcJwk(JSON.parse(JSON.stringify(key)))
  if (typeof jwk === 'string') throw malformed(jwk)
  return `did:key:z${toBase58(Uint8Array.from([...JWK_JCS_PUB, ...new TextEncoder().encode(canonical(jwk))]))}`
}

/** The required members alone, in order (RFC 8785, RFC 7638 section 3.2). */
const canonical = ({ crv, kty, x, y }: Jwk): string => JSON.stringify({ crv, kty, x, y })

/** `p256-pub`: the point, compressed. */
function p256(bytes: Uint8Array): Jwk {
  const jwk = decompress(bytes)
  if (jwk === null) throw malformed('it is no compressed point of P-256')
  return jwk
}

/** `jwk_jcs-pub`: the JWK with the required members alone, in canonical form (RFC 8785), so that a key has one DID. */
function canonicalJwk(bytes: Uint8Array): Jwk {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const value = parse(text)
  const jwk = isObject(value) ? readEcJwk(value) : 'it is no JSON object'
  // Wallets in use wrote such keys; read leniently, one key would have several DIDs (packages/ebsi/README.md).
  if (isObject(value) && [value.x, value.y].some(isStandardBase64))
    throw malformed('its coordinates are in standard base64, not in base64url')
  if (typeof jwk === 'string') throw malformed(jwk)
  if (canonical(jwk) !== text) throw malformed('it is not the canonical form of a JWK with crv, kty, x and y')
  return jwk
}

const isStandardBase64 = (value: Json | undefined): boolean =>
  typeof value === 'string' && /^[A-Za-z0-9+/]*[+/=][A-Za-z0-9+/=]*$/.test(value)

function parse(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof SdJwtError) throw malformed('it holds no JSON')
    throw error
  }
}
