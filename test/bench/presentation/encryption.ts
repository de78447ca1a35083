import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { Jwk } from '@symbolon/sd-jwt'

/** A message to a key on P-256 as `direct_post.jwt` wants it (JWE, ECDH-ES, A256GCM), made as fast as Node can: the load must not be slower than what is measured. */
export function encrypt(text: string, jwk: Jwk & { kid?: string }): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  const header = encoded(JSON.stringify({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid, epk: { kty, crv, x, y } }))
  const key = derived(privateKey, createPublicKey({ key: jwk, format: 'jwk' }))
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(header))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [header, '', encoded(iv), encoded(sealed), encoded(cipher.getAuthTag())].join('.')
}

/** Opens it. */
export function decrypt(jwe: string, privateKey: KeyObject): string {
  const [header = '', , iv = '', sealed = '', tag = ''] = jwe.split('.')
  const { epk } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const key = derived(privateKey, createPublicKey({ key: epk, format: 'jwk' }))
  const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'))
    .setAAD(Buffer.from(header))
    .setAuthTag(Buffer.from(tag, 'base64url'))
  return Buffer.concat([cipher.update(Buffer.from(sealed, 'base64url')), cipher.final()]).toString('utf8')
}

const encoded = (data: string | Buffer): string => Buffer.from(data).toString('base64url')

const lengthOf = (count: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(count)
  return bytes
}
/** The key for A256GCM from both halves (RFC 7518 section 4.6.2); there are no names of parties. */
function derived(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const algorithm = Buffer.from('A256GCM')
  const parts = [
    lengthOf(1),
    diffieHellman({ privateKey, publicKey }),
    lengthOf(algorithm.length),
    algorithm,
    lengthOf(0),
    lengthOf(0),
    lengthOf(256),
  ]
  return hash('sha256', Buffer.concat(parts), 'buffer')
}
