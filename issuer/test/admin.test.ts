import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syntheticSource } from '../src/index.ts'
import {
  ANDREI,
  accessToken,
  issued,
  LOTTE,
  NOBODY,
  offer,
  post,
  randomText,
  redeem,
  request,
  STATUTE,
  start,
  type TestIssuer,
  variants,
} from './fixture.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await start()
})
afterAll(() => issuer.close())

const code = ({ status, json }: { status: number; json: Record<string, unknown> }) => {
  if (status >= 400) expect(json.error_description).toEqual(expect.any(String))
  return [status, json.error]
}
const unknownId = 'AAAAAAAAAAAAAAAAAAAAAA'

describe('POST /admin/offers', () => {
  test('an offer is told once, with its end and where to ask about it', async () => {
    const before = Date.now()
    const { status, json } = await issuer.admin('POST', '/offers', {
      type: STATUTE,
      subject: LOTTE,
      grant: 'pre-authorized_code',
      tx_code: true,
    })
    expect(status).toBe(201)
    expect(Object.keys(json)).toEqual(['id', 'uri', 'credential_offer', 'tx_code', 'expires_at'])
    expect(json.id).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(json.tx_code).toMatch(/^[0-9]{6}$/)
    expect(String(json.uri)).toMatch(/^openid-credential-offer:\/\/\?credential_offer=/)
    expect(JSON.parse(new URL(String(json.uri)).searchParams.get('credential_offer') ?? '')).toEqual(json.credential_offer)
    expect(Date.parse(String(json.expires_at)) - before).toBeGreaterThan(595_000)
    expect(Date.parse(String(json.expires_at)) - before).toBeLessThan(602_000)
    expect(JSON.stringify(json)).not.toContain(LOTTE)
  })

  test('without tx_code there is none, neither in the answer nor in the offer', async () => {
    const { json } = await issuer.admin('POST', '/offers', { type: STATUTE, subject: LOTTE })
    expect(json).not.toHaveProperty('tx_code')
    expect(JSON.stringify(json.credential_offer)).not.toContain('tx_code')
  })

  test.each([
    ['no type', { subject: LOTTE }, 400, 'invalid_request'],
    ['no subject', { type: STATUTE }, 400, 'invalid_request'],
    ['a subject that is a number', { type: STATUTE, subject: Number(LOTTE) }, 400, 'invalid_request'],
    ['an empty subject', { type: STATUTE, subject: '' }, 400, 'invalid_request'],
    ['a subject of 101 characters', { type: STATUTE, subject: '1'.repeat(101) }, 400, 'invalid_request'],
    ['a subject of two lines', { type: STATUTE, subject: `${LOTTE}\n` }, 400, 'invalid_request'],
    ['tx_code as text', { type: STATUTE, subject: LOTTE, tx_code: 'true' }, 400, 'invalid_request'],
    ['a misspelt member', { type: STATUTE, subject: LOTTE, txcode: true }, 400, 'invalid_request'],
    ['a grant that is in no offer', { type: STATUTE, subject: LOTTE, grant: 'refresh_token' }, 400, 'grant_not_supported'],
    ['a grant nobody knows', { type: STATUTE, subject: LOTTE, grant: 'code' }, 400, 'grant_not_supported'],
    ['an unknown type', { type: 'unknown', subject: LOTTE }, 404, 'type_not_found'],
    ['an inherited name for a type', { type: 'constructor', subject: LOTTE }, 404, 'type_not_found'],
    ['a person nobody knows', { type: STATUTE, subject: NOBODY }, 404, 'subject_not_found'],
    ['a person without a row for the type', { type: 'pda1', subject: LOTTE }, 404, 'subject_not_found'],
    ['a list', [], 400, 'invalid_request'],
    ['null', null, 400, 'invalid_request'],
  ])('%s', async (_what, body, status, error) => {
    const answer = await issuer.admin('POST', '/offers', body)
    expect(code(answer)).toEqual([status, error])
    expect(JSON.stringify(answer.json)).not.toMatch(new RegExp(`${LOTTE}|${NOBODY}`))
  })

  test('an unknown type is answered with those that there are, and is not repeated', async () => {
    const { json } = await issuer.admin('POST', '/offers', { type: LOTTE, subject: STATUTE })
    expect(json.error_description).toMatch(/^there is no such credential type here; there are be-social-statute, .*ehic/)
    expect(JSON.stringify(json)).not.toContain(LOTTE)
  })

  test.each([
    ['not JSON', '{', 'application/json', 400, 'invalid_request'],
    ['nothing', '', 'application/json', 400, 'invalid_request'],
    ['a member twice', `{"type":"pid","type":"${STATUTE}","subject":"${LOTTE}"}`, 'application/json', 400, 'invalid_request'],
    ['a form', `type=${STATUTE}`, 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['too much', JSON.stringify({ type: 'x'.repeat(70_000) }), 'application/json', 413, 'request_too_large'],
  ])('%s', async (_what, body, type, status, error) => {
    expect(code(await post(`${issuer.url}/admin/offers`, body, type, `Bearer ${issuer.token}`))).toEqual([status, error])
  })
})

test('a type that does not allow the grant; a right that has ended', async () => {
  const own = await start(
    variants([], {
      closed: { change: { grants: ['authorization_code'] } },
      ended: {
        query: (sql) =>
          sql
            .replace('latest.covered_from,', "'2020-01-01' as covered_from,")
            .replace('latest.covered_until,', "'2020-01-31' as covered_until,"),
      },
    }),
  )
  try {
    expect(code(await own.admin('POST', '/offers', { type: 'closed', subject: LOTTE }))).toEqual([409, 'grant_not_allowed'])
    expect(code(await own.admin('POST', '/offers', { type: 'ended', subject: LOTTE }))).toEqual([409, 'right_ended'])
  } finally {
    await own.close()
  }
})

describe('the token of the institution', () => {
  const calls: [string, string][] = [
    ['POST', '/offers'],
    ['GET', `/offers/${unknownId}`],
    ['DELETE', `/offers/${unknownId}`],
    ['POST', '/issuances/search'],
    ['POST', `/issuances/${unknownId}/status`],
  ]
  test.each(calls)('%s %s wants it', async (method, path) => {
    const ask = async (authorization?: string) => {
      const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) }
      const response = await fetch(`${issuer.url}/admin${path}`, { method, headers, ...(method === 'POST' && { body: '{}' }) })
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="issuer"/)
      return code({ status: response.status, json: await response.json() })
    }
    expect(await ask()).toEqual([401, 'token_missing'])
    expect(await ask('Bearer ')).toEqual([401, 'token_missing'])
    expect(await ask(`Bearer ${randomText()}`)).toEqual([401, 'invalid_token'])
    // An access token of a wallet opens nothing here.
    expect(await ask(`Bearer ${await accessToken(issuer)}`)).toEqual([401, 'invalid_token'])
  })

  test('it is a file of its owner with 256 random bits', () => {
    expect(statSync(join(issuer.home, 'issuer', 'admin-token')).mode & 0o777).toBe(0o600)
    expect(statSync(join(issuer.home, 'issuer')).mode & 0o777).toBe(0o700)
    expect(issuer.token).toMatch(/^development-[A-Za-z0-9_-]{43}$/)
  })
})

