import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type CallbackContext,
  type ClientAuthenticationCallback,
  calculateJwkThumbprint,
  HashAlgorithm,
  type Jwk,
  type JwtSignerJwk,
  setGlobalConfig,
} from '@openid4vc/oauth2'

// The peer refuses http, also on loopback, unless it is told that this is wanted.
setGlobalConfig({ allowInsecureUrls: true })

const encoding = { dsaEncoding: 'ieee-p1363' } as const
const text = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The version of one of the peer's packages that is installed. */
export function peerVersion(name: 'oauth2' | 'openid4vci'): string {
  const manifest = new URL('../package.json', import.meta.resolve(`@openid4vc/${name}`))
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
}

/** The private keys of the peer, by the public ones it names when it wants something signed. */
const keys = new Map<string, KeyObject>()
const nameOf = ({ x, y }: Jwk): string => `${x}.${y}`

/** A key that the peer may sign with. */
export function peerKey(): JwtSignerJwk {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicJwk = publicKey.export({ format: 'jwk' }) as Jwk
  keys.set(nameOf(publicJwk), privateKey)
  return { method: 'jwk', alg: 'ES256', publicJwk }
}

const refuse = (): never => {
  throw new Error('nothing here is encrypted')
}

/** Signatures, digests and random bytes for `@openid4vc`, which has none of its own. */
export const callbacks: Omit<CallbackContext, 'clientAuthentication'> = {
  hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
  generateRandom: (length) => randomBytes(length),
  signJwt(signer, { header, payload }) {
    if (signer.method !== 'jwk') throw new Error('only keys by value sign here')
    const key = keys.get(nameOf(signer.publicJwk))
    if (key === undefined) throw new Error('the peer signs with a key it does not have')
    const input = `${text(header)}.${text(payload)}`
    const signature = sign('sha256', Buffer.from(input), { key, ...encoding }).toString('base64url')
    return { jwt: `${input}.${signature}`, signerJwk: signer.publicJwk }
  },
  verifyJwt(signer, { compact }) {
    if (signer.method !== 'jwk') return { verified: false }
    const [header, payload, signature = ''] = compact.split('.')
    const key = createPublicKey({ key: signer.publicJwk as object, format: 'jwk' })
    const verified = verify('sha256', Buffer.from(`${header}.${payload}`), { key, ...encoding }, Buffer.from(signature, 'base64url'))
    return verified ? { verified, signerJwk: signer.publicJwk } : { verified }
  },
  encryptJwe: refuse,
  decryptJwe: refuse,
}

/** All callbacks, for a client that says who it is in this way. */
export const callbacksOf = (clientAuthentication: ClientAuthenticationCallback): CallbackContext => ({ ...callbacks, clientAuthentication })

/** RFC 7638, by the peer. */
export const thumbprint = (jwk: Jwk): Promise<string> =>
  calculateJwkThumbprint({ jwk, hashAlgorithm: HashAlgorithm.Sha256, hashCallback: callbacks.hash })
