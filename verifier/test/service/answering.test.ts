import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, holder, NOW } from '../artefacts.ts'
import {
  ASKED,
  answer,
  answerOf,
  BACK,
  EHIC,
  NO,
  newHome,
  post,
  removeHomes,
  type Sources,
  shown,
  sources,
  startTest,
  type TestVerifier,
  writeParty,
} from './world.ts'

let issuer: Sources
let verifier: TestVerifier
const TOKEN = 'token-of-museum'
beforeAll(async () => {
  issuer = await sources()
  const home = newHome()
  const folder = join(home, 'parties')
  await writeParty(home, folder, 'museum')
  await writeParty(home, folder, 'clear', { responseMode: 'direct_post' })
  await writeParty(home, folder, 'other')
  verifier = await startTest(issuer, { SYMBOLON_HOME: home, VERIFIER_RELYING_PARTIES: folder })
})
afterAll(async () => {
  await verifier.close()
  issuer.close()
  removeHomes()
})
const ask = (more: object = {}, token = TOKEN) => verifier.ask(undefined, more, token)
const state = (id: string) => verifier.state(id, TOKEN)

describe('an answer', () => {
  it('yes, with the reason in four languages; nothing personal comes back', async () => {
    const { id, request } = await ask()
    expect(await answer(await issuer.issue(), request)).toEqual({ status: 200, json: {} })
    const texts = new Set<unknown>()
    for (const language of ['nl', 'fr', 'de', 'en']) {
      const { json } = await verifier.call(`/requests/${id}`, undefined, TOKEN, { 'accept-language': language })
      expect(json).toMatchObject({ state: 'answered', answer: 'yes', reasons: [{ code: 'answer_yes', spec: 'specs/question.md' }] })
      texts.add((json.reasons as { text: string }[])[0]?.text)
    }
    expect(texts.size).toBe(4)
  })

  it('no, when the source says so', async () => {
    const { id, request } = await ask()
    const credential = await issuer.issue(undefined, { claims: NO })
    expect((await answer(credential, request, 'both', [...ASKED, ['statutes', 'disability_recognised']])).status).toBe(200)
    expect(await state(id)).toMatchObject({ state: 'answered', answer: 'no', reasons: [{ code: 'answer_no' }] })
  })

  it('in clear, where the relying party asks for clear answers', async () => {
    const { id, request } = await ask({}, 'token-of-clear')
    expect(request.responseMode.id).toBe('direct_post')
    expect((await answer(await issuer.issue(), request)).status).toBe(200)
    expect(await verifier.state(id, 'token-of-clear')).toMatchObject({ answer: 'yes' })
  })

  it('unknown with its reason, never yes: expired, revoked, suspended, of a stranger, without a list', async () => {
    const of = async (over: Parameters<Sources['issue']>[1], by = issuer.issuer) => {
      const { id, request } = await ask()
      const done = await answer(await issuer.issue(undefined, over, by), request)
      const { state: now, answer: said, reasons } = await state(id)
      return [done.status, now, said, (reasons as { code: string }[]).map(({ code }) => code)]
    }
    const list = await issuer.publish('with-reasons', { 8: 1, 9: 2 })
    const unknown = (...codes: string[]) => [200, 'answered', 'unknown', expect.arrayContaining(codes)]
    expect(await of({ list, index: 7 })).toEqual([200, 'answered', 'yes', ['answer_yes']])
    expect(await of({ list, index: 8 })).toEqual(unknown('revoked'))
    expect(await of({ list, index: 9 })).toEqual(unknown('suspended'))
    expect(await of({ from: NOW - 2 * DAY, until: NOW - DAY })).toEqual(unknown('expired'))
    expect(await of({ list: `${issuer.url}/status-lists/nowhere` })).toEqual(unknown('status_list_missing'))
    expect(await of({}, issuer.stranger)).toEqual(unknown('issuer_not_trusted'))
    expect(await of({ list: await issuer.publish('old', {}, NOW - 31 * DAY) })).toEqual(unknown('status_too_old'))
  })

  it('VP-21: a wallet that says no is heard at once, in words, and the request is over', async () => {
    const { id, request } = await ask()
    const refusal = new URLSearchParams({ error: 'access_denied', error_description: 'nothing is shown', state: request.state ?? '' })
    expect((await post(request, String(refusal))).status).toBe(200)
    expect(await state(id)).toMatchObject({ state: 'refused', reasons: [{ code: 'access_denied' }] })
    expect((await answer(await issuer.issue(), request)).status).toBe(400)
  })
})