describe('GET and DELETE /admin/offers/:id', () => {
  test('its state follows what happens', async () => {
    const made = await offer(issuer)
    const state = async () => (await issuer.admin('GET', `/offers/${made.id}`)).json.state
    expect(await state()).toBe('open')
    const { json } = await redeem(issuer, made)
    expect(await state()).toBe('redeemed')
    await request(issuer, String(json.access_token))
    expect(await state()).toBe('issued')
    const { json: told } = await issuer.admin('GET', `/offers/${made.id}`)
    expect(Object.keys(told)).toEqual(['id', 'type', 'state', 'created_at', 'expires_at', 'issuance'])
  })

  test('withdrawing twice is once; after the issuance it is too late', async () => {
    const made = await offer(issuer)
    expect((await issuer.admin('DELETE', `/offers/${made.id}`)).status).toBe(204)
    expect((await issuer.admin('DELETE', `/offers/${made.id}`)).status).toBe(204)
    expect((await issuer.admin('GET', `/offers/${made.id}`)).json.state).toBe('withdrawn')
    const used = await offer(issuer)
    await request(issuer, String((await redeem(issuer, used)).json.access_token))
    expect(code(await issuer.admin('DELETE', `/offers/${used.id}`))).toEqual([409, 'offer_used'])
  })

  test('an offer nobody made', async () => {
    for (const id of [unknownId, 'x', '%2e%2e', "' or 1=1 --"]) {
      expect(code(await issuer.admin('GET', `/offers/${encodeURIComponent(id)}`))).toEqual([404, 'offer_not_found'])
      expect(code(await issuer.admin('DELETE', `/offers/${encodeURIComponent(id)}`))).toEqual([404, 'offer_not_found'])
    }
  })
})

