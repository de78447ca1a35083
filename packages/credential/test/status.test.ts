import { readFileSync } from 'node:fs'
import { primitives } from '@symbolon/primitives/node'
import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { inflateZlib } from '../src/compression/zlib.ts'
import {
  checkStatus,
  getStatus,
  packedLength,
  readStatusList,
  type StatusBits,
  setStatus,
  statusNeeds,
  unsignedStatusList,
} from '../src/status/index.ts'
import type { Anchors } from '../src/trust/index.ts'
import type { CredentialType } from '../src/type/index.ts'
import {
  anchorsFor,
  type Change,
  contextOf,
  deflate,
  draft,
  evidenceOf,
  NOW,
  type Party,
  party,
  TYPE,
  token,
  URI,
  viewOf,
} from './status_fixture.ts'

const folder = new URL('../../../test/vectors/token-status-list/', import.meta.url)

describe('Token Status List appendix C', () => {
  const { vectors } = JSON.parse(readFileSync(new URL('appendix-c.json', folder), 'utf8')) as {
    vectors: { bits: StatusBits; entries: number; statuses: Record<string, number>; lst: string }[]
  }

  for (const { bits, entries, statuses, lst } of vectors) {
    it(`reads the list of ${bits} bits, all ${entries} entries of it`, () => {
      const packed = inflateZlib(Uint8Array.fromBase64(lst, { alphabet: 'base64url' }), 4 * 1024 * 1024)
      expect(packed.length).toBe(packedLength(entries, bits))
      const found: Record<string, number> = {}
      for (let index = 0; index < entries; index++) {
        const status = getStatus(packed, bits, index)
        if (status !== 0) found[index] = status ?? Number.NaN
      }
      // The list of 8 bits names one entry that is 0 like all the others.
      expect(found).toEqual(Object.fromEntries(Object.entries(statuses).filter(([, status]) => status !== 0)))
      expect(getStatus(packed, bits, entries)).toBeUndefined()
    })
  }

  it('has lists of 1, 2, 4 and 8 bits', () => {
    expect(vectors.map(({ bits }) => bits)).toEqual([1, 2, 4, 8])
  })
})

describe('packed statuses (section 4.1)', () => {
  it('packs the sixteen statuses of the example into its two bytes', () => {
    const packed = new Uint8Array(2)
    for (const [index, value] of [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1].entries()) setStatus(packed, 1, index, value)
    expect([...packed]).toEqual([0xb9, 0xa3])
  })

  it('gives back what was set, and leaves the others alone', () => {
    const list = fc.constantFrom<StatusBits>(1, 2, 4, 8).chain((bits) =>
      fc.record({
        bits: fc.constant(bits),
        values: fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { minLength: 1, maxLength: 200 }),
      }),
    )
    fc.assert(
      fc.property(list, ({ bits, values }) => {
        const packed = new Uint8Array(packedLength(values.length, bits)).fill(0xff)
        for (const [index, value] of values.entries()) setStatus(packed, bits, index, value)
        expect(values.map((_, index) => getStatus(packed, bits, index))).toEqual(values)
      }),
    )
  })

  it('knows no index outside the list and no value of more bits', () => {
    const packed = new Uint8Array(2)
    for (const index of [-1, 0.5, 8, Number.NaN, 2 ** 60]) {
      expect(getStatus(packed, 2, index)).toBeUndefined()
      expect(() => setStatus(packed, 2, index, 1)).toThrow(RangeError)
    }
    for (const value of [-1, 4, 0.5]) expect(() => setStatus(packed, 2, 0, value)).toThrow(RangeError)
  })
})

let status: Party
let issuer: Party
let anchors: Anchors
let good: string

beforeAll(async () => {
  status = await party('Status')
  issuer = await party('Credential')
  anchors = await anchorsFor([
    { party: status, for: 'status', types: [TYPE] },
    { party: issuer, for: 'credential' },
  ])
  good = await token(status)
})

