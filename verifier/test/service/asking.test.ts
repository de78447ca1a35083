import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOW } from '../artefacts.ts'
import {
  answer,
  BACK,
  fetchRequest,
  newHome,
  removeHomes,
  type Sources,
  sources,
  startTest,
  type TestVerifier,
  writeParty,
} from './world.ts'

let issuer: Sources
beforeAll(async () => {
  issuer = await sources()
})
afterAll(() => {
  issuer.close()
  removeHomes()
})

/** A verifier with relying parties of its own. */
async function withParties(parties: Record<string, Parameters<typeof writeParty>[3]>) {
  const home = newHome()
  const folder = join(home, 'parties')
  for (const [id, files] of Object.entries(parties)) await writeParty(home, folder, id, files)
  return startTest(issuer, { SYMBOLON_HOME: home, VERIFIER_RELYING_PARTIES: folder })
}

describe('POST /requests', () => {
  let verifier: TestVerifier
  beforeAll(async () => {
    verifier = await withParties({
      museum: {},
      carrier: { questions: ['train-reduction', 'legislation-applies'], registration: null },
      late: { registration: (one) => ({ ...one, expires: NOW + 60 }) },
    })
  })
  afterAll(() => verifier.close())
  const refusal = async (body: unknown, token = 'token-of-museum') => {
    const { status, json } = await verifier.call('/requests', body, token)
    return [status, json.error]
  }

  it('answers what CONTRACT.md says: the identifier is in no link, and nothing of the request is guessed from another', async () => {
    const { status, json } = await verifier.call('/requests', { question: 'museum-reduced-price' }, 'token-of-museum')
    expect(status).toBe(201)
    expect(Object.keys(json).sort()).toEqual(['expires_at', 'id', 'request_uri', 'uri'])
    expect(json.uri).toContain(encodeURIComponent(String(json.request_uri)))
    expect(Buffer.from(String(json.id), 'base64url')).toHaveLength(16)
    expect(json.expires_at).toBe(NOW + 300)
    const request = await fetchRequest(String(json.request_uri))
    expect(JSON.stringify([json.uri, request.state, request.nonce, request.responseUri])).not.toContain(String(json.id))
    expect(await verifier.state(String(json.id), 'token-of-museum')).toEqual({ state: 'waiting', reasons: [] })
  })

  it('VP-18: two requests have nothing in common: nonce, state, key, address', async () => {
    const [one, two] = [
      (await verifier.ask(undefined, {}, 'token-of-museum')).request,
      (await verifier.ask(undefined, {}, 'token-of-museum')).request,
    ]
    expect(one.clientMetadata.encryptionKeys).toHaveLength(1)
    expect(one.clientMetadata.encryptionKeys[0]?.jwk.x).not.toBe(two.clientMetadata.encryptionKeys[0]?.jwk.x)
    for (const member of ['nonce', 'state', 'responseUri'] as const) expect(one[member]).not.toBe(two[member])
    expect(one.clientId).toBe(two.clientId)
  })

  it('5.10: is fetched again as the same request, with the nonce of each wallet that posts one', async () => {
    const { json } = await verifier.call('/requests', { question: 'museum-reduced-price' }, 'token-of-museum')
    const [one, two] = [await fetchRequest(String(json.request_uri)), await fetchRequest(String(json.request_uri))]
    // Of a query, what is said and not how it is matched.
    expect(JSON.stringify(one)).toBe(JSON.stringify(two))
    const form = new URLSearchParams({ wallet_nonce: 'wallet-nonce-1', wallet_metadata: '{}' })
    const posted = await fetch(String(json.request_uri), { method: 'POST', body: form })
    expect(posted.headers.get('content-type')).toBe('application/oauth-authz-req+jwt')
    expect(posted.headers.get('cache-control')).toBe('no-store')
    const payload = JSON.parse(Buffer.from((await posted.text()).split('.')[1] ?? '', 'base64url').toString())
    expect(payload).toMatchObject({ wallet_nonce: 'wallet-nonce-1', nonce: one.nonce, aud: 'https://self-issued.me/v2', exp: NOW + 300 })
  })

  it('token_missing, invalid_token: nobody asks without a token, or with one in an address', async () => {
    const body = JSON.stringify({ question: 'museum-reduced-price' })
    const headers = { 'content-type': 'application/json' }
    const without = await fetch(`${verifier.url}/requests`, { method: 'POST', headers, body })
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="verifier"'])
    expect(await refusal({ question: 'museum-reduced-price' }, 'token-of-nobody')).toEqual([401, 'invalid_token'])
    const inAddress = await fetch(`${verifier.url}/requests?access_token=token-of-museum`, { method: 'POST', headers, body })
    expect(inAddress.status).toBe(400)
  })

  it('question_not_allowed: a question of others, or none', async () => {
    expect(await refusal({ question: 'train-reduction' })).toEqual([403, 'question_not_allowed'])
    expect(await refusal({ question: 'anything' })).toEqual([403, 'question_not_allowed'])
  })

  it('given_wrong: just what the question wants, and in its form', async () => {
    const ask = (given?: object) => refusal({ question: 'legislation-applies', given }, 'token-of-carrier')
    expect(await ask({ country: 'DE', employer: '0999999922' })).toEqual([201, undefined])
    for (const wrong of [
      undefined,
      { country: 'DE' },
      { country: 'de', employer: '0999999922' },
      { country: 'DE', employer: '0999999922', more: 'x' },
    ])
      expect(await ask(wrong)).toEqual([400, 'given_wrong'])
    expect(await refusal({ question: 'museum-reduced-price', given: { country: 'DE' } })).toEqual([400, 'given_wrong'])
  })

  it('redirect_uri_not_registered: letter by letter, on the same device only', async () => {
    const ask = (more: object) => refusal({ question: 'museum-reduced-price', ...more })
    expect(await ask({ device: 'same', redirect_uri: BACK })).toEqual([201, undefined])
    for (const uri of [`${BACK}/`, `${BACK}?a=1`, BACK.toUpperCase(), 'https://evil.example/'])
      expect(await ask({ device: 'same', redirect_uri: uri })).toEqual([400, 'redirect_uri_not_registered'])
    for (const wrong of [
      { device: 'same' },
      { device: 'cross', redirect_uri: BACK },
      { redirect_uri: BACK },
      { device: 'other' },
      { device: 'same', redirect_uri: 1 },
    ])
      expect(await ask(wrong)).toEqual([400, 'invalid_request'])
  })

  it('a body that is no object, or says no question', async () => {
    for (const wrong of [
      'text',
      [],
      {},
      { question: '' },
      { question: 1 },
      { question: 'museum-reduced-price', given: 1 },
      { question: 'museum-reduced-price', given: { a: 1 } },
    ])
      expect(await refusal(wrong)).toEqual([400, 'invalid_request'])
  })

  it('access_certificate_unusable: a relying party whose key or certificate is not good asks nobody, until it is put right', async () => {
    const path = join(verifier.home, 'parties', 'museum', 'access.pem')
    const good = readFileSync(path, 'utf8')
    const broken = await withParties({ museum: {}, other: {} })
    writeFileSync(join(broken.home, 'parties', 'museum', 'access.pem'), 'nonsense')
    const ask = async (token = 'token-of-museum') =>
      (await broken.call('/requests', { question: 'museum-reduced-price' }, token)).json.error
    expect(await ask()).toBe('access_certificate_unusable')
    expect(await ask('token-of-other')).toBeUndefined()
    writeFileSync(join(broken.home, 'parties', 'museum', 'access.pem'), good)
    expect(await ask()).toBeUndefined()
    broken.clock.now = NOW + 400 * 86_400
    expect([await ask(), await ask('token-of-other')]).toEqual(['access_certificate_unusable', 'access_certificate_unusable'])
    await broken.close()
  })

  it('asked_beyond_registration: a registration that is over covers nothing', async () => {
    expect(await refusal({ question: 'museum-reduced-price' }, 'token-of-late')).toEqual([201, undefined])
    verifier.clock.now = NOW + 60
    const { json } = await verifier.call('/requests', { question: 'museum-reduced-price' }, 'token-of-late')
    verifier.clock.now = NOW
    expect(json).toEqual({
      error: 'asked_beyond_registration',
      error_description: 'the registration certificate of Party late has expired; have it renewed',
    })
  })

  it('request_not_found: the request of another relying party is not there', async () => {
    const { id } = await verifier.ask(undefined, { device: 'same', redirect_uri: BACK }, 'token-of-museum')
    expect(await verifier.call(`/requests/${id}`, undefined, 'token-of-carrier')).toMatchObject({
      status: 404,
      json: { error: 'request_not_found' },
    })
    const complete = await verifier.call(`/requests/${id}/complete`, { response_code: 'x' }, 'token-of-carrier')
    expect(complete).toMatchObject({ status: 404, json: { error: 'request_not_found' } })
    expect(await verifier.call('/requests/nonesuch', undefined, 'token-of-museum')).toMatchObject({ status: 404 })
  })

  it('request_not_open: what was answered, has expired, or never was cannot be fetched', async () => {
    const { request, id } = await verifier.ask(undefined, {}, 'token-of-museum')
    const uri = request.responseUri.replace('/responses/', '/request-objects/')
    expect((await answer(await issuer.issue(), request)).status).toBe(200)
    for (const address of [uri, `${verifier.url}/request-objects/nonesuch`]) {
      const gone = await fetch(address)
      expect([gone.status, await gone.json()]).toEqual([
        404,
        { error: 'request_not_open', error_description: expect.stringContaining('ask for a new request') },
      ])
    }
    const second = await verifier.ask(undefined, {}, 'token-of-museum')
    verifier.clock.now = NOW + 300
    expect((await fetch(second.request.responseUri.replace('/responses/', '/request-objects/'))).status).toBe(404)
    expect(await verifier.state(second.id, 'token-of-museum')).toEqual({ state: 'expired', reasons: [] })
    verifier.clock.now = NOW
    expect(await verifier.state(id, 'token-of-museum')).toMatchObject({ state: 'answered' })
  })
})

