import { type Json, type JsonObject, parseSdJwtJson, reveal, serialize, verifySdJwt } from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { AUDIENCE, type Cast, castOf, issue, NONCE, options, present } from './issued.ts'
import { SETS } from './sets.ts'

describe.each(SETS)('the JSON serialisation (RFC 9901 section 8) over $name', (set) => {
  let cast: Cast
  let compact: string
  let one: { payload: string; protected: string; signature: string }
  let header: { disclosures: string[]; kb_jwt: string }
  beforeAll(async () => {
    cast = await castOf(set)
    compact = await present(cast, await issue(cast), [['given_name'], ['address', 'street']])
    const [jwt = '', ...rest] = compact.split('~')
    const [protectedHeader = '', payload = '', signature = ''] = jwt.split('.')
    one = { payload, protected: protectedHeader, signature }
    header = { kb_jwt: rest.pop() ?? '', disclosures: rest }
  })
  const general = () => ({ payload: one.payload, signatures: [{ protected: one.protected, signature: one.signature, header }] })

  it('is read as what the compact form says', async () => {
    for (const document of [{ ...one, header }, general()]) {
      const sdJwt = parseSdJwtJson(JSON.stringify(document))
      expect(sdJwt.text + sdJwt.keyBinding?.text).toBe(compact)
      const { claims, keyBinding } = await verifySdJwt(sdJwt, await options(cast))
      expect(claims).toMatchObject({ given_name: 'Zoë', address: { street: 'Dorpsstraat 12' } })
      expect(keyBinding).toMatchObject({ audience: AUDIENCE, nonce: NONCE })
    }
  })

  it('may do without an unprotected header', async () => {
    const sdJwt = parseSdJwtJson(JSON.stringify(one))
    expect(sdJwt.text).toBe(serialize(`${one.protected}.${one.payload}.${one.signature}`, []))
    expect((await reveal(sdJwt, cast.primitives)).placed).toEqual([])
  })

  it('the key binding covers the disclosures here too', async () => {
    const sdJwt = parseSdJwtJson(JSON.stringify({ ...one, header: { ...header, disclosures: header.disclosures.toReversed() } }))
    await expect(verifySdJwt(sdJwt, await options(cast))).rejects.toMatchObject({ code: 'key_binding_hash_wrong' })
  })

  const shape = 'json_serialization_malformed'
  it.each<[string, () => Json, string]>([
    ['an array', () => [], 'json_malformed'],
    ['nothing', () => ({}), shape],
    ['no payload', () => ({ protected: one.protected, signature: one.signature, header }), shape],
    ['no protected header', () => ({ payload: one.payload, signature: one.signature, header: { ...header, alg: 'ES256' } }), shape],
    ['no signature', () => ({ payload: one.payload, protected: one.protected, header }), shape],
    ['no signatures', () => ({ payload: one.payload, signatures: [] }), shape],
    ['signatures no array', () => ({ payload: one.payload, signatures: {} }), shape],
    ['a signature no object', () => ({ payload: one.payload, signatures: ['x'] }), shape],
    ['flattened and general at once', () => ({ ...general(), signature: one.signature }), shape],
    ['a header no object', () => ({ ...one, header: [] }), shape],
    ['disclosures no array', () => ({ ...one, header: { disclosures: 'x' } }), shape],
    ['a disclosure no string', () => ({ ...one, header: { disclosures: [1] } }), shape],
    ['an empty disclosure', () => ({ ...one, header: { disclosures: [''] } }), shape],
    ['kb_jwt no string', () => ({ ...one, header: { ...header, kb_jwt: null } }), shape],
    ['kb_jwt empty', () => ({ ...one, header: { ...header, kb_jwt: '' } }), shape],
    [
      'disclosures beside the second signature',
      () => ({
        ...general(),
        signatures: [...general().signatures, { protected: one.protected, signature: one.signature, header: { disclosures: [] } }],
      }),
      shape,
    ],
    [
      'kb_jwt beside the second signature',
      () => ({
        ...general(),
        signatures: [...general().signatures, { protected: one.protected, signature: one.signature, header: { kb_jwt: 'x' } }],
      }),
      shape,
    ],
    ['a name in both headers', () => ({ ...one, header: { ...header, alg: 'none' } }), shape],
    ['crit in the unprotected header', () => ({ ...one, header: { ...header, crit: ['x'] } }), 'critical_header_unknown'],
    ['a tilde in a disclosure', () => ({ ...one, header: { disclosures: [header.disclosures.join('~')] } }), 'base64url_malformed'],
    ['a dot in the payload', () => ({ ...one, payload: `${one.payload}.${one.payload}` }), 'jws_malformed'],
    ['a payload that is an object', () => ({ ...one, payload: {} as JsonObject }), shape],
  ])('refuses %s', (_, document, code) => {
    expect(() => parseSdJwtJson(JSON.stringify(document()))).toThrow(expect.objectContaining({ code }))
  })
})