const judge = (index: unknown, text: string, more: { now?: number; maxStatusAge?: number } = {}) =>
  checkStatus(viewOf(index), undefined, contextOf(anchors, evidenceOf(text), more))

describe('the status of a credential (section 8.3)', () => {
  const values: [number, string, string, number][] = [
    [0, 'pass', 'status_valid', 0],
    [1, 'fail', 'revoked', 1],
    [2, 'fail', 'suspended', 2],
    [3, 'fail', 'status_not_valid', 3],
  ]
  for (const [index, outcome, code, value] of values) {
    it(`section 7.1: ${value} is ${code}`, async () => {
      expect(await judge(index, good)).toEqual({
        check: { id: 'status', outcome, code, spec: 'Token Status List section 7.1', facts: { list: URI, index, age: 3600, value } },
        evidenceAge: 3600,
      })
    })
  }

  it('is judged by the reference of the view where the format put it there', async () => {
    const view = { ...viewOf(0, {}), status: { uri: URI, index: 1 } }
    expect((await checkStatus(view, undefined, contextOf(anchors, evidenceOf(good)))).check.code).toBe('revoked')
    expect(statusNeeds(view, new Map())).toEqual([{ kind: 'status_list', id: URI }])
  })

  it('step 2: is unknown without the list', async () => {
    const { check, evidenceAge } = await checkStatus(viewOf(0), undefined, contextOf(anchors, new Map()))
    expect(check).toMatchObject({ outcome: 'unknown', code: 'status_list_missing', facts: { list: URI, index: 0 } })
    expect(evidenceAge).toBeNull()
    expect(statusNeeds(viewOf(0), new Map())).toEqual([{ kind: 'status_list', id: URI }])
  })

  it('step 6: fails for an index past the end', async () => {
    for (const index of [8, 2 ** 40])
      expect((await judge(index, good)).check).toMatchObject({ outcome: 'fail', code: 'status_index_wrong' })
  })

  for (const index of [-1, 0.5, '0', null, 2 ** 60, [0], true]) {
    it(`section 6.2: fails for the index ${JSON.stringify(index)}`, async () => {
      expect((await judge(index, good)).check).toMatchObject({ outcome: 'fail', code: 'status_reference_malformed' })
      expect(statusNeeds(viewOf(index), new Map())).toEqual([])
    })
  }

  for (const reference of [{ idx: 0 }, { idx: 0, uri: '' }, { idx: 0, uri: 7 }, { idx: 0, uri: 'not a uri' }, [], 'x']) {
    it(`section 6.2: fails for the reference ${JSON.stringify(reference)}`, async () => {
      const view = viewOf(0, { status: { status_list: reference } })
      const { check } = await checkStatus(view, undefined, contextOf(anchors, evidenceOf(good)))
      expect(check).toMatchObject({ outcome: 'fail', code: 'status_reference_malformed' })
    })
  }

  it('is unknown for another mechanism than the list', async () => {
    for (const other of [{ identifier_list: { id: 'x', uri: URI } }, {}, 'x', null]) {
      const { check } = await checkStatus(viewOf(0, { status: other }), undefined, contextOf(anchors, new Map()))
      expect(check).toMatchObject({ outcome: 'unknown', code: 'status_mechanism_unknown' })
    }
  })
})

/** The list of section 4.2's example. */
const LIST = 'eNrbuRgAAhcBXQ'

