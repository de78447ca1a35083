import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Anchor, parseTrust } from '@symbolon/credential'
import {
  clientMetadata,
  createRegistration,
  createRequestObject,
  directPostJwt,
  errorResponse,
  type PresentationResponse,
  ProtocolError,
  parseDcql,
  parseRequestFetch,
  parseResponse,
  REGISTRATION_FORMAT,
  REQUEST_MEDIA_TYPE,
  type Registration,
  type RequestDraft,
  requestLink,
  responseAnswer,
  statedPurposeInfo,
} from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import { developmentAnchor, developmentRelyingParty, openSigner } from '@symbolon/service'
import type { HttpAnswer, HttpRequest, Outside } from '../src/index.ts'
import { NOW } from './stand_in_issuer.ts'

export const VERIFIER = 'https://museum.example'
export const NUMBER = 'NTRBE-0999999724'
const STATUTE = 'urn:symbolon:be:social-statute:1'

/** A relying party with its registrar, and what a trust file says of both. */
export async function relyingParty(url = VERIFIER) {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-wallet-'))
  const files = await developmentRelyingParty(home, join(home, 'access.pem'), { name: 'The museum', organisation: NUMBER, url }, NOW)
  const open = (path: string) => openSigner({ key: path, chain: path }, () => NOW)
  const signers = { access: open(files.access), registrar: open(files.registrar) }
  const entries = (['access', 'registration'] as const).map((purpose) => ({
    ...{ name: `The ${purpose} authority`, for: purpose },
    certificate: developmentAnchor(home, purpose).raw.toString('base64'),
  }))
  rmSync(home, { recursive: true })
  const trust: Anchor[] = parseTrust(JSON.stringify(entries))
  return { ...signers, trust }
}

export type RelyingParty = Awaited<ReturnType<typeof relyingParty>>

export const asksFor = (type: string, ...paths: (string | number | null)[][]): JsonObject => ({
  ...{ id: 'one', format: 'dc+sd-jwt', meta: { vct_values: [type] } },
  ...(paths.length > 0 && { claims: paths.map((path) => ({ path })) }),
})

/** What a test changes of an otherwise honest verifier. */
export interface Deceit {
  readonly query?: JsonObject
  /** Changes the members of the request before it is signed. */
  readonly request?: (draft: RequestDraft) => RequestDraft
  readonly registration?: ((registration: Registration) => Registration) | 'none'
  readonly registrar?: RelyingParty['registrar']
  readonly redirectUri?: string
  /** Throws to cut the connection, or answers in place of the verifier. */
  readonly line?: (request: HttpRequest) => HttpAnswer | undefined
}

const REGISTRATION: Registration = {
  ...{ name: 'The museum', identifier: NUMBER, privacyPolicy: 'https://museum.example/privacy' },
  purpose: { nl: 'Kortingen toekennen', en: 'To grant reductions' },
  credentials: [{ format: 'dc+sd-jwt', types: [STATUTE], claims: [['statutes']] }],
  ...{ issuedAt: NOW - 60, expires: NOW + 86_400 },
}

/** A verifier that answers in memory beside an issuer, through the messages of openid4vc; `asked` says what it was sent, `taken` what it read of it. */
export async function standInVerifier(party: RelyingParty, beside: Outside, deceit: Deceit = {}) {
  const asked: HttpRequest[] = []
  const taken: PresentationResponse[] = []
  const queryJson = deceit.query ?? { credentials: [asksFor(STATUTE, ['statutes', 'companion'])] }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secret = { ...(privateKey.export({ format: 'jwk' }) as object), kid: 'enc-1' } as JsonObject
  const { kty, crv, x, y } = secret
  const encryptionKey = { kid: 'enc-1', jwk: { kty: String(kty), crv: String(crv), x: String(x), y: String(y) } }
  const clientId = `x509_hash:${createHash('sha256').update(party.access.certificate.raw).digest('base64url')}`
  const state = 'state-state-state-1'

  async function registration(): Promise<string> {
    const { signer, x5c } = deceit.registrar ?? party.registrar
    const change = typeof deceit.registration === 'function' ? deceit.registration : (same: Registration) => same
    const unsigned = createRegistration(change(REGISTRATION), { algorithm: signer.algorithm, x5c })
    return unsigned.seal(await signer.sign(unsigned.input))
  }

  async function requestObject({ walletNonce }: { readonly walletNonce?: string }): Promise<string> {
    const purpose = { nl: 'Korting voor een begeleider', en: 'Reduction for a companion' }
    const draft: RequestDraft = {
      ...{
        clientId,
        responseMode: directPostJwt,
        responseUri: `${VERIFIER}/responses/1`,
        nonce: 'nonce-nonce-nonce-1',
        state,
        query: queryJson,
      },
      clientMetadata: clientMetadata({ encryptionKey, formats: { 'dc+sd-jwt': {} } }),
      verifierInfo: [
        ...(deceit.registration === 'none' ? [] : [{ format: REGISTRATION_FORMAT, data: await registration() }]),
        statedPurposeInfo({ purpose, authorisation: { reference: 'Deliberation 26/001', url: 'https://authority.example/26-001' } }),
      ],
      ...{ issuedAt: NOW, expires: NOW + 300 },
      ...(walletNonce !== undefined && { walletNonce }),
    }
    const { signer, x5c } = party.access
    const unsigned = createRequestObject(deceit.request?.(draft) ?? draft, { algorithm: signer.algorithm, x5c })
    return unsigned.seal(await signer.sign(unsigned.input))
  }

  async function handle({ address, headers, body = '' }: HttpRequest): Promise<HttpAnswer> {
    const message = { contentType: headers['content-type'], body }
    if (address === `${VERIFIER}/request-objects/1`)
      return { status: 200, contentType: REQUEST_MEDIA_TYPE, headers: {}, body: await requestObject(parseRequestFetch(message)) }
    const query = parseDcql(queryJson, (place, what) => new Error(`${place} ${what}`))
    try {
      taken.push(await parseResponse(message, { mode: directPostJwt, query, state, decryptionKey: secret }))
      return json(200, responseAnswer(deceit.redirectUri))
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const { status, body } = errorResponse(error)
      return json(status, body)
    }
  }

  const outside: Outside = {
    ...beside,
    send: async (request) => {
      if (!request.address.startsWith(VERIFIER)) return beside.send(request)
      asked.push(request)
      return deceit.line?.(request) ?? handle(request)
    },
  }
  const link = requestLink({ clientId, requestUri: `${VERIFIER}/request-objects/1`, method: 'post' })
  return { outside, link, clientId, asked, taken }
}

export const json = (status: number, body: JsonObject): HttpAnswer => ({
  ...{ status, contentType: 'application/json', headers: {} },
  body: JSON.stringify(body),
})
