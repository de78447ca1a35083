import { createHash, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import type { JsonObject } from '@symbolon/sd-jwt'

/** The version of the peer that is installed. */
export function peerVersion(): string {
  const manifest = new URL('../package.json', import.meta.resolve('@sd-jwt/sd-jwt-vc'))
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
}

/** What the peer can do, in the shape the bench wants. */
export interface SdJwtPeer {
  issue(): Promise<string>
  present(frame: Record<string, boolean>, kb: { payload: { iat: number; aud: string; nonce: string } }): Promise<string>
  verify(presentation: string, nonce: string): Promise<unknown>
}

/**
 * `@sd-jwt/sd-jwt-vc` on WebCrypto, as its examples configure it (`own`: the primitives of `@owf/crypto`), or with synchronous node:crypto (`sync`).
 */
export async function sdJwtPeer(
  kind: 'own' | 'sync',
  issuerKey: KeyObject,
  issuerPublicKey: KeyObject,
  holderKey: KeyObject,
  envelope: JsonObject,
  claims: JsonObject,
): Promise<SdJwtPeer> {
  const instance = new SDJwtVcInstance({
    signAlg: 'ES256',
    kbSignAlg: 'ES256',
    hashAlg: 'sha-256',
    ...(kind === 'own' ? await webCrypto(issuerKey, issuerPublicKey, holderKey) : nodeCrypto(issuerKey, issuerPublicKey, holderKey)),
  })
  const payload = { ...envelope, ...claims, iss: String(envelope.iss), vct: String(envelope.vct) }
  // The type of the frame follows from the type of the payload, which is not known before it runs.
  const frame: object = { _sd: Object.keys(claims) }
  const issue = () => instance.issue(payload, frame)
  const issued = await issue()
  return {
    issue,
    present: (shown, kb) => instance.present(issued, shown, { kb }),
    verify: (presentation, nonce) => instance.verify(presentation, { keyBindingNonce: nonce }),
  }
}

interface Confirmation {
  cnf?: { jwk: object }
}

function nodeCrypto(issuerKey: KeyObject, issuerPublicKey: KeyObject, holderKey: KeyObject) {
  const encoding = { dsaEncoding: 'ieee-p1363' } as const
  const signWith = (key: KeyObject) => (data: string) => sign('sha256', Buffer.from(data), { key, ...encoding }).toString('base64url')
  const verifyWith = (key: KeyObject, data: string, signature: string) =>
    verify('sha256', Buffer.from(data), { key, ...encoding }, Buffer.from(signature, 'base64url'))
  return {
    hasher: (data: string | ArrayBuffer) =>
      createHash('sha256')
        .update(typeof data === 'string' ? data : new Uint8Array(data))
        .digest(),
    saltGenerator: (length: number) => randomBytes(length / 2).toString('hex'),
    signer: signWith(issuerKey),
    verifier: (data: string, signature: string) => verifyWith(issuerPublicKey, data, signature),
    kbSigner: signWith(holderKey),
    kbVerifier: (data: string, signature: string, payload: Confirmation) =>
      verifyWith(createPublicKey({ key: { ...payload.cnf?.jwk }, format: 'jwk' }), data, signature),
  }
}

async function webCrypto(issuerKey: KeyObject, issuerPublicKey: KeyObject, holderKey: KeyObject) {
  const { subtle } = globalThis.crypto
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const encoder = new TextEncoder()
  const importKey = (jwk: object, usage: 'sign' | 'verify') => subtle.importKey('jwk', { ...jwk }, curve, true, [usage])
  const signWith = async (key: KeyObject) => {
    const imported = await importKey(key.export({ format: 'jwk' }), 'sign')
    return async (data: string) => Buffer.from(await subtle.sign(algorithm, imported, encoder.encode(data))).toString('base64url')
  }
  const verifyWith = (key: CryptoKey, data: string, signature: string) =>
    subtle.verify(algorithm, key, Buffer.from(signature, 'base64url'), encoder.encode(data))
  const issuer = await importKey(issuerPublicKey.export({ format: 'jwk' }), 'verify')
  return {
    hasher: async (data: string | ArrayBuffer) =>
      new Uint8Array(await subtle.digest('SHA-256', typeof data === 'string' ? encoder.encode(data) : data)),
    saltGenerator: (length: number) => Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(length / 2))).toString('hex'),
    signer: await signWith(issuerKey),
    verifier: (data: string, signature: string) => verifyWith(issuer, data, signature),
    kbSigner: await signWith(holderKey),
    kbVerifier: async (data: string, signature: string, payload: Confirmation) =>
      verifyWith(await importKey(payload.cnf?.jwk ?? {}, 'verify'), data, signature),
  }
}
