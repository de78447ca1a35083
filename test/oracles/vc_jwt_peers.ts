import { generateKeyPairSync } from 'node:crypto'
import { registerHooks } from 'node:module'
import {
  type CredentialType,
  didKeyOf,
  formatNamed,
  parseTrust,
  parseVcJwt,
  prepareAnchors,
  type Report,
  verifyText,
} from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import { isObject, type JsonObject, type Jwk, parseJws, type Signer, unsignedJws } from '@symbolon/sd-jwt'
import { createVerifiablePresentationJwt, verifyCredential, verifyPresentation } from 'did-jwt-vc'
import type { DIDDocument, Resolvable } from 'did-resolver'

/** The clock of these tests: seconds since 1970. */
export const NOW = 1_800_000_000
export const AUDIENCE = 'x509_san_dns:verifier.example'
export const NONCE = 'pS3wqYXcI0b1UjEYHq4r1g'

/** Somebody with a key that is a did:key of the EBSI profile: no registry has to be asked for it. */
export interface Party extends Signer {
  readonly did: string
  readonly kid: string
  readonly jwk: Jwk
  readonly privateJwk: JsonObject
}

export function party(): Party {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty = '', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const jwk = { kty, crv, x, y }
  const did = didKeyOf(jwk)
  const privateJwk = privateKey.export({ format: 'jwk' }) as JsonObject
  return { ...signer(privateKey, 'ES256'), did, kid: `${did}#${did.slice('did:key:'.length)}`, jwk, privateJwk }
}

export const issuer = party()
export const holder = party()
export const stranger = party()

const TYPES = ['VerifiableCredential', 'VerifiableAttestation', 'LibraryAttestation']
const SCHEMA = {
  id: 'https://registry.example/trusted-schemas-registry/v3/schemas/z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM',
  type: 'FullJsonSchemaValidator2021',
}
/** As much of a type as issuing and judging look at. */
const type = {
  name: 'library-attestation',
  vct: 'LibraryAttestation',
  vcdm: { types: TYPES, schemas: [SCHEMA], version: '1.1' },
  formats: ['jwt_vc_json'],
  holderBinding: 'key',
  status: null,
  periods: {},
  claims: [],
  validateShown: () => [],
} as unknown as CredentialType

const format = formatNamed('jwt_vc_json')
if (format === undefined) throw new Error('the format is not there')

/** A credential of ours, for the holder unless it is bound to nobody. */
export async function issue({ by = issuer, bound = true }: { by?: Party; bound?: boolean } = {}): Promise<string> {
  const times = { issuedAt: NOW - 3600, notBefore: NOW - 3600, expires: NOW + 3600 }
  const claims = { credentialSubject: { name: 'Lotte Proefstuk' } }
  const named = { issuer: by.did, kid: by.kid, algorithm: 'ES256', x5c: [], ...(bound && { holderKey: holder.jwk }) } as const
  const unsigned = await format?.build({ type, claims, ...named, ...times }, primitives)
  return unsigned?.seal(await by.sign(unsigned.input)) ?? ''
}

/** What the holder shows of it, made by us. */
export async function show(text: string, by: Party = holder): Promise<string> {
  const credential = await format?.parse(text, primitives)
  const unsigned = await credential?.bind({ audience: AUDIENCE, nonce: NONCE, issuedAt: NOW - 5 }, 'ES256')
  return unsigned?.seal(await by.sign(unsigned.input)) ?? ''
}

/** The same, made by did-jwt-vc; `sub` is what EBSI asks for besides. */
export async function showWithPeer(text: string): Promise<string> {
  const { expires = 0 } = parseVcJwt(text)
  const vp = { '@context': ['https://www.w3.org/2018/credentials/v1'], type: ['VerifiablePresentation'], verifiableCredential: [text] }
  const sign = async (data: string | Uint8Array) => Buffer.from(await holder.sign(data)).toString('base64url')
  return createVerifiablePresentationJwt(
    { vp, sub: holder.did, aud: AUDIENCE, nonce: NONCE, iat: NOW - 5, nbf: NOW - 5, exp: expires },
    { did: holder.did, signer: sign, alg: 'ES256' },
    { header: { kid: holder.kid } },
  )
}

/** The same JWT with members of its header, its payload and its `vc` or `vp` set before it is signed. */
export async function changed(
  text: string,
  change: { header?: JsonObject; payload?: JsonObject; inner?: JsonObject },
  by: Party = issuer,
): Promise<string> {
  const { header, payload } = parseJws(text)
  const claims: JsonObject = { ...payload, ...change.payload }
  for (const name of ['vc', 'vp']) if (isObject(claims[name])) claims[name] = { ...claims[name], ...change.inner }
  const jws = unsignedJws({ ...header, ...change.header }, claims)
  return jws.seal(await by.sign(jws.input))
}

