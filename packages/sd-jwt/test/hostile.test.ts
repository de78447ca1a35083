import {
  base64url,
  type Json,
  LIMITS,
  type Primitives,
  parseSdJwt,
  parseSdJwtJson,
  reveal,
  SdJwtError,
  serialize,
  unsignedJws,
  verifySdJwt,
} from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Cast, castOf, issue, options, signed } from './issued.ts'
import { SETS } from './sets.ts'

const [set] = SETS
const jws = unsignedJws({ alg: 'ES256', typ: 'example+sd-jwt' }, {}).seal(new Uint8Array(64))
const disclosure = (at: number, value: Json = at) => base64url.encodeText(JSON.stringify([`salt-${at}`, `claim-${at}`, value]))
const disclosures = (count: number) => Array.from({ length: count }, (_, at) => disclosure(at))

/** Primitives that count what they are asked: work is bounded when they are not asked at all, or no more often than the limit says. */
function counted(primitives: Primitives) {
  const calls = { digest: 0, importKey: 0, verify: 0 }
  const counting: Primitives = {
    random: primitives.random,
    digest: (...given) => {
      calls.digest++
      return primitives.digest(...given)
    },
    importKey: (...given) => {
      calls.importKey++
      return primitives.importKey(...given)
    },
    verify: (...given) => {
      calls.verify++
      return primitives.verify(...given)
    },
  }
  return { calls, primitives: counting }
}

