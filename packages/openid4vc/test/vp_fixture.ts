import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { parseTrust, prepareAnchors, type Unsigned } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject, Jwk } from '@symbolon/sd-jwt'
import { exportJWK, generateKeyPair } from 'jose'
import {
  type AskerContext,
  clientMetadata,
  createRequestObject,
  directPostJwt,
  type EncryptionKey,
  type Message,
  parseDcql,
  REQUEST_MEDIA_TYPE,
  type RequestDraft,
} from '../src/index.ts'
import { NOW } from './fixture.ts'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
export const HOST = 'verifier.example'
export const RESPONSE_URI = `https://${HOST}/responses/1`
export const REQUEST_URI = `https://${HOST}/request-objects/1`
export const ORGANISATION = 'NTRBE-0999999922'

/** A leaf below an authority of its own. */
export interface Certified {
  readonly anchor: string
  readonly x5c: readonly string[]
  readonly hash: string
  sign(unsigned: Unsigned): Promise<string>
}

export async function certified(name: string): Promise<Certified> {
  const [authority, signer] = [
    await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']),
    await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']),
  ]
  const issuer = `O=Example, CN=${name} CA`
  const validity = { notBefore: new Date((NOW - 86_400) * 1000), notAfter: new Date((NOW + 90 * 86_400) * 1000) }
  const made = { ...validity, issuer, signingKey: authority.privateKey, signingAlgorithm: ECDSA }
  const anchor = await x509.X509CertificateGenerator.create({
    ...made,
    subject: issuer,
    publicKey: authority.publicKey,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  })
  const leaf = await x509.X509CertificateGenerator.create({
    ...made,
    subject: `O=${name}, 2.5.4.97=${ORGANISATION}`,
    publicKey: signer.publicKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: HOST }]),
    ],
  })
  const der = new Uint8Array(leaf.rawData)
  return {
    anchor: new Uint8Array(anchor.rawData).toBase64(),
    x5c: [der.toBase64()],
    hash: String(await primitives.digest('sha-256', der)),
    sign: async ({ input, seal }) =>
      seal(new Uint8Array(await crypto.subtle.sign(ECDSA, signer.privateKey, new TextEncoder().encode(input)))),
  }
}

export const [verifier, registrar, stranger] = await Promise.all([certified('Museum'), certified('Registrar'), certified('Stranger')])

export const context: AskerContext = {
  anchors: await prepareAnchors(
    parseTrust(
      JSON.stringify([
        { name: 'access authority', for: 'access', certificate: verifier.anchor },
        { name: 'registrar', for: 'registration', certificate: registrar.anchor },
      ]),
    ),
    primitives,
  ),
  primitives,
  now: NOW,
}

export const TYPE = 'urn:symbolon:be:social-statute:1'
export const QUERY: JsonObject = {
  credentials: [
    { id: 'statute', format: 'dc+sd-jwt', meta: { vct_values: [TYPE] }, claims: [{ path: ['statutes', 'limited_income_any'] }] },
  ],
}
export const query = parseDcql(QUERY, (place, what) => new Error(`${place} ${what}`))

/** A fresh key to encrypt an answer to: both halves. */
export async function encryptionKey(kid = 'enc-1'): Promise<{ open: EncryptionKey; secret: JsonObject }> {
  const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
  const secret = { ...(await exportJWK(privateKey)), kid } as JsonObject
  const { kty, crv, x, y } = secret as unknown as Jwk
  return { open: { kid, jwk: { kty, ...(crv && { crv }), ...(x && { x }), ...(y && { y }) } }, secret }
}

export const answerKey = await encryptionKey()
export const FORMATS = { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } }

export const draft: RequestDraft = {
  clientId: `x509_hash:${verifier.hash}`,
  responseMode: directPostJwt,
  responseUri: RESPONSE_URI,
  nonce: 'n-0S6_WzA2Mj-n-0S6_WzA2Mj',
  state: 'state-1',
  query: QUERY,
  clientMetadata: clientMetadata({ encryptionKey: answerKey.open, formats: FORMATS }),
  verifierInfo: [],
  issuedAt: NOW,
  expires: NOW + 300,
}

/** What is changed in a request object after it was made and before it is signed. */
export interface Change {
  readonly header?: JsonObject
  readonly payload?: JsonObject
  /** Members to take out. */
  readonly without?: readonly string[]
  readonly by?: Certified
  /** Changed after the signature. */
  readonly afterwards?: (jwt: string) => string
}

const decode = (part = ''): JsonObject => JSON.parse(Buffer.from(part, 'base64url').toString())
const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A signed request as it is fetched. */
export async function requestObject(change: Change = {}, made = draft): Promise<Message> {
  const by = change.by ?? verifier
  const unsigned = createRequestObject(made, { algorithm: 'ES256', x5c: by.x5c })
  const [header, payload] = unsigned.input.split('.')
  const members = { ...decode(payload), ...change.payload }
  for (const name of change.without ?? []) delete members[name]
  const input = `${encode({ ...decode(header), ...change.header })}.${encode(members)}`
  const jwt = await by.sign({ algorithm: 'ES256', input, seal: (signature) => `${input}.${Buffer.from(signature).toString('base64url')}` })
  return { contentType: REQUEST_MEDIA_TYPE, body: change.afterwards?.(jwt) ?? jwt }
}

/** A JSON part of a compact JWS, changed. */
export const withPart = (jwt: string, part: number, change: JsonObject): string =>
  jwt
    .split('.')
    .map((text, at) => (at === part ? encode({ ...decode(text), ...change }) : text))
    .join('.')
