import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientAuthenticationAnonymous } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import type { JsonObject } from '@symbolon/sd-jwt'
import { developmentRelyingParty } from '@symbolon/service'
import { type RunningVerifier, startVerifier, verifierSettings } from '@symbolon/verifier/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { good, send } from '../flows/answer.ts'
import { EHIC, type Setting, STATUTE, startSetting } from '../flows/setting.ts'
import { type Habit, type Kept, peerHolder, type Tokens } from './openid4vc_holder.ts'
import { callbacksOf, peerKey, peerVersion } from './openid4vc_peer.ts'
import { read, retrieve } from './openid4vc_wallet.ts'

/** A stranger's wallet, made of `@openid4vc/openid4vp`, `dcql` and `@sd-jwt/sd-jwt-vc`, against our verifier. */
const MUSEUM = 'museum-reduced-price'
const TWO_PROOFS = 'two-proofs'
const SEVERAL = 'several'
let setting: Setting
let verifier: RunningVerifier
let holder: ReturnType<typeof peerHolder>
/** Two relying parties: one wants its answers encrypted, the other in clear. */
type Party = 'encrypted' | 'plain'
const tokens: Record<Party, string> = { encrypted: '', plain: 'the-token-of-the-second-relying-party' }

beforeAll(async () => {
  setting = await startSetting()
  const home = setting.home
  await plainParty(home)
  verifier = await startVerifier(
    verifierSettings({
      ...{
        SYMBOLON_HOME: home,
        VERIFIER_PORT: '0',
        VERIFIER_LOG_LEVEL: 'silent',
        VERIFIER_QUESTIONS: questions(setting.folder('questions')),
      },
    }),
  )
  tokens.encrypted = readFileSync(join(home, 'verifier', 'token'), 'utf8').trim()
  holder = peerHolder([...(await received(STATUTE, 2)), ...(await received(EHIC, 1))])
})
afterAll(async () => {
  await verifier.close()
  await setting.close()
})

/** A relying party that wants its answers in clear, and has no registration. */
async function plainParty(home: string): Promise<void> {
  const folder = setting.folder('verifier/relying-parties/plain')
  const party = { name: 'Plain', organisation: 'NTRBE-0999999922', url: 'http://localhost:4001' }
  await developmentRelyingParty(home, join(folder, 'access.pem'), party, Math.floor(Date.now() / 1000))
  const file = {
    ...{ name: party.name, enterprise_number: party.organisation, questions: [MUSEUM, TWO_PROOFS, SEVERAL], response_mode: 'direct_post' },
    token_hash: createHash('sha256').update(tokens.plain).digest('base64url'),
  }
  writeFileSync(join(folder, 'relying_party.json'), JSON.stringify(file))
}

/** Two questions more: one with a set of credentials that one can do without, one that several credentials may answer. */
function questions(folder: string): string {
  const source = new URL(`../../specs/questions/${MUSEUM}/`, import.meta.url)
  const written = JSON.parse(readFileSync(new URL('question.json', source), 'utf8'))
  const statute = { ...written.dcql_query.credentials[2], id: 'statute' }
  const card = { ...{ id: 'card', format: 'dc+sd-jwt', meta: { vct_values: ['urn:eudi:ehic:1'] } } }
  const queries: Record<string, object> = {
    [TWO_PROOFS]: {
      credentials: [statute, card],
      credential_sets: [{ options: [['statute']] }, { options: [['card']], required: false }],
    },
    [SEVERAL]: { credentials: [{ ...statute, multiple: true }] },
  }
  for (const [name, query] of Object.entries(queries)) {
    cpSync(source, join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, 'question.json'), JSON.stringify({ ...written, dcql_query: query }))
  }
  return folder
}

/** What their wallet gets from our issuer. */
async function received(type: string, count: number): Promise<Kept[]> {
  const client = new Openid4vciClient({ callbacks: callbacksOf(clientAuthenticationAnonymous()) })
  const found = await read(setting, client, { type })
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer(found)
  return (await retrieve(client, found, { token: accessTokenResponse.access_token, type, count })).kept
}

