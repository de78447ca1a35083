import {
  type ConcealedPath,
  compileFrame,
  conceal,
  type Disclosure,
  type HashAlgorithm,
  type JsonObject,
  keyBindingJws,
  type Primitives,
  parseSdJwt,
  reveal,
  type Signer,
  select,
  serialize,
  unsignedJws,
  type VerifySdJwtOptions,
} from '@symbolon/sd-jwt'
import { type KeyPair, keyPair, type SETS } from './sets.ts'

/** The clock of these tests: seconds since 1970. */
export const NOW = 1_800_000_000
export const AUDIENCE = 'x509_san_dns:verifier.example'
export const NONCE = 'J7ySkBi5w1lyOGzIkfC3ZQ'

/** Somebody who issues, somebody who holds, and what both compute with. */
export interface Cast {
  readonly primitives: Primitives
  readonly issuer: KeyPair
  readonly holder: KeyPair
  readonly issuerSigner: Signer
  readonly holderSigner: Signer
}

/** A cast over one set of primitives. */
export async function castOf({ primitives, signer }: (typeof SETS)[number]): Promise<Cast> {
  const issuer = keyPair()
  const holder = keyPair()
  return {
    primitives,
    issuer,
    holder,
    issuerSigner: await signer(issuer.privateJwk, 'ES256'),
    holderSigner: await signer(holder.privateJwk, 'ES256'),
  }
}

/** Claims of every shape: plain, concealed, nested, concealed inside concealed, elements of arrays. */
export const CLAIMS: JsonObject = {
  iss: 'https://issuer.example',
  iat: NOW - 86_400,
  nbf: NOW - 86_400,
  exp: NOW + 86_400,
  given_name: 'Zoë',
  family_name: 'Peeters',
  address: { street: 'Dorpsstraat 12', locality: 'Gent', country: 'BE' },
  statutes: [{ code: 'A', since: '2021-01-01' }, { code: 'B', since: '2022-01-01' }, { code: 'C' }],
  nationalities: ['BE', 'FR'],
}

/** What of them is concealed. */
export const CONCEALED: readonly ConcealedPath[] = [
  { path: ['given_name'] },
  { path: ['family_name'] },
  { path: ['address'] },
  { path: ['address', 'street'] },
  { path: ['address', 'locality'] },
  { path: ['statutes', null] },
  { path: ['statutes', null, 'since'], optional: true },
  { path: ['nationalities', null] },
]

/** Signs claims as an issuer; `header` and `payload` are what a test changes. */
export async function issue(
  cast: Cast,
  change: {
    claims?: JsonObject
    concealed?: readonly ConcealedPath[]
    header?: JsonObject
    hash?: HashAlgorithm
    payload?: (payload: JsonObject) => JsonObject
  } = {},
): Promise<string> {
  const { x, y } = cast.holder.publicJwk
  const claims = { cnf: { jwk: { kty: 'EC', crv: 'P-256', x: String(x), y: String(y) } }, ...(change.claims ?? CLAIMS) }
  const { payload, disclosures } = await conceal(claims, compileFrame(change.concealed ?? CONCEALED), cast.primitives, change.hash)
  if (change.hash !== undefined) payload._sd_alg = change.hash
  return serialize(await signed(cast.issuerSigner, change.payload?.(payload) ?? payload, change.header), disclosures)
}

/** A compact JWS. */
export async function signed(
  signer: Signer,
  payload: JsonObject,
  header: JsonObject = { alg: 'ES256', typ: 'example+sd-jwt' },
): Promise<string> {
  const jws = unsignedJws(header, payload)
  return jws.seal(await signer.sign(jws.input))
}

/** What a holder shows of an SD-JWT, with a key binding; `change` replaces parts of it before it is signed. */
export async function present(
  cast: Cast,
  text: string,
  paths: readonly (readonly (string | number | null)[])[],
  change: { header?: JsonObject; payload?: (payload: JsonObject) => JsonObject; signer?: Signer; disclosures?: readonly Disclosure[] } = {},
): Promise<string> {
  const sdJwt = parseSdJwt(text)
  const revealed = await reveal(sdJwt, cast.primitives)
  const presented = serialize(sdJwt.jwt, change.disclosures ?? select(revealed, paths))
  return presented + (await bind(cast, presented, change))
}

/** The key binding over what is presented. */
export async function bind(
  cast: Cast,
  presented: string,
  change: { header?: JsonObject; payload?: (payload: JsonObject) => JsonObject; signer?: Signer } = {},
): Promise<string> {
  const binding = { audience: AUDIENCE, nonce: NONCE, issuedAt: NOW - 5, presented, hash: 'sha-256', algorithm: 'ES256' } as const
  const jws = await keyBindingJws(binding, cast.primitives)
  const signer = change.signer ?? cast.holderSigner
  if (change.header === undefined && change.payload === undefined) return jws.seal(await signer.sign(jws.input))
  const payload: JsonObject = {
    iat: binding.issuedAt,
    aud: AUDIENCE,
    nonce: NONCE,
    sd_hash: await cast.primitives.digest('sha-256', presented),
  }
  return signed(signer, change.payload?.(payload) ?? payload, change.header ?? { alg: 'ES256', typ: 'kb+jwt' })
}

/** How a verifier that wants a key binding verifies. */
export async function options(cast: Cast, change: Partial<VerifySdJwtOptions> = {}): Promise<VerifySdJwtOptions> {
  return {
    key: await cast.primitives.importKey(cast.issuer.publicJwk, 'ES256'),
    algorithms: ['ES256'],
    primitives: cast.primitives,
    now: NOW,
    typ: 'example+sd-jwt',
    keyBinding: { audience: AUDIENCE, nonce: NONCE },
    ...change,
  }
}