describe('a status list that cannot be used says nothing (section 8.3)', () => {
  const cases: [string, () => Change, string][] = [
    ['5.1: another typ', () => ({ header: { typ: 'JWT' } }), 'status_list_malformed'],
    ['5.1: no typ', () => ({ header: { typ: undefined } }), 'status_list_malformed'],
    ['RFC 7515 4.1.11: crit', () => ({ header: { crit: ['b64'] } }), 'status_list_malformed'],
    ['8.3 (4.1): sub of another list', () => ({ payload: { sub: `${URI}0` } }), 'status_list_of_other'],
    ['8.3 (4.1): no sub', () => ({ payload: { sub: undefined } }), 'status_list_of_other'],
    ['5.1: no iat', () => ({ payload: { iat: undefined } }), 'status_list_malformed'],
    ['5.1: iat as text', () => ({ payload: { iat: `${NOW}` } }), 'status_list_malformed'],
    ['8.3 (4.2): iat in the future', () => ({ payload: { iat: NOW + 61 } }), 'status_list_from_the_future'],
    ['RFC 7519 4.1.5: nbf in the future', () => ({ payload: { nbf: NOW + 61 } }), 'status_list_from_the_future'],
    ['RFC 7519 4.1.5: nbf as text', () => ({ payload: { nbf: 'soon' } }), 'status_list_malformed'],
    ['8.3 (4.3): exp reached', () => ({ payload: { exp: NOW } }), 'status_list_expired'],
    ['5.1: exp as text', () => ({ payload: { exp: 'never' } }), 'status_list_malformed'],
    ['5.1: ttl of zero', () => ({ payload: { ttl: 0 } }), 'status_list_malformed'],
    ['5.1: ttl below zero', () => ({ payload: { ttl: -1 } }), 'status_list_malformed'],
    ['5.1: ttl as text', () => ({ payload: { ttl: '60' } }), 'status_list_malformed'],
    ['5.1: no status_list', () => ({ payload: { status_list: undefined } }), 'status_list_malformed'],
    ['4.2: three bits', () => ({ payload: { status_list: { bits: 3, lst: LIST } } }), 'status_list_malformed'],
    ['4.2: bits as text', () => ({ payload: { status_list: { bits: '1', lst: LIST } } }), 'status_list_malformed'],
    ['4.2: no lst', () => ({ payload: { status_list: { bits: 1 } } }), 'status_list_malformed'],
    ['4.2: lst with padding', () => ({ payload: { status_list: { bits: 1, lst: 'eNrbuRgAAhcBXQ==' } } }), 'status_list_malformed'],
    ['4.1: lst that is not ZLIB', () => ({ payload: { status_list: { bits: 1, lst: 'AAAAAAAAAAAA' } } }), 'zlib_malformed'],
    ['8.3 (5): lst that inflates to 64 MiB', () => ({ payload: { status_list: { bits: 1, lst: bomb } } }), 'zlib_too_large'],
    ['algorithm none', () => ({ header: { alg: 'none' } }), 'status_list_not_trusted'],
    ['an algorithm of shared secrets', () => ({ header: { alg: 'HS256' } }), 'status_list_not_trusted'],
    ['no certificates', () => ({ header: { x5c: undefined } }), 'status_list_not_trusted'],
    ['certificates of somebody else', () => ({ header: { x5c: [...issuer.x5c] } }), 'status_list_not_trusted'],
  ]
  const bomb = deflate(new Uint8Array(64 * 1024 * 1024)).toBase64({ alphabet: 'base64url', omitPadding: true })
  for (const [what, change, code] of cases) {
    it(what, async () => {
      const { check, evidenceAge } = await judge(0, await token(status, change()))
      expect(check).toMatchObject({ outcome: 'unknown', code })
      expect(check.facts).toMatchObject({ list: URI, index: 0 })
      expect(evidenceAge).toBeNull()
    })
  }

  it('a list of one institution signed by another below the same authority (11.3)', async () => {
    const elsewhere = 'https://neighbour.example'
    const [neighbour, owner] = await Promise.all([party('Neighbour', elsewhere), party('Owner', new URL(URI).origin)])
    const trusting = await anchorsFor([neighbour, owner].map((named) => ({ party: named, for: 'status' as const })))
    const found = async (signer: typeof owner, view = viewOf(0)) =>
      (await checkStatus(view, undefined, contextOf(trusting, evidenceOf(await token(signer))))).check
    expect(await found(neighbour)).toMatchObject({
      outcome: 'unknown',
      code: 'status_list_not_trusted',
      facts: { reason: 'issuer_not_in_certificate' },
    })
    expect(await found(owner)).toMatchObject({ outcome: 'pass' })
    // Lists may be kept at another address than the issuer's: then its own name is enough.
    expect(await found(neighbour, { ...viewOf(0), issuer: `${elsewhere}/issuer` })).toMatchObject({ outcome: 'pass' })
  })

  it('text that is no token', async () => {
    for (const text of ['', 'x', 'a.b.c', `${good}.`, `${good} `, 'x'.repeat(5 * 1024 * 1024)]) {
      expect((await judge(0, text)).check).toMatchObject({ outcome: 'unknown', code: 'status_list_malformed' })
    }
  })

  it('5.1: a signature of which one bit was changed', async () => {
    const dot = good.lastIndexOf('.')
    const signature = Uint8Array.fromBase64(good.slice(dot + 1), { alphabet: 'base64url' })
    signature[20] = (signature[20] ?? 0) ^ 1
    const changed = `${good.slice(0, dot + 1)}${signature.toBase64({ alphabet: 'base64url', omitPadding: true })}`
    await judge(0, good)
    expect((await judge(0, changed)).check).toMatchObject({ outcome: 'unknown', code: 'status_list_signature_wrong' })
  })

  it('11.3: a signer that may sign credentials but not status, ST-07', async () => {
    const { check } = await judge(0, await token(issuer))
    expect(check).toMatchObject({ outcome: 'unknown', code: 'status_list_not_trusted', facts: { reason: 'anchor_for_other_purpose' } })
  })

  it('11.3: a signer whom nobody trusts', async () => {
    const { check } = await judge(0, await token(await party('Stranger')))
    expect(check).toMatchObject({ outcome: 'unknown', code: 'status_list_not_trusted', facts: { reason: 'issuer_not_trusted' } })
  })

  it('11.3: a signer trusted for the status of other types', async () => {
    const view = { ...viewOf(0), type: 'urn:example:other' }
    const { check } = await checkStatus(view, undefined, contextOf(anchors, evidenceOf(good)))
    expect(check).toMatchObject({
      outcome: 'unknown',
      code: 'status_list_not_trusted',
      facts: { reason: 'issuer_not_authorised_for_type' },
    })
  })

  it('and so does a list that was believed with another trust file', async () => {
    await judge(0, good)
    const { check } = await checkStatus(viewOf(0), undefined, contextOf(await anchorsFor([]), evidenceOf(good)))
    expect(check).toMatchObject({ outcome: 'unknown', code: 'status_list_not_trusted' })
  })

  it('and one that was believed earlier is judged again at its time', async () => {
    expect((await judge(0, good)).check.code).toBe('status_valid')
    expect((await judge(0, good, { now: NOW + 86_400 })).check.code).toBe('status_list_expired')
    expect((await judge(0, good, { now: NOW + 91 * 86_400 })).check).toMatchObject({ outcome: 'unknown', code: 'status_list_not_trusted' })
  })
})

