import { createHash, createPrivateKey, createPublicKey, ECDH, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { addr } from 'micro-eth-signer'
import { didEbsi } from './base58.ts'

/** The public members of an elliptic-curve key. */
export interface PublicJwk {
  readonly kty: string
  readonly crv: string
  readonly x: string
  readonly y?: string
}

/** A key pair; `kid` is the fragment: the thumbprint of the public key (RFC 7638). */
export interface KeyPair {
  readonly alg: 'ES256' | 'ES256K'
  readonly kid: string
  readonly publicJwk: PublicJwk
  readonly privateJwk: JsonWebKey
  readonly privateKey: KeyObject
}

/** A legal entity with the two keys of a registered DID document: the ledger's (secp256k1) and the one that signs credentials (P-256). */
export interface Identity {
  readonly did: string
  readonly ledgerKey: KeyPair
  readonly signingKey: KeyPair
  /** Of the ledger key, in lower case. */
  readonly address: string
  /** Of the ledger key, `0x04` and the two coordinates. */
  readonly publicKey: string
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

export function createIdentity(bytes: Uint8Array = randomBytes(16)): Identity {
  const ledgerKey = keyPair('ES256K')
  const publicKey = uncompressed(ledgerKey.publicJwk)
  return { did: didEbsi(bytes), ledgerKey, signingKey: keyPair('ES256'), address: addressOf(ledgerKey.publicJwk), publicKey }
}

const CURVES = { ES256: 'P-256', ES256K: 'secp256k1' } as const

export function keyPair(alg: 'ES256' | 'ES256K'): KeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: CURVES[alg] })
  const privateJwk = privateKey.export({ format: 'jwk' })
  const publicJwk = publicOf(privateJwk)
  return { alg, kid: thumbprint(publicJwk), publicJwk, privateJwk, privateKey }
}

/** A key pair again from its private JWK. */
export function keyPairOf(privateJwk: JsonWebKey): KeyPair {
  const publicJwk = publicOf(privateJwk)
  const alg = publicJwk.crv === 'secp256k1' ? 'ES256K' : 'ES256'
  return { alg, kid: thumbprint(publicJwk), publicJwk, privateJwk, privateKey: createPrivateKey({ key: privateJwk, format: 'jwk' }) }
}

function publicOf({ kty = '', crv = '', x = '', y }: JsonWebKey): PublicJwk {
  return { kty, crv, x, ...(y === undefined ? {} : { y }) }
}

/** SHA-256 over the required members in lexicographic order (RFC 7638 section 3.2; RFC 8037 section 2). */
export function thumbprint({ kty, crv, x, y }: PublicJwk): string {
  const canonical = y === undefined ? JSON.stringify({ crv, kty, x }) : JSON.stringify({ crv, kty, x, y })
  return createHash('sha256').update(canonical).digest('base64url')
}

export function uncompressed({ x, y = '' }: PublicJwk): string {
  return `0x04${Buffer.from(x, 'base64url').toString('hex')}${Buffer.from(y, 'base64url').toString('hex')}`
}

/** The JWK of a secp256k1 point, `0x04...` or compressed; null when it is no point of that curve. */
export function secp256k1Jwk(hex: string): PublicJwk | null {
  try {
    const point = Buffer.from(hex.replace(/^0x/, ''), 'hex')
    const full = ECDH.convertKey(point, 'secp256k1', undefined, undefined, 'uncompressed')
    if (typeof full === 'string') return null
    const jwk = {
      kty: 'EC',
      crv: 'secp256k1',
      x: full.subarray(1, 33).toString('base64url'),
      y: full.subarray(33).toString('base64url'),
    }
    createPublicKey({ key: jwk, format: 'jwk' })
    return jwk
  } catch {
    return null
  }
}

/** The last 20 bytes of Keccak-256 of the uncompressed key, in lower case (facts, 4). */
export const addressOf = (jwk: PublicJwk): string => addr.fromPublicKey(uncompressed(jwk)).toLowerCase()

/** A compact JWS with `alg` and `typ: "JWT"` in its header, and what else is given. */
export function signJwt(key: KeyPair, header: object, payload: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part({ alg: key.alg, typ: 'JWT', ...header })}.${part(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}
