import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JwtSigner, JwtSignerX5c } from '@openid4vc/oauth2'
import { Openid4vpClient } from '@openid4vc/openid4vp'
import { parseTrust, prepareAnchors } from '@symbolon/credential'
import {
  type AskerContext,
  authenticateRequest,
  clientMetadata,
  createRequestObject,
  directPost,
  parseRequestLink,
  type RequestDraft,
  readRequest,
  requestParameters,
} from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { developmentAnchor, developmentRelyingParty } from '@symbolon/service'
import { beforeAll, describe, expect, it } from 'vitest'
import { peerHolder } from './openid4vc_holder.ts'
import { callbacks, certifiedKey, didKey, peerSigns } from './openid4vc_peer.ts'

/** Requests as we make them, by every client identifier prefix, read by `@openid4vc/openid4vp` and by us; and requests that only they take. */
const HOST = 'museum.example'
const AT = `https://${HOST}/responses/1`
const SAN_DNS = `x509_san_dns:${HOST}`
const now = Math.floor(Date.now() / 1000)
let certificate: JwtSignerX5c
let context: AskerContext
beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-requests-'))
  const party = { name: 'The museum', organisation: 'NTRBE-0999999922', url: `https://${HOST}` }
  const { access } = await developmentRelyingParty(home, join(home, 'access.pem'), party, now)
  certificate = certifiedKey(access)
  const entry = { name: 'authority', for: 'access', certificate: developmentAnchor(home, 'access').raw.toString('base64') }
  rmSync(home, { recursive: true })
  context = { anchors: await prepareAnchors(parseTrust(JSON.stringify([entry])), primitives), primitives, now }
})

const ONE = { id: 'one', format: 'dc+sd-jwt', meta: { vct_values: ['urn:eudi:ehic:1'] } }
const draft: RequestDraft = {
  ...{ clientId: SAN_DNS, responseMode: directPost, responseUri: AT, nonce: 'nonce-nonce-nonce-1', state: 'state-1', verifierInfo: [] },
  ...{ query: { credentials: [ONE] } },
  ...{ clientMetadata: clientMetadata({ formats: { 'dc+sd-jwt': {} } }), issuedAt: now, expires: now + 300 },
}
const linkOf = (parameters: Record<string, string>): string => `openid4vp://?${new URLSearchParams(parameters)}`
const decode = (part = ''): JsonObject => JSON.parse(Buffer.from(part, 'base64url').toString())
const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A signed request in a link; `change`: members that are set before it is signed. */
function signed(clientId: string, by: JwtSigner = certificate, change: JsonObject = {}, header: JsonObject = {}): string {
  const named = by.method === 'did' ? { kid: by.didUrl } : { x5c: by.method === 'x5c' ? by.x5c : [] }
  const [head, payload] = createRequestObject({ ...draft, clientId }, { algorithm: 'ES256', ...named }).input.split('.')
  const input = `${encode({ ...decode(head), ...header })}.${encode({ ...decode(payload), ...change })}`
  return linkOf({ client_id: clientId, request: `${input}.${peerSigns(by, input)}` })
}

/** A request that is not signed. */
function bare(clientId: string): string {
  const parameters = Object.entries(requestParameters({ ...draft, clientId }))
  return linkOf(Object.fromEntries(parameters.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])))
}

const theirs = (link: string) => peerHolder([]).resolve(link)
async function ours(link: string) {
  const authentic = await authenticateRequest(parseRequestLink(link), undefined, context)
  return { asker: authentic.asker, request: readRequest(authentic, context) }
}

