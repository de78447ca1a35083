import { createPublicKey, verify } from 'node:crypto'
import { primitives as node } from '@symbolon/primitives/node'
import { primitives as web } from '@symbolon/primitives/web'
import { base64url, type JsonObject, type Primitives, parseJws } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FORMATS, formatNamed, parseCredential } from '../src/formats/index.ts'
import type { Path } from '../src/model.ts'
import {
  card,
  cardWith,
  check,
  finding,
  format,
  holder,
  issue,
  issuer,
  NONCE,
  NOW,
  newHolder,
  show,
  trusted,
  URI,
} from './presentation_fixture.ts'

const payloadOf = (text: string): JsonObject => parseJws(text.slice(0, text.indexOf('~'))).payload
const sets: readonly [string, Primitives][] = [
  ['node', node],
  ['web', web],
]
/** Every claim of the library card that its holder can show apart. */
const CONCEALED: readonly Path[] = [['name'], ['rooms', 'reading'], ['rooms', 'music'], ['loans', 0, 'title'], ['loans', 0, 'due']]

describe.each(sets)('build, parse, disclose, bind and verify with the %s primitives', (_, set) => {
  it('gives back what was issued', async () => {
    const text = await issue({}, set)
    const { view } = await parseCredential(text, set)
    expect({ ...view.claims, jti: undefined }).toEqual({ ...card.sample, jti: undefined })
    expect(view).toMatchObject({ format: 'dc+sd-jwt', type: card.vct, issuedAt: NOW - 3600, status: { index: 0 }, holderKey: holder.jwk })
    expect(view.disclosable.map(String).sort()).toEqual(CONCEALED.map(String).sort())
  })

  it('shows any selection and nothing else', async () => {
    const text = await issue({}, set)
    const anchors = await trusted(set)
    await fc.assert(
      fc.asyncProperty(fc.subarray([...CONCEALED]), async (paths) => {
        const report = await check(await show(text, paths, set), { primitives: set, anchors })
        expect(report.outcome).toBe('pass')
        expect(report.credential?.view.disclosable.map(String).sort()).toEqual(paths.map(String).sort())
      }),
      { numRuns: 32 },
    )
  })

  it('keeps its text', async () => {
    const presented = await show(await issue({}, set), [['name']], set)
    expect((await parseCredential(presented, set)).toString()).toBe(presented)
  })

  it('leaves the key binding behind when less is shown', async () => {
    const presented = await show(await issue({}, set), [['name'], ['rooms', 'music']], set)
    const less = await (await parseCredential(presented, set)).disclose([['name']])
    expect(less.binding).toBeUndefined()
    expect(less.toString().endsWith('~')).toBe(true)
    expect(less.view.claims).not.toHaveProperty(['rooms', 'music'])
  })

  it('reads what the holder said, judging nothing', async () => {
    const { binding } = await parseCredential(await show(await issue({}, set), [], set), set)
    expect(binding).toMatchObject({ nonce: NONCE, issuedAt: NOW - 5, covers: true, algorithm: 'ES256' })
    expect(binding).not.toHaveProperty('expires')
  })
})

describe('buildCopies', () => {
  it('makes as many as there are keys, each with its own key and status, alike in everything else', async () => {
    const others = [newHolder(), newHolder()]
    const times = { issuedAt: NOW - 3600, notBefore: NOW - 3600, expires: NOW + 3600 }
    const common = {
      type: card,
      claims: card.sample,
      issuer: 'https://issuer.example',
      algorithm: 'ES256',
      x5c: issuer.x5c,
      ...times,
    } as const
    const copies = others.map(({ jwk }, index) => ({ holderKey: jwk, status: { uri: URI, index } }))
    const unsigned = await format.buildCopies(common, copies, node)
    const views = await Promise.all(
      unsigned.map(async ({ input, seal }) => (await parseCredential(seal(await issuer.sign(input)), node)).view),
    )
    expect(views.map(({ holderKey, status }) => ({ holderKey, status }))).toEqual(copies)
    const [one, other] = views.map(({ claims, type, expires, issuedAt }) => ({
      claims: { ...claims, jti: undefined },
      type,
      expires,
      issuedAt,
    }))
    expect(one).toEqual(other)
  })
})

