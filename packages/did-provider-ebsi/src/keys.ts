import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { UnsignedTransaction } from '@symbolon/ebsi'
import { EbsiError } from '@symbolon/ebsi'
import { type Awaitable, base64url, type Jwk, type Signer } from '@symbolon/sd-jwt'
import { addr, Transaction } from 'micro-eth-signer'

/**
 * The key that writes to the ledger (secp256k1): `sign` answers r||s over the SHA-256 of the data (ES256K), `signTransaction` the
 * signed transaction as hex.
 */
export interface LedgerKey {
  readonly jwk: Jwk
  sign(data: string): Awaitable<Uint8Array>
  signTransaction(transaction: UnsignedTransaction): Awaitable<string>
}

/** The key that signs credentials and presentations (P-256, ES256). */
export interface SigningKey {
  readonly jwk: Jwk
  readonly signer: Signer
}

/** A legal entity that can act: its DID and its two keys. */
export interface Identity {
  readonly did: string
  readonly ledgerKey: LedgerKey
  readonly signingKey: SigningKey
}

export const CURVES = { secp256k1, 'P-256': p256 } as const
export type Curve = keyof typeof CURVES

/** The JWK of a public key in hex, compressed or not; throws `key_of_other_kind` when it is no point of the curve. */
export function jwkOfHex(curve: Curve, publicKeyHex: string): Jwk {
  try {
    const point = CURVES[curve].Point.fromHex(publicKeyHex.replace(/^0x/, '')).toBytes(false)
    return { kty: 'EC', crv: curve, x: base64url.encode(point.subarray(1, 33)), y: base64url.encode(point.subarray(33)) }
  } catch {
    throw new EbsiError('key_of_other_kind', `no point of ${curve}`)
  }
}

/** The uncompressed point of a public JWK: `04`, x, y. */
const pointOf = ({ x = '', y = '' }: Jwk): Uint8Array => Uint8Array.of(4, ...base64url.decode(x), ...base64url.decode(y))

/** The RFC 7638 thumbprint of a public JWK (EC or OKP): in the registry the name of the key. */
export function thumbprint({ crv, kty, x, y }: Jwk): string {
  const required = y === undefined ? { crv, kty, x } : { crv, kty, x, y }
  return base64url.encode(sha256(new TextEncoder().encode(JSON.stringify(required))))
}

/** The address on the ledger: the last 20 bytes of the Keccak-256 of the public key. */
export const addressOf = (jwk: Jwk): string => addr.fromPublicKey(pointOf(jwk))

/**
 * The members `publicKey`, `isSecp256k1` and `vMethodId` of the DID Registry's methods: a point, or the JSON of the JWK, in hex.
 * Throws `key_of_other_kind` for no point of its curve.
 */
export function registryKey(jwk: Jwk): { vMethodId: string; publicKey: string; isSecp256k1: boolean } {
  const isSecp256k1 = jwk.crv === 'secp256k1'
  const { kty, crv, x, y } = jwk
  // What is registered is registered for ever.
  const curve = Object.keys(CURVES).find((name): name is Curve => name === crv)
  if (curve !== undefined) jwkOfHex(curve, pointOf(jwk).toHex())
  const json = new TextEncoder().encode(JSON.stringify(y === undefined ? { kty, crv, x } : { kty, crv, x, y }))
  return { vMethodId: thumbprint(jwk), publicKey: `0x${(isSecp256k1 ? pointOf(jwk) : json).toHex()}`, isSecp256k1 }
}

/** A ledger key whose private key is in this process: 32 bytes. */
export function ledgerKey(privateKey: Uint8Array): LedgerKey {
  return {
    jwk: jwkOfHex('secp256k1', secp256k1.getPublicKey(privateKey).toHex()),
    sign: (data) => secp256k1.sign(new TextEncoder().encode(data), privateKey),
    signTransaction: (transaction) => unsigned(transaction).signBy(privateKey).toHex(),
  }
}

/** A signing key whose private key is in this process: 32 bytes. */
export function signingKey(privateKey: Uint8Array): SigningKey {
  const bytes = (data: string | Uint8Array): Uint8Array => (typeof data === 'string' ? new TextEncoder().encode(data) : data)
  return {
    jwk: jwkOfHex('P-256', p256.getPublicKey(privateKey).toHex()),
    signer: { algorithm: 'ES256', sign: (data) => p256.sign(bytes(data), privateKey, { lowS: false }) },
  }
}

/** The transaction as the ledger has it before it is signed (legacy, with the number of the ledger: EIP-155). */
function unsigned({ to, data, value, nonce, chainId, gasLimit, gasPrice }: UnsignedTransaction) {
  return Transaction.prepare(
    {
      type: 'legacy',
      to: to.toLowerCase(),
      data,
      value: BigInt(value),
      nonce: BigInt(nonce),
      chainId: BigInt(chainId),
      gasLimit: BigInt(gasLimit),
      gasPrice: BigInt(gasPrice),
    },
    false,
  )
}

/** What was signed, its signature apart; throws `transaction_signed_otherwise` unless it is this transaction, signed by its `from`. */
export function readSigned(
  raw: string,
  transaction: UnsignedTransaction,
): { signedRawTransaction: string; r: string; s: string; v: string } {
  try {
    const signed = Transaction.fromHex(raw)
    const { r, s } = signed.raw
    const isAsGiven = signed.removeSignature().toHex() === unsigned(transaction).toHex() && signed.toHex() === raw.toLowerCase()
    if (isAsGiven && r !== undefined && s !== undefined && signed.sender.toLowerCase() === transaction.from.toLowerCase())
      return { signedRawTransaction: raw, r: hex(r), s: hex(s), v: `0x${(signed.v ?? 0n).toString(16)}` }
  } catch {
    // What cannot be read is not what was given; the library's message would quote it.
  }
  throw new EbsiError('transaction_signed_otherwise')
}

const hex = (number: bigint): string => `0x${number.toString(16).padStart(64, '0')}`