const call = async (path: string, body?: object, by: Party = 'encrypted'): Promise<JsonObject> =>
  good(
    await send({
      ...{ method: body ? 'POST' : 'GET', address: verifier.url + path },
      headers: { authorization: `Bearer ${tokens[by]}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }),
    path === '/requests' ? 201 : 200,
  )
/** A request of a relying party. */
async function asked(question = MUSEUM, by: Party = 'encrypted', more: object = {}) {
  const { id, uri } = await call('/requests', { question, ...more }, by)
  return {
    uri: String(uri),
    state: () => call(`/requests/${id}`, undefined, by),
    complete: (code: string | null) => call(`/requests/${id}/complete`, { response_code: code }, by),
  }
}

it('the peer is @openid4vc/openid4vp 0.4.6', () => expect(peerVersion('openid4vp')).toBe('0.4.6'))

describe('a request', () => {
  it.each([
    ['get', (uri: string) => uri.replace('&request_uri_method=post', '')],
    ['post', (uri: string) => uri],
  ])('OpenID4VP 5.10, 5.9.3: fetched by %s they find who asks, and what', async (_method, link) => {
    const { uri } = await asked()
    const found = await holder.resolve(link(uri))
    expect(found.client.prefix).toBe('x509_hash')
    expect(found).toMatchObject({
      version: 100,
      jar: { sendBy: 'reference' },
      authorizationRequestPayload: { response_mode: 'direct_post.jwt' },
    })
    expect(Object.keys(await holder.present(found))).toEqual(['limited-income'])
    expect(await holder.resolve(link(uri))).toMatchObject({
      authorizationRequestPayload: { nonce: found.authorizationRequestPayload.nonce },
    })
  })

  it('OpenID4VP 5.10: sent a nonce of theirs, we repeat it; without it they would refuse', async () => {
    const { uri, state } = await asked()
    expect(await holder.show(uri, { walletNonce: 'a-nonce-of-the-wallet' })).toEqual({ status: 200, body: {} })
    expect(await state()).toMatchObject({ answer: 'yes' })
    const by = (uri: string) => uri.replace('&request_uri_method=post', '')
    await expect(holder.resolve(by((await asked()).uri), { walletNonce: 'a-nonce-of-the-wallet' })).rejects.toThrow(/wallet_nonce/)
  })

  it('OpenID4VP 5.11: they read on past what stands about the verifier', async () => {
    const { verifier_info: info } = (await holder.resolve((await asked()).uri)).authorizationRequestPayload
    expect(info?.map(({ format }) => format)).toEqual(['registration_cert', 'urn:symbolon:stated-purpose:1'])
  })

  it.each<[string, Habit, (uri: string) => string, RegExp]>([
    ['5.9.3: the signature', { fetched: (jwt) => jwt.replace(/.{4}$/, 'AAAA') }, (uri) => uri, /verification of jwt/],
    ['5.9.3: what was signed', { fetched: (jwt) => jwt.replace(/\..{8}/, '.eyJub25j') }, (uri) => uri, /./],
    [
      'VP-02, 5.10.1: the client identifier in the link',
      {},
      (uri) => uri.replace('x509_hash%3A', 'x509_hash%3AA'),
      /client_id does not match/,
    ],
  ])('OpenID4VP %s changed, they refuse', async (_what, habit, link, words) => {
    const { uri } = await asked()
    await expect(holder.resolve(link(uri), habit)).rejects.toThrow(words)
  })
})

describe('an answer', () => {
  it.each(['A128GCM', 'A256GCM'] as const)('OpenID4VP 8.3, HAIP 5: encrypted with %s', async (contentEncryption) => {
    const { uri, state } = await asked()
    expect(await holder.show(uri, { contentEncryption })).toEqual({ status: 200, body: {} })
    expect(await state()).toMatchObject({ state: 'answered', answer: 'yes' })
  })

  it('OpenID4VP 8.2: in clear, to one that asks so', async () => {
    const { uri, state } = await asked(MUSEUM, 'plain')
    expect(await holder.show(uri)).toEqual({ status: 200, body: {} })
    expect(await state()).toMatchObject({ state: 'answered', answer: 'yes' })
  })

  it('OpenID4VP 6.4.2: a set of credentials that can be done without: both, or the one that is needed', async () => {
    const both = await asked(TWO_PROOFS)
    const shown = await holder.present(await holder.resolve(both.uri))
    expect(Object.keys(shown)).toEqual(['statute', 'card'])
    await holder.show(both.uri)
    const one = await asked(TWO_PROOFS, 'plain')
    await holder.show(one.uri, { tokens: ({ statute }) => ({ statute }) })
    for (const { state } of [both, one]) expect(await state()).toMatchObject({ state: 'answered', answer: 'yes' })
  })

  it('OpenID4VP 6.1, 8.1: several credentials where the query says multiple', async () => {
    const { uri, state } = await asked(SEVERAL)
    const found = await holder.resolve(uri)
    const shown = await holder.present(found)
    expect(shown.statute?.length).toBe(2)
    expect(await holder.answer(found, shown)).toEqual({ status: 200, body: {} })
    expect(await state()).toMatchObject({ state: 'answered', answer: 'yes' })
  })

  it('HAIP 5.1, OpenID4VP 14.3: on the same device it comes back with a code; before the browser brings it there is no answer', async () => {
    const redirect_uri = 'http://localhost:4002/return'
    const { uri, state, complete } = await asked(MUSEUM, 'encrypted', { device: 'same', redirect_uri })
    const { body } = await holder.show(uri)
    const back = new URL(String(body.redirect_uri))
    expect(back.href.startsWith(`${redirect_uri}?response_code=`)).toBe(true)
    expect(await state()).toEqual({ state: 'waiting', reasons: [] })
    expect(await complete(back.searchParams.get('response_code'))).toMatchObject({ state: 'answered', answer: 'yes' })
  })

  it.each<[string, Party, Habit]>([
    ['in the JWE', 'encrypted', {}],
    ['in clear, though the answer was to be encrypted', 'encrypted', { encryption: 'none' }],
    ['in clear', 'plain', {}],
  ])('OpenID4VP 8.5: that nothing is shown, %s, is heard at once', async (_how, by, habit) => {
    const { uri, state } = await asked(MUSEUM, by)
    expect(await holder.show(uri, { ...habit, error: 'access_denied' })).toEqual({ status: 200, body: {} })
    expect(await state()).toMatchObject({ state: 'refused', reasons: [{ code: 'access_denied' }] })
  })
})

describe('what they change, we refuse, with what they can act on; the request waits for a better answer', () => {
  const stranger = peerKey()
  const foreign = { ...stranger.publicJwk, kid: 'of a stranger' }
  it.each<[string, Party, Habit, RegExp]>([
    ['VP-12, 8.6: the nonce of another request', 'encrypted', { binding: { nonce: 'nonce-of-another-request' } }, /nonce_wrong/],
    ['14.10: an audience without its prefix', 'encrypted', { binding: { aud: 'museum' } }, /audience_wrong/],
    ['VP-19, 8.3: in clear', 'encrypted', { encryption: 'none' }, /must be encrypted/],
    ['8.3: signed and encrypted (JARM)', 'encrypted', { encryption: { signer: stranger } }, /hold a JSON object/],
    ['8.3: encrypted to a key of nobody', 'encrypted', { encryption: { jwk: foreign } }, /not the one of this request/],
    ['5.3: the state of another request', 'encrypted', { state: 'of another request' }, /state must be/],
    ['5.3: the state of another request, in clear', 'plain', { state: 'of another request' }, /state must be/],
    ['VP-20, 8.1: an id that was not asked for', 'plain', { tokens: (shown) => ({ ...shown, more: ['x'] }) }, /not asked for/],
    ['VP-20, 8.1: nothing', 'plain', { tokens: () => ({}) }, /must not be empty/],
    [
      'VP-20, 8.1: a presentation that is in no array',
      'plain',
      { tokens: (shown) => mapped(shown, ([first]) => first) },
      /must be an array/,
    ],
    [
      'VP-13, 8.1: two where one was asked for',
      'plain',
      { tokens: (shown) => mapped(shown, ([first]) => [first, first]) },
      /must have one/,
    ],
    [
      'B.3.6: without its binding to a key',
      'plain',
      { tokens: (shown) => mapped(shown, ([first]) => [unbound(first)]) },
      /key_binding_missing/,
    ],
    [
      'RFC 9901 4.3: other claims than those that were signed',
      'plain',
      { tokens: (shown) => mapped(shown, ([first]) => [blank(first)]) },
      /hash_wrong/,
    ],
    [
      'VP-12: another claim than was asked for',
      'encrypted',
      { query: (asked) => asked.replaceAll(/limited_income_any|disability_recognised/g, 'companion') },
      /asked_claim_missing/,
    ],
    ['VP-12: another type than was asked for', 'plain', { query: ofAnotherType }, /asked_type_missing/],
  ])('%s', async (_what, by, habit, words) => {
    const { uri, state } = await asked(MUSEUM, by)
    const { status, body } = await holder.show(uri, habit)
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid_request' })
    expect(body.error_description).toMatch(words)
    expect((await state()).state).toBe('waiting')
    expect((await holder.show(uri)).status).toBe(200)
  })
})

const mapped = (shown: Tokens, change: (texts: string[]) => unknown): object =>
  Object.fromEntries(Object.entries(shown).map(([id, texts]) => [id, change(texts)]))
const ofAnotherType = (asked: string): string =>
  asked
    .replaceAll(/"claims":\[.*?\]\}\],?/g, '')
    .replaceAll(/,\}/g, '}')
    .replaceAll('urn:symbolon:be:social-statute:1', 'urn:eudi:ehic:1')
const unbound = (text = ''): string => text.slice(0, text.lastIndexOf('~') + 1)
const blank = (text = ''): string => `${text.split('~')[0]}~${text.slice(text.lastIndexOf('~') + 1)}`