describe('build', () => {
  it('signs what RFC 7515 says, as another library sees it', async () => {
    const [jwt = ''] = (await issue()).split('~')
    const [header = '', payload = '', signature = ''] = jwt.split('.')
    const certificate = `-----BEGIN CERTIFICATE-----\n${issuer.x5c[0]}\n-----END CERTIFICATE-----`
    const key = { key: createPublicKey(certificate), dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', new TextEncoder().encode(`${header}.${payload}`), key, base64url.decode(signature))).toBe(true)
    expect(parseJws(jwt).header).toEqual({ alg: 'ES256', typ: 'dc+sd-jwt', x5c: issuer.x5c })
  })

  it('writes the envelope of facts: claims in clear, the holder key alone, no value of a concealed claim', async () => {
    const payload = payloadOf(await issue({ holderKey: { ...holder.jwk, kid: 'inventory-7', d: 'AAAA' } }))
    expect(payload.cnf).toEqual({ jwk: holder.jwk })
    expect(payload).toMatchObject({ iss: 'https://issuer.example', vct: card.vct, _sd_alg: 'sha-256', valid: card.sample.valid })
    expect(JSON.stringify(payload)).not.toMatch(/Proefstuk|Bruges/)
  })

  it('makes no two copies alike', async () => {
    const copies = await Promise.all(Array.from({ length: 20 }, () => issue()))
    const ids = copies.map((copy) => payloadOf(copy).jti)
    for (const id of ids) expect(id).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const digests = copies.flatMap((copy) => JSON.stringify(payloadOf(copy)).match(/[A-Za-z0-9_-]{43}(?=")/g) ?? [])
    const own = digests.filter((digest) => digest !== holder.jwk.x && digest !== holder.jwk.y)
    expect(new Set([...own, ...ids]).size).toBe(own.length + ids.length)
  })

  it('hides how many claims there are behind decoys', async () => {
    const { rooms } = payloadOf(await issue())
    expect((rooms as JsonObject)._sd).toHaveLength(4)
  })

  it('writes constants of the envelope as they are', async () => {
    const bound = cardWith({ envelope: { binding: 'device' } })
    expect(payloadOf(await issue({ type: bound }))).toMatchObject({ binding: 'device' })
  })

  it('refuses claims that lack what must be concealed', async () => {
    const { rooms: _, ...claims } = card.sample
    await expect(issue({ claims })).rejects.toMatchObject({ code: 'claim_not_there' })
  })

  it('lets no claim decide on the envelope', async () => {
    for (const name of ['exp', 'vct', 'cnf', 'status', 'iss', '_sd_alg']) {
      const claims = { ...card.sample, [name]: 4_102_444_800 }
      await expect(issue({ claims })).rejects.toMatchObject({ code: name === '_sd_alg' ? 'reserved_name' : 'envelope_malformed' })
    }
  })

  it('binds to a whole key or refuses, and never to none in silence', async () => {
    const { y: _, ...half } = holder.jwk
    await expect(issue({ holderKey: half })).rejects.toMatchObject({ code: 'key_unusable' })
    await expect(issue({ holderKey: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } })).rejects.toMatchObject({ code: 'key_unusable' })
  })
})

describe('parse', () => {
  it('says of what is of another format that it is not its own', async () => {
    for (const text of ['', 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA', 'SY1:ABC', '{"a":1}']) expect(await format.parse(text, node)).toBeNull()
    await expect(parseCredential('SY1:ABC', node)).rejects.toMatchObject({ code: 'format_not_known' })
  })

  it('throws for what is its own and broken', async () => {
    await expect(format.parse('eyJhbGciOiJFUzI1NiJ9.e30.AAAA~', node)).rejects.toMatchObject({ code: 'type_wrong' })
  })

  it('keeps claims with the names of prototypes as claims, without an effect on any other object', async () => {
    const claims = { ...card.sample, constructor: 'c', toString: 't' }
    Object.defineProperty(claims, '__proto__', { value: { polluted: true }, enumerable: true })
    const { view } = await parseCredential(await issue({ claims }), node)
    expect(Object.getOwnPropertyDescriptor(view.claims, '__proto__')?.value).toEqual({ polluted: true })
    expect(view.claims).toMatchObject({ constructor: 'c', toString: 't' })
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(view.envelope).not.toHaveProperty('polluted')
  })

  it('refuses to show what is not there', async () => {
    const credential = await parseCredential(await issue(), node)
    for (const path of [['secret'], ['rooms', 'sauna'], ['loans', 1], ['__proto__'], ['constructor']]) {
      await expect(credential.disclose([path])).rejects.toMatchObject({ code: 'claim_not_there' })
    }
  })
})

describe('the family of formats', () => {
  it('finds each by its identifier, once', () => {
    for (const one of FORMATS) expect(formatNamed(one.id)).toBe(one)
    expect(new Set(FORMATS.map(({ id }) => id)).size).toBe(FORMATS.length)
    expect(formatNamed('vc+sd-jwt')).toBeUndefined()
    expect(formatNamed('constructor')).toBeUndefined()
    expect(format.configuration(card)).toEqual({ format: 'dc+sd-jwt', vct: card.vct })
  })

  it('a key binding of another copy is no key binding', async () => {
    const one = await show(await issue())
    const other = await show(await issue())
    const mixed = one.slice(0, one.lastIndexOf('~') + 1) + other.slice(other.lastIndexOf('~') + 1)
    expect((await parseCredential(mixed, node)).binding?.covers).toBe(false)
    expect(finding(await check(mixed), 'binding')).toBe('fail key_binding_hash_wrong')
  })
})
