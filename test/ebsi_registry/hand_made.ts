import { Transaction } from 'micro-eth-signer'
import { type Identity, type KeyPair, signJwt } from './identity.ts'
import type { UnsignedTransaction } from './transactions.ts'

/** The parameters of `sendSignedTransaction`, and the hash they make. */
export interface SignedTransaction {
  readonly params: Readonly<Record<'r' | 's' | 'v' | 'signedRawTransaction' | 'protocol', string>> & {
    readonly unsignedTransaction: UnsignedTransaction
  }
  readonly hash: string
}

/** Signs a built transaction as a legacy one with EIP-155, by the library and nothing of the double. */
export function signTransaction(unsigned: UnsignedTransaction, key: KeyPair): SignedTransaction {
  const { to, data, value, nonce, chainId, gasLimit, gasPrice } = unsigned
  const numbers = { value: BigInt(value), nonce: BigInt(nonce), chainId: BigInt(chainId) }
  const prepared = Transaction.prepare(
    { type: 'legacy', to, data, ...numbers, gasLimit: BigInt(gasLimit), gasPrice: BigInt(gasPrice) },
    false,
  )
  const signed = prepared.signBy(Buffer.from(key.privateJwk.d ?? '', 'base64url'))
  const { r = 0n, s = 0n } = signed.raw as { r?: bigint; s?: bigint }
  const hex = (number: bigint): string => `0x${number.toString(16)}`
  return {
    params: {
      protocol: 'eth',
      unsignedTransaction: unsigned,
      r: hex(r),
      s: hex(s),
      v: hex(signed.v ?? 0n),
      signedRawTransaction: signed.toHex(),
    },
    hash: signed.hash,
  }
}

/** The claims of a VP-JWT of the EBSI profile (facts, 7.2). */
export function presentationClaims(holder: string, audience: string, now: number, credentials: readonly string[], nonce: string) {
  return {
    iss: holder,
    sub: holder,
    aud: audience,
    iat: now,
    nbf: now,
    exp: now + 300,
    nonce,
    jti: `urn:uuid:${nonce}`,
    vp: {
      '@context': ['https://www.w3.org/2018/credentials/v1'],
      id: `urn:uuid:${nonce}`,
      type: ['VerifiablePresentation'],
      holder,
      verifiableCredential: credentials,
    },
  }
}

/** A VP-JWT signed by one of the holder's keys. */
export const signPresentation = (identity: Identity, key: KeyPair, claims: object, header: object = {}): string =>
  signJwt(key, { kid: `${identity.did}#${key.kid}`, ...header }, claims)

/** The submission for a scope: one credential for its descriptor, or nothing. */
export function submissionFor(scope: string, holdsCredential: boolean): object {
  const id = `${scope}_credential`
  const path_nested = { id, format: 'jwt_vc', path: '$.vp.verifiableCredential[0]' }
  return {
    id: 'submission',
    definition_id: `${scope}_presentation`,
    descriptor_map: holdsCredential ? [{ id, format: 'jwt_vp', path: '$', path_nested }] : [],
  }
}

/** A key of a DID document as `addVerificationMethod` takes it. */
export function methodParameters(key: KeyPair, publicKey: string): { vMethodId: string; publicKey: string; isSecp256k1: boolean } {
  const isSecp256k1 = key.alg === 'ES256K'
  return {
    vMethodId: key.kid,
    isSecp256k1,
    publicKey: isSecp256k1 ? publicKey : `0x${Buffer.from(JSON.stringify(key.publicJwk)).toString('hex')}`,
  }
}

export const BASE_DOCUMENT = JSON.stringify({
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'],
})