const anchors = await prepareAnchors(
  parseTrust(JSON.stringify([{ name: 'Library', for: 'credential', jwk: { ...issuer.jwk, kid: issuer.kid } }])),
  primitives,
)

/** Our report by a trust file that names the issuer, on a credential that is bound to its holder, or to nobody. */
export function judgeWith(holderBinding: CredentialType['holderBinding']): (text: string) => Promise<Report> {
  const types = new Map([[type.vct, { ...type, holderBinding }]])
  const policy = { types, maxStatusAge: 86_400, audience: AUDIENCE, nonce: NONCE }
  return (text) => verifyText(text, () => undefined, { anchors, policy, now: NOW, primitives })
}
export const judge = judgeWith('key')

/** Documents of did:key as EBSI makes them. */
const resolver: Resolvable = {
  resolve: async (url) => {
    const known = [issuer, holder, stranger].find(({ did }) => url.split('#', 1)[0] === did)
    const result = { didResolutionMetadata: {}, didDocumentMetadata: {}, didDocument: null }
    return known === undefined ? { ...result, didResolutionMetadata: { error: 'notFound' } } : { ...result, didDocument: documentOf(known) }
  },
}

function documentOf({ did, kid, jwk }: Party): DIDDocument {
  const { kty, crv = '', x = '', y = '' } = jwk
  const method = { id: kid, type: 'JsonWebKey2020', controller: did, publicKeyJwk: { kty, crv, x, y } }
  return {
    '@context': ['https://www.w3.org/ns/did/v1'],
    id: did,
    verificationMethod: [method],
    authentication: [kid],
    assertionMethod: [kid],
  }
}

const accepts = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

export const didJwtVc = {
  credential: (text: string) => accepts(verifyCredential(text, resolver, { policies: { now: NOW } })),
  presentation: (text: string) =>
    accepts(verifyPresentation(text, resolver, { audience: AUDIENCE, challenge: NONCE, domain: AUDIENCE, policies: { now: NOW } })),
}

// EBSI's libraries load an HTTP client for JSON-LD contexts, which is older than this Node and is never used here.
const CLIENT = '@digitalbazaar/http-client'
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === CLIENT ? { url: `absent:${CLIENT}`, format: 'commonjs', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === `absent:${CLIENT}` ? { format: 'commonjs', source: 'module.exports = {}', shortCircuit: true } : next(url, context),
})

/** Registries that nobody asks: every DID here is its key. */
const registry = 'https://registry.example'
const environment = {
  ebsiAuthority: 'registry.example',
  ebsiEnvConfig: {
    didRegistry: `${registry}/did-registry/v5/identifiers`,
    trustedIssuersRegistry: `${registry}/trusted-issuers-registry/v5/issuers`,
    trustedPoliciesRegistry: `${registry}/trusted-policies-registry/v3/users`,
  },
  trustedHostnames: ['registry.example'],
  timeout: 1000,
}

export const ebsi = {
  async credential(text: string): Promise<boolean> {
    const { verifyCredentialJwt } = await import('@cef-ebsi/verifiable-credential')
    return accepts(verifyCredentialJwt(text, { ...environment, validAt: NOW }))
  },
  async presentation(text: string): Promise<boolean> {
    const { verifyPresentationJwt } = await import('@cef-ebsi/verifiable-presentation')
    return accepts(verifyPresentationJwt(text, AUDIENCE, { ...environment, validAt: NOW }))
  },
  /** A presentation made by EBSI's library. */
  async show(text: string): Promise<string> {
    const { createVerifiablePresentationJwt: create } = await import('@cef-ebsi/verifiable-presentation')
    const vp = {
      id: 'urn:uuid:0b7f1f3c-5a3a-4b43-9d0a-6a4a3f6f2b11',
      '@context': ['https://www.w3.org/2018/credentials/v1'],
      type: ['VerifiablePresentation'],
      holder: holder.did,
      verifiableCredential: [text],
    }
    const { did, kid, jwk, privateJwk } = holder
    const by = { did, kid, alg: 'ES256', publicKeyJwk: jwk, privateKeyJwk: privateJwk } as unknown as Parameters<typeof create>[1]
    return create(vp as Parameters<typeof create>[0], by, AUDIENCE, {
      ...environment,
      skipValidation: true,
      nonce: NONCE,
      nbf: NOW - 5,
      exp: NOW + 60,
    })
  },
}
