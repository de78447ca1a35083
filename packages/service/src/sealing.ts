import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'

const IV = 12
const TAG = 16

/** A key for one purpose, derived from the one secret of a service (HKDF-SHA-256, RFC 5869); the secret is text with at least 256 random bits. */
export const deriveKey = (secret: string, service: string, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `symbolon ${service} ${purpose}`, 32)))

/** Encrypts a text (AES-256-GCM), bound to the row it stands in. */
export function seal(key: KeyObject, id: string, text: string): string {
  const iv = randomBytes(IV)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id))
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Opens what was sealed for that row; throws when it is another's, or a single bit was changed. */
export function unseal(key: KeyObject, id: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG }).setAAD(Buffer.from(id))
  cipher.setAuthTag(bytes.subarray(-TAG))
  return Buffer.concat([cipher.update(bytes.subarray(IV, -TAG)), cipher.final()]).toString('utf8')
}
