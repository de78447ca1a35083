import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { SDJwtInstance } from '@sd-jwt/core'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { primitives, signer } from '@symbolon/primitives/node'
import {
  base64url,
  type ConcealedPath,
  compileFrame,
  conceal,
  type DigestTotal,
  type JsonObject,
  type Jwk,
  keyBindingJws,
  parseSdJwt,
  serialize,
  unsignedJws,
  type VerifySdJwtOptions,
} from '@symbolon/sd-jwt'

/** The clock of these tests: seconds since 1970. */
export const NOW = 1_800_000_000
export const AUDIENCE = 'https://verifier.example'
export const NONCE = 'pS3wqYXcI0b1UjEYHq4r1g'

const encoding = { dsaEncoding: 'ieee-p1363' } as const
const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { x, y } = holder.publicKey.export({ format: 'jwk' })

/** The holder key, as an issuer names it. */
export const CNF = { jwk: { kty: 'EC', crv: 'P-256', x: String(x), y: String(y) } }

const signWith = (key: KeyObject) => (data: string) => sign('sha256', Buffer.from(data), { key, ...encoding }).toString('base64url')
const verifyWith = (key: KeyObject, data: string, signature: string) =>
  verify('sha256', Buffer.from(data), { key, ...encoding }, Buffer.from(signature, 'base64url'))

const configuration = {
  hasher: (data: string | ArrayBuffer, algorithm: string) =>
    createHash(algorithm.replace('-', ''))
      .update(typeof data === 'string' ? data : new Uint8Array(data))
      .digest(),
  hashAlg: 'sha-256',
  saltGenerator: () => randomBytes(16).toString('base64url'),
  signer: signWith(issuer.privateKey),
  signAlg: 'ES256',
  verifier: (data: string, signature: string) => verifyWith(issuer.publicKey, data, signature),
  kbSigner: signWith(holder.privateKey),
  kbSignAlg: 'ES256',
  kbVerifier: (data: string, signature: string, payload: { cnf?: { jwk: object } }) =>
    verifyWith(createPublicKey({ key: { ...payload.cnf?.jwk }, format: 'jwk' }), data, signature),
} as const

/** `@sd-jwt/core` and `@sd-jwt/sd-jwt-vc` with our keys. */
export const core = new SDJwtInstance(configuration)
export const vc = new SDJwtVcInstance(configuration)

/** Whether `@sd-jwt/sd-jwt-vc` accepts a presentation with the nonce of these tests. */
export async function peerAccepts(text: string, nonce: string | undefined = NONCE): Promise<boolean> {
  return vc.verify(text, { currentDate: NOW, ...(nonce !== undefined && { keyBindingNonce: nonce }) }).then(
    () => true,
    () => false,
  )
}

const issuerSigner = signer(issuer.privateKey, 'ES256')
const holderSigner = signer(holder.privateKey, 'ES256')

/** How we verify in these tests. */
export const options: VerifySdJwtOptions = {
  key: await primitives.importKey(issuer.publicKey.export({ format: 'jwk' }) as Jwk, 'ES256'),
  algorithms: ['ES256'],
  primitives,
  now: NOW,
  typ: 'dc+sd-jwt',
  required: ['vct'],
  permanent: ['iss', 'nbf', 'exp', 'cnf', 'vct', 'vct#integrity', 'aka_vcts', 'status'],
  keyBinding: { audience: AUDIENCE, nonce: NONCE },
}

/** What stands in every credential of these tests. */
export const ENVELOPE = { iss: 'https://issuer.example', iat: NOW - 60, vct: 'https://issuer.example/vct/a', cnf: CNF }

/** A JWS by the issuer over anything. */
export async function issuerSigns(payload: JsonObject, header: JsonObject = { alg: 'ES256', typ: 'dc+sd-jwt' }): Promise<string> {
  const jws = unsignedJws(header, payload)
  return jws.seal(await issuerSigner.sign(jws.input))
}

/** An SD-JWT VC, issued by us. */
export async function issue(claims: JsonObject, concealed: readonly ConcealedPath[], totals: readonly DigestTotal[] = []): Promise<string> {
  const { payload, disclosures } = await conceal(claims, compileFrame(concealed, totals), primitives)
  return serialize(await issuerSigns({ ...ENVELOPE, _sd_alg: 'sha-256', ...payload }), disclosures)
}

/** An SD-JWT whose issuer refers to any disclosures. */
export async function craft(disclosures: readonly string[], header?: JsonObject): Promise<string> {
  const digests = await Promise.all(disclosures.map((text) => primitives.digest('sha-256', text)))
  return serialize(await issuerSigns({ ...ENVELOPE, _sd: digests }, header), disclosures)
}

/** A disclosure of one member. */
export const disclosure = (name: string, value: string | number): string =>
  base64url.encodeText(JSON.stringify(['c2FsdHNhbHRzYWx0c2FsdA', name, value]))

/** The key binding of the holder appended; `change` replaces parts of it before it is signed. */
export async function bind(presented: string, change: { header?: JsonObject; payload?: JsonObject } = {}): Promise<string> {
  const binding = { audience: AUDIENCE, nonce: NONCE, issuedAt: NOW - 5, presented, hash: 'sha-256', algorithm: 'ES256' } as const
  const made = await keyBindingJws(binding, primitives)
  const { header, payload } = parseSdJwt(`${made.seal(new Uint8Array(64))}~`).jwt
  const jws = unsignedJws(change.header ?? header, { ...payload, ...change.payload })
  return presented + jws.seal(await holderSigner.sign(jws.input))
}
