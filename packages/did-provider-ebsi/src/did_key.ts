import { ed25519 } from '@noble/curves/ed25519.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { base58 } from '@symbolon/credential'
import { DID_DOCUMENT_TYPE } from '@symbolon/ebsi'
import { base64url, type JsonObject, type Jwk, parseJsonObject, SdJwtError } from '@symbolon/sd-jwt'
import type { DIDDocument, DIDResolutionResult, DIDResolver } from 'did-resolver'
import { DID_DOCUMENT_TYPES } from './documents.ts'
import { CONTEXT, failure, success } from './resolution.ts'

/** What a did:key of a JWK begins with (Multicodec `jwk_jcs-pub`). */
const CODEC = [0xd1, 0xd6, 0x03]
/** Base58 costs the square of the length; the key of P-256 has 178 characters, one of RSA with 4096 bits has 985. */
const LONGEST = 1024

/**
 * The entry `key` for a `did-resolver`: natural persons' keys of the EBSI profile (`jwk_jcs-pub`); every other kind of did:key goes
 * to `other`, which without it is an `unsupportedDidMethod`.
 *
 * The document is made from the DID; nothing is fetched. A key has one spelling, the canonical one of its required members (RFC 7638
 * section 3.2, RFC 8785), and is a point of its curve: else `invalidDid`.
 */
export function getKeyResolver(other?: { key: DIDResolver }): { key: DIDResolver } {
  return {
    async key(did, parsed, resolver, options): Promise<DIDResolutionResult> {
      const { id } = parsed
      const bytes = id.startsWith('z') && id.length <= LONGEST ? base58(id.slice(1)) : null
      if (bytes === null || !CODEC.every((byte, at) => bytes[at] === byte))
        return other === undefined ? failure('unsupportedDidMethod') : other.key(did, parsed, resolver, options)
      const accept = options.accept ?? DID_DOCUMENT_TYPE
      if (!DID_DOCUMENT_TYPES.includes(accept)) return failure('representationNotSupported')
      const jwk = readKey(bytes.subarray(CODEC.length))
      return jwk === null ? failure('invalidDid') : success(keyDocument(did, id, jwk, accept), accept)
    },
  }
}

/** The kinds of key: the members that each requires, in their order, and whether they are such a key. */
const KINDS: Readonly<Record<string, { readonly members: readonly string[]; isKey(jwk: Readonly<Record<string, string>>): boolean }>> = {
  EC: { members: ['crv', 'kty', 'x', 'y'], isKey: ({ crv = '', x = '', y = '' }) => isPoint(crv, bytesOf(x), bytesOf(y)) },
  OKP: { members: ['crv', 'kty', 'x'], isKey: ({ crv = '', x = '' }) => isEdwardsKey(crv, bytesOf(x)) },
  RSA: {
    members: ['e', 'kty', 'n'],
    isKey: ({ e = '', n = '' }) => isModulus(bytesOf(n)) && (bytesOf(e).at(-1) ?? 0) % 2 === 1 && bytesOf(e)[0] !== 0,
  },
}
const WEIERSTRASS = { 'P-256': p256, 'P-384': p384, 'P-521': p521, secp256k1 }

const bytesOf = (text: string): Uint8Array => base64url.decode(text)

function isPoint(crv: string, x: Uint8Array, y: Uint8Array): boolean {
  const curve = Object.entries(WEIERSTRASS).find(([name]) => name === crv)?.[1]
  return curve !== undefined && x.length === curve.Point.Fp.BYTES && curve.utils.isValidPublicKey(Uint8Array.of(4, ...x, ...y), false)
}

function isEdwardsKey(crv: string, x: Uint8Array): boolean {
  return x.length === 32 && (crv === 'X25519' || (crv === 'Ed25519' && ed25519.utils.isValidPublicKey(x)))
}

/** 2048 to 4096 bits, written without zeros before it. */
const isModulus = (n: Uint8Array): boolean => n.length >= 256 && n.length <= 512 && n[0] !== 0 && (n.at(-1) ?? 0) % 2 === 1

/** The key in the bytes, null unless they are the one spelling of it. */
function readKey(bytes: Uint8Array): Jwk | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const found: JsonObject = parseJsonObject(text)
    const { members, isKey } = KINDS[String(found.kty)] ?? { members: [], isKey: () => false }
    const jwk = Object.fromEntries(members.map((name) => [name, String(found[name])]))
    return JSON.stringify(jwk) === text && isKey(jwk) ? { ...jwk, kty: String(found.kty) } : null
  } catch (error) {
    if (error instanceof SdJwtError || error instanceof TypeError) return null
    throw error
  }
}

function keyDocument(did: string, id: string, jwk: Jwk, accept: string): DIDDocument {
  const kid = `${did}#${id}`
  return {
    ...(accept === DID_DOCUMENT_TYPE ? { '@context': CONTEXT } : {}),
    id: did,
    verificationMethod: [{ id: kid, type: 'JsonWebKey2020', controller: did, publicKeyJwk: { ...jwk } }],
    authentication: [kid],
    assertionMethod: [kid],
    capabilityInvocation: [kid],
    capabilityDelegation: [kid],
  }
}