describe('relying parties as data', () => {
  it('all faults of all of them are told before the door opens', async () => {
    const home = newHome()
    const folder = join(home, 'parties')
    await writeParty(home, folder, 'one', {
      questions: ['nonesuch'],
      redirectUris: ['javascript:alert(1)'],
      more: { response_mode: 'fragment', nme: 'x' },
    })
    await writeParty(home, folder, 'two', {
      registration: (one) => ({ ...one, credentials: [{ ...one.credentials[0], claims: [['birthdate']] } as never] }),
    })
    await writeParty(home, folder, 'five', { registration: (one) => ({ ...one, identifier: 'NTRBE-0999999922' }) })
    await writeParty(home, folder, 'three', { more: { token_hash: '', name: 1 } })
    mkdirSync(join(folder, 'four'))
    const started = startTest(issuer, { SYMBOLON_HOME: home, VERIFIER_RELYING_PARTIES: folder })
    const error = await started.then(
      () => undefined,
      (error: Error) => error,
    )
    for (const words of [
      'one: relying_party.json: there is no question nonesuch',
      'one: relying_party.json: a redirect address',
      'one: relying_party.json: response_mode is none that is spoken',
      'one: relying_party.json: there is no member nme',
      'two: relying_party.json: museum-reduced-price asks beyond the registration: statutes.limited_income_any; statutes.disability_recognised',
      'three: relying_party.json: name must be text',
      'three: relying_party.json: token_hash must be text',
      'four: relying_party.json is not there',
      'five: registration.jwt: it is of another organisation',
    ])
      expect(error?.message).toContain(words)
  })

  it('production refuses the certificates of development', async () => {
    const home = newHome()
    const folder = join(home, 'parties')
    await writeParty(home, folder, 'one')
    const secret = join(home, 'secret')
    writeFileSync(secret, 'a'.repeat(64), { mode: 0o600 })
    const production = { SYMBOLON_ENV: 'production', VERIFIER_URL: 'https://verifier.example', VERIFIER_SECRET_FILE: secret }
    const started = startTest(issuer, { SYMBOLON_HOME: home, VERIFIER_RELYING_PARTIES: folder, ...production })
    await expect(started).rejects.toThrow('one: its access certificate is of a development authority')
  })

  it('two with the same token would be one: refused', async () => {
    const home = newHome()
    const folder = join(home, 'parties')
    await writeParty(home, folder, 'one')
    await writeParty(home, folder, 'two')
    const { token_hash } = JSON.parse(
      String(await import('node:fs').then(({ readFileSync }) => readFileSync(join(folder, 'one', 'relying_party.json'), 'utf8'))),
    )
    await writeParty(home, folder, 'two', { more: { token_hash } })
    await expect(startTest(issuer, { SYMBOLON_HOME: home, VERIFIER_RELYING_PARTIES: folder })).rejects.toThrow(
      'another relying party has the same token',
    )
    writeFileSync(join(folder, 'two', 'registration.jwt'), 'no certificate')
    await expect(startTest(issuer, { SYMBOLON_HOME: home, VERIFIER_RELYING_PARTIES: folder })).rejects.toThrow(
      'registration.jwt cannot be read',
    )
    await expect(startTest(issuer, { SYMBOLON_HOME: home, VERIFIER_RELYING_PARTIES: join(home, 'nowhere') })).rejects.toThrow(
      'there is no such folder',
    )
  })
})