describe('SD-29: hostile input costs little', () => {
  let cast: Cast
  beforeAll(async () => {
    if (set === undefined) throw new Error('no set of primitives')
    cast = await castOf(set)
  })

  async function refused(text: string) {
    const { calls, primitives } = counted(cast.primitives)
    const given = await options(cast, { keyBinding: 'forbidden' })
    const error: unknown = await verifySdJwt(text, { ...given, primitives }).catch((reason: unknown) => reason)
    if (!(error instanceof SdJwtError)) throw error
    return { code: error.code, calls }
  }
  const none = { digest: 0, importKey: 0, verify: 0 }

  it.each<[string, () => string, string]>([
    ['10 MB of tildes', () => '~'.repeat(10_000_000), 'too_large'],
    ['a token of 10 MB', () => `${'A'.repeat(10_000_000)}~`, 'too_large'],
    ['10 MB of dots', () => `${'.'.repeat(10_000_000)}~`, 'too_large'],
    ['a disclosure of 10 MB', () => `${jws}~${'A'.repeat(10_000_000)}~`, 'too_large'],
    ['as many tildes as fit', () => `${jws}${'~'.repeat(LIMITS.size - jws.length)}`, 'sd_jwt_malformed'],
    ['10,000 disclosures', () => serialize(jws, disclosures(10_000)), 'too_many_disclosures'],
    ['one disclosure too many', () => serialize(jws, disclosures(LIMITS.disclosures + 1)), 'too_many_disclosures'],
    [
      '10,000 disclosures of one character',
      () =>
        serialize(
          jws,
          Array.from({ length: 10_000 }, () => 'A'),
        ),
      'too_many_disclosures',
    ],
    [
      'nesting of 10,000 in the payload',
      () => `e30.${base64url.encodeText(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)}.AA~`,
      'jws_malformed',
    ],
    [
      'nesting of 10,000 in the payload, with alg',
      () => `${base64url.encodeText('{"alg":"ES256"}')}.${base64url.encodeText(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)}.AA~`,
      'too_deep',
    ],
    ['nesting of 10,000 in the header', () => `${base64url.encodeText(`{"a":${'{"a":'.repeat(10_000)}`)}.e30.AA~`, 'too_deep'],
    [
      'nesting of 10,000 in a disclosure',
      () => serialize(jws, [base64url.encodeText(`["s","n",${'['.repeat(10_000)}${']'.repeat(10_000)}]`)]),
      'too_deep',
    ],
  ])('%s: no primitive is asked', async (_, text, code) => {
    expect(await refused(text())).toEqual({ code, calls: none })
  })

  it('as many disclosures as the limit allows, and nobody refers to them: no digest before the signature holds', async () => {
    const text = serialize(jws, disclosures(LIMITS.disclosures))
    expect(await refused(text)).toEqual({ code: 'signature_wrong', calls: { ...none, verify: 1 } })
  })

  it('the same with a right signature: one digest each', async () => {
    const text = serialize(await signed(cast.issuerSigner, {}), disclosures(LIMITS.disclosures))
    expect(await refused(text)).toEqual({ code: 'disclosure_not_referenced', calls: { ...none, verify: 1, digest: LIMITS.disclosures } })
  })

  /** Disclosures each of which refers to the one before. */
  async function chain(length: number) {
    const made: string[] = []
    let digest: string | undefined
    for (let at = 0; at < length; at++) {
      made.push(disclosure(at, digest === undefined ? 'end' : { _sd: [digest] }))
      digest = await cast.primitives.digest('sha-256', made.at(-1) ?? '')
    }
    return serialize(await signed(cast.issuerSigner, { _sd: [digest ?? ''] }), made)
  }

  it('a chain of disclosures deeper than the limit is refused before the stack is full', async () => {
    const length = LIMITS.disclosures
    expect(await refused(await chain(length))).toEqual({ code: 'too_deep', calls: { ...none, verify: 1, digest: length } })
    expect(await refused(await chain(10_000))).toEqual({ code: 'too_large', calls: none })
    const sdJwt = parseSdJwt(await chain(LIMITS.depth))
    expect((await reveal(sdJwt, cast.primitives)).placed).toHaveLength(LIMITS.depth)
  })

  it('a disclosure cannot refer to itself or back: its digest is not known while it is written', async () => {
    const first = disclosure(1, { _sd: [await cast.primitives.digest('sha-256', disclosure(2))] })
    const text = serialize(await signed(cast.issuerSigner, { _sd: [await cast.primitives.digest('sha-256', disclosure(2))] }), [
      first,
      disclosure(2),
    ])
    expect((await refused(text)).code).toBe('disclosure_not_referenced')
  })

  it('100,000 digests in one array are met once each', async () => {
    const limits = { ...LIMITS, size: 10_000_000 }
    const payload = { _sd: Array.from({ length: 100_000 }, (_, at) => `digest-${at}`) }
    const { calls, primitives } = counted(cast.primitives)
    const { claims } = await reveal(parseSdJwt(`${await signed(cast.issuerSigner, payload)}~`, limits), primitives, limits)
    expect(claims).toEqual({})
    expect(calls).toEqual(none)
  })

  it('limits can be drawn closer', async () => {
    const text = await issue(cast)
    const { length } = parseSdJwt(text).disclosures
    expect(() => parseSdJwt(text, { ...LIMITS, disclosures: length - 1 })).toThrow(
      expect.objectContaining({ code: 'too_many_disclosures' }),
    )
    expect(() => parseSdJwt(text, { ...LIMITS, size: text.length - 1 })).toThrow(expect.objectContaining({ code: 'too_large' }))
    expect(() => parseSdJwt(text, { ...LIMITS, depth: 1 })).toThrow(expect.objectContaining({ code: 'too_deep' }))
    expect(parseSdJwt(text, { size: text.length, disclosures: length, depth: 4 }).disclosures).toHaveLength(length)
  })

  it('the JSON serialisation has the same limits', () => {
    const [header = '', payload = '', signature = ''] = jws.split('.')
    const document = (more: object) => JSON.stringify({ protected: header, payload, signature, header: more })
    expect(() => parseSdJwtJson(document({ disclosures: disclosures(10_000) }))).toThrow(
      expect.objectContaining({ code: 'too_many_disclosures' }),
    )
    expect(() => parseSdJwtJson(' '.repeat(10_000_000))).toThrow(expect.objectContaining({ code: 'too_large' }))
    expect(() => parseSdJwtJson('[{"header":'.repeat(10_000))).toThrow(expect.objectContaining({ code: 'too_deep' }))
  })
})