describe('the age of the evidence', () => {
  it('counts from when the list was signed, up to the age the policy still takes', async () => {
    expect((await judge(0, good, { maxStatusAge: 3600 })).check.outcome).toBe('pass')
    const { check, evidenceAge } = await judge(0, good, { maxStatusAge: 3599 })
    expect(check).toMatchObject({ outcome: 'unknown', code: 'status_too_old', facts: { age: 3600, limit: 3599 } })
    expect(evidenceAge).toBe(3600)
  })

  it('does not unsay a revocation, which is final, but a suspension, which is not', async () => {
    expect((await judge(1, good, { maxStatusAge: 0 })).check).toMatchObject({ outcome: 'fail', code: 'revoked' })
    expect((await judge(2, good, { maxStatusAge: 0 })).check).toMatchObject({ outcome: 'unknown', code: 'status_too_old' })
  })

  it('is never below zero for a clock that is slightly ahead', async () => {
    const ahead = await token(status, { payload: { iat: NOW + 60 } })
    expect((await judge(0, ahead)).evidenceAge).toBe(0)
  })
})

describe('a credential without a status', () => {
  const asks = { status: { bits: 2, suspension: true } } as CredentialType
  const none = { status: null } as CredentialType
  const judgeWithout = async (type: CredentialType | undefined, times: { issuedAt?: number; notBefore?: number; expires?: number }) =>
    (await checkStatus({ ...viewOf(0, {}), ...times }, type, contextOf(anchors, new Map()))).check

  it('passes when its type asks for none', async () => {
    expect(await judgeWithout(none, { issuedAt: NOW })).toMatchObject({ outcome: 'pass', code: 'status_not_needed' })
    expect(await judgeWithout(undefined, { issuedAt: NOW })).toMatchObject({ outcome: 'pass', code: 'status_not_needed' })
  })

  it('passes when it lives at most 24 hours', async () => {
    expect(await judgeWithout(asks, { notBefore: NOW, expires: NOW + 86_400 })).toMatchObject({
      outcome: 'pass',
      code: 'status_not_needed',
    })
    expect(await judgeWithout(asks, { issuedAt: NOW, expires: NOW + 86_400 })).toMatchObject({ outcome: 'pass', code: 'status_not_needed' })
  })

  it('fails when its type asks for one and it lives longer, or nobody knows how long', async () => {
    for (const times of [{ notBefore: NOW, expires: NOW + 86_401 }, { issuedAt: NOW }, { expires: NOW + 60 }, {}]) {
      expect(await judgeWithout(asks, times)).toMatchObject({ outcome: 'fail', code: 'status_missing' })
    }
  })

  it('and one with a status is judged by it though its type asks for none', async () => {
    const { check } = await checkStatus(viewOf(1), none, contextOf(anchors, evidenceOf(good)))
    expect(check.code).toBe('revoked')
  })
})