describe('what is not accepted', () => {
  /** Posts an answer that is wrong in one thing: refused in words, and the request waits for a better one. */
  async function refused(
    make: (asked: Awaited<ReturnType<typeof ask>>) => Promise<{ body: string; headers?: Record<string, string> }>,
    words: RegExp,
  ) {
    const asked = await ask()
    const { body, headers } = await make(asked)
    const { status, json } = await post(asked.request, body, headers)
    expect([status, json.error]).toEqual([400, 'invalid_request'])
    expect(json.error_description).toMatch(words)
    expect(await state(asked.id)).toMatchObject({ state: 'waiting' })
    expect((await answer(await issuer.issue(), asked.request)).status).toBe(200)
    expect(await state(asked.id)).toMatchObject({ state: 'answered', answer: 'yes' })
  }
  type Make = Parameters<typeof refused>[0]
  const tokens =
    (make: (request: Parameters<typeof answerOf>[0]) => Promise<Record<string, readonly string[]>>): Make =>
    async ({ request }) => ({ body: await answerOf(request, await make(request)) })
  const show = async (
    request: Parameters<typeof answerOf>[0],
    over: Parameters<Sources['issue']>[1] = {},
    to: object = {},
    paths = ASKED,
  ) => shown(await issuer.issue(undefined, over), request, paths, to)

  it.each([
    [
      '14.1.2: the nonce of another request',
      tokens(async (request) => ({ 'limited-income': [await show(request, {}, { nonce: 'another' })] })),
      /key_binding_nonce_wrong/,
    ],
    [
      '14.10: for another verifier',
      tokens(async (request) => ({ 'limited-income': [await show(request, {}, { audience: 'x509_hash:other' })] })),
      /key_binding_audience_wrong/,
    ],
    [
      'KB-JWT from too long ago',
      tokens(async (request) => ({ 'limited-income': [await show(request, {}, { at: NOW - 301 })] })),
      /key_binding/,
    ],
    [
      'KB-JWT from too far ahead',
      tokens(async (request) => ({ 'limited-income': [await show(request, {}, { at: NOW + 61 })] })),
      /key_binding/,
    ],
    [
      'signed by the key of another',
      tokens(async (request) => ({ 'limited-income': [await shown({ ...(await issuer.issue()), me: holder() }, request)] })),
      /key_binding/,
    ],
    [
      'VP-12: a claim that was asked for is missing',
      tokens(async (request) => ({ 'limited-income': [await show(request, {}, {}, [['statutes', 'blind']])] })),
      /claim_missing|limited_income_any/,
    ],
    [
      'VP-12: another value than the query asks for',
      tokens(async (request) => ({ 'limited-income': [await show(request, { claims: NO })] })),
      /value_not_asked|limited_income_any/,
    ],
    [
      'VP-23: another type, and both are named',
      tokens(async (request) => ({ 'limited-income': [await shown(await issuer.issue(EHIC), request, [])] })),
      /urn:symbolon/,
    ],
    ['VP-20: a query that was not asked', tokens(async (request) => ({ nonesuch: [await show(request)] })), /not asked for/],
    [
      'VP-13: two where one was asked for',
      tokens(async (request) => ({ 'limited-income': [await show(request), await show(request)] })),
      /one presentation/,
    ],
    ['VP-20: none at all', tokens(async () => ({})), /must not be empty/],
    ['no credential', tokens(async () => ({ 'limited-income': ['nonsense'] })), /./],
    [
      'VP-19: clear, where encryption was asked for',
      async ({ request }) => ({ body: String(new URLSearchParams({ vp_token: '{"limited-income":["x"]}', state: request.state ?? '' })) }),
      /encrypt|response/,
    ],
    ['no form', async () => ({ body: '{}', headers: { 'content-type': 'application/json' } }), /./],
    ['an empty body', async () => ({ body: '' }), /./],
  ] as [string, Make, RegExp][])('%s', async (_name, make, words) => refused(make, words))

  it('5.3: with the state of another request', async () => {
    const { id, request } = await ask()
    const body = await answerOf({ ...request, state: (await ask()).request.state ?? '' }, { 'limited-income': [await show(request)] })
    expect(await post(request, body)).toMatchObject({ status: 400, json: { error_description: expect.stringContaining('state') } })
    expect(await state(id)).toMatchObject({ state: 'waiting' })
  })

  it('encrypted to the key of another request', async () => {
    const [one, two] = [await ask(), await ask()]
    const body = await answerOf(
      { ...one.request, clientMetadata: two.request.clientMetadata },
      { 'limited-income': [await show(one.request)] },
    )
    expect(await post(one.request, body)).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
    expect(await state(one.id)).toMatchObject({ state: 'waiting' })
  })

  it('larger than anybody answers: 413, and the request waits', async () => {
    const { id, request } = await ask()
    const { status } = await post(request, `response=${'x'.repeat(1_100_000)}`)
    expect(status).toBe(413)
    expect(await state(id)).toMatchObject({ state: 'waiting' })
  })

  it('VP-15: the same answer again is refused', async () => {
    const { id, request } = await ask()
    const body = await answerOf(request, { 'limited-income': [await show(request)] })
    expect((await post(request, body)).status).toBe(200)
    expect(await post(request, body)).toMatchObject({
      status: 400,
      json: { error: 'invalid_request', error_description: /answered, or has expired/ },
    })
    expect(await state(id)).toMatchObject({ answer: 'yes' })
  })

  it('after it has expired, to the second', async () => {
    const { id, request } = await ask()
    const body = await answerOf(request, { 'limited-income': [await show(request, {}, { at: NOW + 299 })] })
    verifier.clock.now = NOW + 300
    const late = await post(request, body)
    const seen = await state(id)
    verifier.clock.now = NOW
    expect(late).toMatchObject({ status: 400 })
    expect(seen).toMatchObject({ state: 'expired' })
  })

  it('ten times at most: then the request is over, and the relying party reads why', async () => {
    const { id, request } = await ask()
    const wrong = await answerOf(request, { 'limited-income': [await show(request, {}, { nonce: 'another' })] })
    for (let attempt = 0; attempt < 10; attempt++) expect((await post(request, wrong)).status).toBe(400)
    expect(await state(id)).toMatchObject({ state: 'refused', reasons: [{ code: 'key_binding_nonce_wrong' }] })
    expect((await answer(await issuer.issue(), request)).status).toBe(400)
  })
})

