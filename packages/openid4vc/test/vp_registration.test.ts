import type { Path } from '@symbolon/credential'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import {
  beyondRegistration,
  createRegistration,
  judgeRegistration,
  parseDcql,
  type Registration,
  readRegistration,
  type VerifierInfo,
} from '../src/index.ts'
import { NOW } from './fixture.ts'
import { type Certified, context, ORGANISATION, registrar, stranger, TYPE, withPart } from './vp_fixture.ts'

const registration: Registration = {
  name: 'Museum of Examples',
  identifier: ORGANISATION,
  purpose: { nl: 'Verminderd tarief', en: 'Reduced price' },
  credentials: [{ format: 'dc+sd-jwt', types: [TYPE], claims: [['statutes', 'limited_income_any']] }],
  privacyPolicy: 'https://museum.example/privacy',
  issuedAt: NOW - 100,
  expires: NOW + 100,
}
const asker = { outcome: 'pass', organisation: ORGANISATION } as const

async function info(change: Partial<Registration> = {}, by: Certified = registrar, x5c = by.x5c): Promise<VerifierInfo[]> {
  return [
    { format: 'registration_cert', data: await by.sign(createRegistration({ ...registration, ...change }, { algorithm: 'ES256', x5c })) },
  ]
}
const judge = async (given: VerifierInfo[], who: Parameters<typeof judgeRegistration>[1] = asker) => judgeRegistration(given, who, context)

describe('EUDI ARF RPRC, ETSI TS 119 475: a registration certificate', () => {
  it('is believed when the registrar of the trust file signed it for this organisation', async () => {
    expect(await judge(await info())).toEqual({ outcome: 'pass', code: 'registered', anchor: 'registrar', registration })
  })

  it('other statements are passed over; none of ours: unknown', async () => {
    const dataset = { format: 'registrar_dataset', data: {} }
    expect(await judge([dataset])).toEqual({ outcome: 'unknown', code: 'registration_missing' })
    expect((await judge([dataset, ...(await info())])).outcome).toBe('pass')
  })

  it('RPRC_19: two of them: fail', async () => {
    expect(await judge([...(await info()), ...(await info())])).toEqual({ outcome: 'fail', code: 'registration_malformed' })
  })

  it('RPRC_17a: of another organisation than the access certificate', async () => {
    expect(await judge(await info({ identifier: 'NTRBE-0' }))).toEqual({ outcome: 'fail', code: 'registration_of_another' })
    expect(await judge(await info(), { outcome: 'pass' })).toEqual({ outcome: 'fail', code: 'registration_of_another' })
  })

  it('RPRC_17a: shown by somebody whose access certificate nobody vouches for', async () => {
    for (const outcome of ['fail', 'unknown'] as const)
      expect(await judge(await info(), { ...asker, outcome })).toEqual({ outcome: 'fail', code: 'registration_of_another' })
  })

  it('signed by somebody who is no registrar, changed, over, or not begun', async () => {
    expect((await judge(await info({}, stranger))).outcome).toBe('fail')
    expect(await judge(await info({}, stranger, registrar.x5c))).toEqual({ outcome: 'fail', code: 'registration_signature_wrong' })
    const [one] = await info()
    const changed = { format: 'registration_cert', data: withPart(String(one?.data), 1, { name: 'Another' }) }
    expect(await judge([changed])).toEqual({ outcome: 'fail', code: 'registration_signature_wrong' })
    expect(await judge(await info({ expires: NOW }))).toEqual({ outcome: 'fail', code: 'registration_expired' })
    expect(await judge(await info({ issuedAt: NOW + 61 }))).toEqual({ outcome: 'fail', code: 'registration_expired' })
  })

  it('that cannot be read', async () => {
    const [one] = await info()
    const wrong: Json[] = [
      1,
      'a.b',
      withPart(String(one?.data), 0, { typ: 'JWT' }),
      withPart(String(one?.data), 0, { alg: 'none' }),
      'x'.repeat(65_537),
    ]
    for (const data of wrong)
      expect(await judge([{ format: 'registration_cert', data }])).toEqual({ outcome: 'fail', code: 'registration_malformed' })
    const payload: JsonObject = { name: 'a', sub: 'b', credentials: [{ format: 'dc+sd-jwt', claim: [{ path: [{}] }] }], iat: 1, exp: 2 }
    expect(() => readRegistration(payload)).toThrow('registration_malformed')
    for (const name of ['name', 'sub', 'credentials', 'iat', 'exp'])
      expect(() => readRegistration({ ...payload, credentials: [{ format: 'a' }], [name]: null })).toThrow(name)
  })
})

describe('EUDI ARF RPRC_21, OP-06: what is asked beyond the registration', () => {
  const beyond = (registered: readonly Path[], asked: readonly Path[], types = [TYPE]) => {
    const credential = {
      id: 'q',
      format: 'dc+sd-jwt',
      meta: { vct_values: types },
      ...(asked.length > 0 && { claims: asked.map((path) => ({ path: [...path] })) }),
    }
    const query = parseDcql({ credentials: [credential] }, (place, what) => new Error(place + what))
    return beyondRegistration(query, { credentials: [{ format: 'dc+sd-jwt', types: [TYPE], claims: registered }] })
  }

  it('nothing, when each claim is registered or lies within one that is', () => {
    expect(beyond([['a', 'b']], [['a', 'b']])).toEqual([])
    expect(
      beyond(
        [['a']],
        [
          ['a', 'b'],
          ['a', null],
          ['a', 0, 'c'],
        ],
      ),
    ).toEqual([])
    expect(beyond([], [])).toEqual([])
  })

  it('arrays without false alarm: the whole, every element and one of them', () => {
    for (const registered of [['a'], ['a', null]] as Path[])
      for (const asked of [['a'], ['a', null], ['a', 3]] as Path[]) expect(beyond([registered], [asked])).toEqual([])
    expect(beyond([['a', null, 'b']], [['a', 2, 'b']])).toEqual([])
  })

  it('another claim, more than the one, more than one element', () => {
    expect(beyond([['a', 'b']], [['a', 'c'], ['a']])).toEqual([
      { queryId: 'q', types: [TYPE], path: ['a', 'c'] },
      { queryId: 'q', types: [TYPE], path: ['a'] },
    ])
    expect(beyond([['a', 0]], [['a', null]])).toHaveLength(1)
    expect(beyond([['a', null, 'b']], [['a', null]])).toHaveLength(1)
    expect(beyond([['a', null]], [['a', 'b']])).toHaveLength(1)
  })

  it('types that cannot be read are not registered', () => {
    const query = parseDcql({ credentials: [{ id: 'q', format: 'mso_mdoc', meta: {} }] }, (place, what) => new Error(place + what))
    const credentials = [{ format: 'mso_mdoc', types: [TYPE], claims: [] }]
    expect(beyondRegistration(query, { credentials })).toEqual([{ queryId: 'q', types: [] }])
  })

  it('another type, named', () => {
    expect(beyond([['a']], [['a']], ['urn:other'])).toEqual([{ queryId: 'q', types: ['urn:other'] }])
    expect(beyond([['a']], [['a']], [TYPE, 'urn:other'])).toEqual([{ queryId: 'q', types: ['urn:other'] }])
  })
})
