import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type CallbackContext,
  type ClientAuthenticationCallback,
  calculateJwkThumbprint,
  HashAlgorithm,
  type JweEncryptor,
  type Jwk,
  type JwtSigner,
  type JwtSignerDid,
  type JwtSignerJwk,
  type JwtSignerX5c,
  setGlobalConfig,
} from '@openid4vc/oauth2'
import { CompactEncrypt, compactDecrypt, importJWK } from 'jose'

// The peer refuses http, also on loopback, unless it is told that this is wanted.
setGlobalConfig({ allowInsecureUrls: true })

const encoding = { dsaEncoding: 'ieee-p1363' } as const
const text = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')

/** The version of one of the peer's packages that is installed. */
export function peerVersion(name: 'oauth2' | 'openid4vci' | 'openid4vp'): string {
  const manifest = new URL('../package.json', import.meta.resolve(`@openid4vc/${name}`))
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
}

/** The private keys of the peer, by what it names when it wants something signed or opened. */
const keys = new Map<string, KeyObject>()

function nameOf(signer: JwtSigner): string {
  switch (signer.method) {
    case 'jwk':
      return `${signer.publicJwk.x}.${signer.publicJwk.y}`
    case 'x5c':
      return String(signer.x5c[0])
    case 'did':
      return signer.didUrl
    default:
      throw new Error('nobody signs like that here')
  }
}

/** A key that the peer may sign with, and open what is encrypted to it. */
export function peerKey(): JwtSignerJwk {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = { method: 'jwk', alg: 'ES256', publicJwk: publicKey.export({ format: 'jwk' }) as Jwk } as const
  keys.set(nameOf(signer), privateKey)
  return signer
}

/** The key of a certificate, in a file with both. */
export function certifiedKey(file: string): JwtSignerX5c {
  const pem = readFileSync(file, 'utf8')
  const signer = { method: 'x5c', alg: 'ES256', x5c: [new X509Certificate(pem).raw.toString('base64')] } as const
  keys.set(nameOf({ ...signer, x5c: [...signer.x5c] }), createPrivateKey(pem))
  return { ...signer, x5c: [...signer.x5c] }
}

/** A key that is a DID. */
export function didKey(): JwtSignerDid {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = { method: 'did', alg: 'ES256', didUrl: `did:jwk:${text(publicKey.export({ format: 'jwk' }))}#0` } as const
  keys.set(nameOf(signer), privateKey)
  return signer
}

/** Signs anything with one of the peer's keys. */
export function peerSigns(signer: JwtSigner, input: string): string {
  const key = keys.get(nameOf(signer))
  if (key === undefined) throw new Error('the peer signs with a key it does not have')
  return sign('sha256', Buffer.from(input), { key, ...encoding }).toString('base64url')
}

/** The public key that a signer names. */
function publicKeyOf(signer: JwtSigner): KeyObject | undefined {
  switch (signer.method) {
    case 'jwk':
      return createPublicKey({ key: signer.publicJwk as object, format: 'jwk' })
    case 'x5c':
      return new X509Certificate(bytes(String(signer.x5c[0]))).publicKey
    case 'did':
      return createPublicKey({ key: JSON.parse(bytes(signer.didUrl.slice('did:jwk:'.length, -2)).toString()), format: 'jwk' })
    default:
      return undefined
  }
}

async function encrypt({ publicJwk, alg, enc, apu, apv }: JweEncryptor, data: string) {
  const jwe = new CompactEncrypt(Buffer.from(data)).setProtectedHeader({
    alg,
    enc,
    ...(publicJwk.kid !== undefined && { kid: publicJwk.kid }),
  })
  jwe.setKeyManagementParameters({ ...(apu !== undefined && { apu: bytes(apu) }), ...(apv !== undefined && { apv: bytes(apv) }) })
  return { jwe: await jwe.encrypt(await importJWK({ ...publicJwk } as never, alg)), encryptionJwk: publicJwk }
}

async function decrypt(jwe: string, jwk?: Jwk) {
  const key = jwk && keys.get(nameOf({ method: 'jwk', alg: 'ES256', publicJwk: jwk }))
  if (key === undefined || jwk === undefined) return { decrypted: false } as const
  const { plaintext } = await compactDecrypt(jwe, key)
  return { decrypted: true, decryptionJwk: jwk, payload: Buffer.from(plaintext).toString() } as const
}

/** Signatures, encryption, digests and random bytes for `@openid4vc`, which has none of its own. */
export const callbacks: Omit<CallbackContext, 'clientAuthentication'> = {
  hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
  generateRandom: (length) => randomBytes(length),
  signJwt(signer, { header, payload }) {
    const input = `${text(header)}.${text(payload)}`
    const signerJwk = publicKeyOf(signer)?.export({ format: 'jwk' }) as Jwk
    return { jwt: `${input}.${peerSigns(signer, input)}`, signerJwk }
  },
  verifyJwt(signer, { compact }) {
    const [header, payload, signature = ''] = compact.split('.')
    const key = publicKeyOf(signer)
    if (key === undefined) return { verified: false }
    const verified = verify('sha256', Buffer.from(`${header}.${payload}`), { key, ...encoding }, bytes(signature))
    return verified ? { verified, signerJwk: key.export({ format: 'jwk' }) as Jwk } : { verified }
  },
  encryptJwe: encrypt,
  decryptJwe: (jwe, options) => decrypt(jwe, options?.jwk),
  getX509CertificateMetadata(certificate) {
    const names = (new X509Certificate(bytes(certificate)).subjectAltName ?? '').split(', ')
    const of = (kind: string) => names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length))
    return { sanDnsNames: of('DNS:'), sanUriNames: of('URI:') }
  },
}

/** All callbacks, for a client that says who it is in this way. */
export const callbacksOf = (clientAuthentication: ClientAuthenticationCallback): CallbackContext => ({ ...callbacks, clientAuthentication })

/** RFC 7638, by the peer. */
export const thumbprint = (jwk: Jwk): Promise<string> =>
  calculateJwkThumbprint({ jwk, hashAlgorithm: HashAlgorithm.Sha256, hashCallback: callbacks.hash })