describe('on the same device', () => {
  const back = async () => {
    const { id, request } = await ask({ device: 'same', redirect_uri: BACK })
    const { json } = await answer(await issuer.issue(), request)
    const code = new URL(String(json.redirect_uri)).searchParams.get('response_code')
    expect(String(json.redirect_uri).startsWith(`${BACK}?response_code=`)).toBe(true)
    return { id, code }
  }
  const complete = (id: string, response_code: unknown, token = TOKEN) =>
    verifier.call(`/requests/${id}/complete`, { response_code }, token)

  it('VP-16: neither answer nor reason before the browser that began it has come back', async () => {
    const { id, code } = await back()
    expect(await state(id)).toEqual({ state: 'waiting', reasons: [] })
    expect(await complete(id, code)).toMatchObject({ status: 200, json: { state: 'answered', answer: 'yes' } })
    expect(await state(id)).toMatchObject({ answer: 'yes' })
  })

  it('VP-17: response_code_wrong: missing, guessed, of another request, used before', async () => {
    const [one, two] = [await back(), await back()]
    for (const wrong of ['', 'guessed', two.code])
      expect(await complete(one.id, wrong)).toMatchObject({ status: 400, json: { error: 'response_code_wrong' } })
    for (const wrong of [undefined, 1, null])
      expect(await complete(one.id, wrong)).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
    expect(await complete(one.id, one.code, 'token-of-other')).toMatchObject({ status: 404 })
    expect((await complete(one.id, one.code)).status).toBe(200)
    expect(await complete(one.id, one.code)).toMatchObject({ status: 400, json: { error: 'response_code_wrong' } })
  })

  it('across devices there is no code, and none completes it', async () => {
    const { id, request } = await ask()
    expect((await answer(await issuer.issue(), request)).json).toEqual({})
    expect(await complete(id, '')).toMatchObject({ status: 400, json: { error: 'response_code_wrong' } })
  })

  it('a refusal needs no browser to come back: whoever waits is told', async () => {
    const { id, request } = await ask({ device: 'same', redirect_uri: BACK })
    const { json } = await post(request, String(new URLSearchParams({ error: 'access_denied', state: request.state ?? '' })))
    expect(String(json.redirect_uri)).toContain('response_code=')
    expect(await state(id)).toMatchObject({ state: 'refused', reasons: [{ code: 'access_denied' }] })
  })
})