describe('OpenID4VP 5.9.3: who asks, as both find out', () => {
  const did = didKey()
  const [didName = ''] = did.didUrl.split('#')
  const hash = () =>
    `x509_hash:${createHash('sha256')
      .update(Buffer.from(String(certificate.x5c[0]), 'base64'))
      .digest('base64url')}`

  it.each<[string, () => string, object]>([
    ['x509_hash', () => signed(hash()), { outcome: 'pass', prefix: 'x509_hash' }],
    ['x509_san_dns', () => signed(SAN_DNS), { outcome: 'pass', prefix: 'x509_san_dns' }],
    ['decentralized_identifier', () => signed(`decentralized_identifier:${didName}`, did), { outcome: 'unknown' }],
    ['redirect_uri', () => bare(`redirect_uri:${AT}`), { outcome: 'unknown' }],
  ])('by %s', async (prefix, link, asker) => {
    const found = await theirs(link())
    expect(found).toMatchObject({ version: 100, client: { prefix }, dcql: { query: draft.query } })
    expect(await ours(link())).toMatchObject({ asker: { ...asker, clientId: found.client.effective }, request: { responseUri: AT } })
  })

  it.each<[string, () => string]>([
    ['VP-03: x509_hash of another certificate', () => signed(`x509_hash:${'A'.repeat(43)}`)],
    ['VP-03: x509_san_dns that the certificate does not have', () => signed('x509_san_dns:other.example')],
    ['x509_san_dns, and answers elsewhere', () => signed(SAN_DNS, certificate, { response_uri: 'https://other.example/' })],
    ['x509_san_dns, not signed', () => bare(SAN_DNS)],
    ['decentralized_identifier of another', () => signed('decentralized_identifier:did:jwk:e30', did)],
    ['VP-04: redirect_uri, signed', () => signed(`redirect_uri:${AT}`)],
    ['redirect_uri of another address', () => bare('redirect_uri:https://other.example/')],
    ['VP-04: origin', () => bare('origin:https://museum.example')],
    ['VP-01, 5: of another typ', () => signed(SAN_DNS, certificate, {}, { typ: 'JWT' })],
    ['the prefix of an old draft', () => bare('did:jwk:e30')],
  ])('both refuse %s', async (_what, link) => {
    await expect(theirs(link())).rejects.toThrow()
    await expect(ours(link())).rejects.toMatchObject({ name: 'PeerError' })
  })
})

describe('where they err: they take it', () => {
  const transaction = encode({ type: 'payment', credential_ids: ['one'] })
  it.each<[string, JsonObject, string]>([
    ['5.8: a request for another wallet', { aud: 'https://another.example' }, 'request_of_another'],
    ['VP-05, 8.2: redirect_uri beside response_uri', { redirect_uri: AT }, 'request_malformed'],
    ['5.2: a nonce of other characters', { nonce: 'a b' }, 'request_malformed'],
    ['5.10.1, RFC 9101 4: a request in a request', { request: 'x.y.z' }, 'request_malformed'],
    ['VP-07, 8.4: transaction_data of any type', { transaction_data: [transaction] }, 'transaction_data_unknown'],
    ['6: a dcql_query that is none', { dcql_query: {} }, 'request_malformed'],
    ['5.1: neither dcql_query nor scope', { dcql_query: undefined as never }, 'request_malformed'],
    [
      '5.1: two keys with one kid',
      {
        client_metadata: {
          jwks: {
            keys: [
              { kty: 'EC', kid: 'k' },
              { kty: 'EC', kid: 'k' },
            ],
          },
        },
      },
      'request_malformed',
    ],
    [
      '5.3: no state, where nothing binds the answer',
      { state: undefined as never, dcql_query: { credentials: [{ ...ONE, require_cryptographic_holder_binding: false }] } },
      'request_malformed',
    ],
    ['a time ahead of its clock', { iat: now + 3600 }, 'request_expired'],
  ])('OpenID4VP %s', async (_what, change, code) => {
    await expect(theirs(signed(SAN_DNS, certificate, change))).resolves.toBeDefined()
    await expect(ours(signed(SAN_DNS, certificate, change))).rejects.toMatchObject({ code })
  })

  it('OpenID4VP 5.10: they post what they are as members of the form, not as wallet_metadata, and no wallet_nonce, which they then miss', async () => {
    const posted: string[] = []
    const fetch = async (_address: unknown, init: { body?: unknown } | undefined) => {
      posted.push(String(init?.body))
      return new Response(new URL(signed(SAN_DNS)).searchParams.get('request'))
    }
    const client = new Openid4vpClient({ callbacks: { ...callbacks, fetch: fetch as never } })
    const params = { client_id: SAN_DNS, request_uri: `https://${HOST}/1`, request_uri_method: 'post' }
    const wallet = { expectedNonce: 'nonce', metadata: { request_object_signing_alg_values_supported: ['ES256'] } }
    await expect(client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params, wallet })).rejects.toThrow(
      /wallet_nonce/,
    )
    expect(posted.map((body) => [...new URLSearchParams(body).keys()])).toEqual([['request_object_signing_alg_values_supported']])
  })
})