describe('POST /admin/issuances/search', () => {
  test('finds by person and by type, without claims, numbers or pseudonyms', async () => {
    await issued(issuer, { type: 'pda1', subject: ANDREI })
    const { status, json } = await issuer.admin('POST', '/issuances/search', { subject: ANDREI, type: 'pda1' })
    expect(status).toBe(200)
    const found = json.issuances as Record<string, unknown>[]
    expect(found.map((issuance) => Object.keys(issuance))).toEqual([['id', 'type', 'status', 'copies', 'issued_at', 'expires_at']])
    expect((await issuer.admin('POST', '/issuances/search', { subject: ANDREI, type: 'ehic' })).json.issuances).toEqual([])
    expect((await issuer.admin('POST', '/issuances/search', { subject: NOBODY })).json.issuances).toEqual([])
  })

  test('pages follow each other without a gap or a repetition', async () => {
    const paged = await start()
    try {
      const token = () => accessToken(paged)
      for (let count = 0; count < 53; count++) await request(paged, await token())
      const first = (await paged.admin('POST', '/issuances/search', {})).json
      const second = (await paged.admin('POST', '/issuances/search', { cursor: first.cursor })).json
      const ids = [first, second].flatMap(({ issuances }) => (issuances as { id: string }[]).map(({ id }) => id))
      expect((first.issuances as unknown[]).length).toBe(50)
      expect(second).not.toHaveProperty('cursor')
      expect(new Set(ids).size).toBe(53)
    } finally {
      await paged.close()
    }
  })

  test.each([
    ['a cursor of our own making', { cursor: 'bm90IG9uZQ' }],
    ['a cursor that is no text', { cursor: 1 }],
    ['a misspelt member', { insz: LOTTE }],
    ['a subject that is a number', { subject: Number(LOTTE) }],
  ])('%s', async (_what, body) => {
    expect(code(await issuer.admin('POST', '/issuances/search', body))).toEqual([400, 'invalid_request'])
  })
})

describe('POST /admin/issuances/:id/status', () => {
  test.each([
    ['no reason', { status: 'revoked' }],
    ['no status', { reason: 'x' }],
    ['another word', { status: 'invalid', reason: 'x' }],
    ['an inherited word', { status: 'toString', reason: 'x' }],
    ['a reason without end', { status: 'revoked', reason: 'x'.repeat(201) }],
  ])('%s', async (_what, body) => {
    expect(code(await issuer.admin('POST', `/issuances/${unknownId}/status`, body))).toEqual([400, 'invalid_request'])
  })

  test('an issuance nobody made', async () => {
    const answer = await issuer.admin('POST', `/issuances/${unknownId}/status`, { status: 'revoked', reason: 'x' })
    expect(code(answer)).toEqual([404, 'issuance_not_found'])
  })
})

describe('what the source says is asked at that moment', () => {
  test('gone since the offer: no credential; wrong for the type: said to the institution, with places and without values', async () => {
    const changing = await start()
    const source = new DatabaseSync(syntheticSource(changing.home))
    try {
      const token = await accessToken(changing, { type: 'pda1', subject: ANDREI })
      source.prepare("update applicable_legislation set employer_name = '' where insz = ?").run(ANDREI)
      const broken = await changing.admin('POST', '/offers', { type: 'pda1', subject: ANDREI })
      expect(code(broken)).toEqual([409, 'source_data_invalid'])
      expect(broken.json.error_description).toMatch(/employmentSituations/)
      expect(code(await request(changing, token, 'pda1'))).toEqual([400, 'credential_request_denied'])
      source.prepare('delete from applicable_legislation where insz = ?').run(ANDREI)
      expect(code(await request(changing, token, 'pda1'))).toEqual([400, 'credential_request_denied'])
      expect((await changing.admin('POST', '/issuances/search', {})).json.issuances).toEqual([])
    } finally {
      source.close()
      await changing.close()
    }
  })
})

test('other methods are answered 405 with what would be right, other addresses 404', async () => {
  const response = await fetch(`${issuer.url}/admin/offers/${unknownId}`, { method: 'PUT' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE, OPTIONS'])
  expect((await response.json()).error).toBe('method_not_allowed')
  expect((await fetch(`${issuer.url}/token`)).headers.get('allow')).toBe('POST, OPTIONS')
  expect((await fetch(`${issuer.url}/nonce`)).status).toBe(405)
  const missing = { '/vct/x': 'type_not_found', '/status-lists/x': 'status_list_not_found', '/bundle/parts/x': 'part_not_found' }
  const nowhere = ['/', '/admin', '/admin/offers/', '/deferred_credential'].map((path) => [path, 'not_found'] as const)
  for (const [path, error] of [...Object.entries(missing), ...nowhere]) {
    const answer = await fetch(`${issuer.url}${path}`)
    expect([path, answer.status, (await answer.json()).error]).toEqual([path, 404, error])
  }
})