describe('reading a list without a credential', () => {
  it('gives its times, with a ttl within sane bounds (section 11.5)', async () => {
    const read = async (ttl: number) =>
      readStatusList(await token(status, { payload: { ttl } }), { uri: URI }, contextOf(anchors, new Map()))
    expect(await read(43_200)).toMatchObject({ uri: URI, bits: 2, issuedAt: NOW - 3600, expires: NOW + 86_400, ttl: 43_200 })
    expect(await read(1)).toMatchObject({ ttl: 60 })
    expect(await read(1e12)).toMatchObject({ ttl: 7 * 86_400 })
  })

  it('reads what the issuer built', async () => {
    const unsigned = unsignedStatusList(draft, { algorithm: 'ES256', x5c: status.x5c }, deflate)
    const list = await readStatusList(
      unsigned.seal(await status.sign(unsigned.input)),
      { uri: URI, type: TYPE },
      contextOf(anchors, new Map()),
    )
    if ('code' in list) throw new Error(list.code)
    expect([0, 1, 2, 3, 4, 7, 8].map((index) => list.status(index))).toEqual([0, 1, 2, 3, 0, 0, undefined])
  })

  it('inflates a list of 2^24 entries once for many checks', async () => {
    const packed = new Uint8Array(packedLength(2 ** 24, 2))
    setStatus(packed, 2, 2 ** 24 - 1, 1)
    const text = await token(status, {}, { ...draft, packed })
    expect((await judge(2 ** 24 - 1, text)).check.code).toBe('revoked')
    const verified = vi.spyOn(primitives, 'verify')
    for (let index = 0; index < 200; index++) expect((await judge(index, text)).check.code).toBe('status_valid')
    expect(verified).not.toHaveBeenCalled()
    verified.mockRestore()
  })
})
