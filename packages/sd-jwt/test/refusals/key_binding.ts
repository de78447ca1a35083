import type { Json, JsonObject, SdJwtCode } from '@symbolon/sd-jwt'
import { AUDIENCE, bind, type Cast, issue, NONCE, NOW, present } from '../issued.ts'
import { keyPair, SETS } from '../sets.ts'
import { BEARER, craft, given, keyBindingOf, type Refusal, removeKeyBinding, SHOWN } from './craft.ts'

/** What is wrong with the key binding. */
export const KEY_BINDING_REFUSALS: readonly Refusal[] = [
  {
    id: 'SD-17',
    name: 'the key binding stripped',
    code: 'key_binding_missing',
    text: async (cast) => removeKeyBinding(await present(cast, await issue(cast), SHOWN)),
  },
  {
    id: 'SD-18',
    name: 'a key binding for another verifier',
    code: 'key_binding_audience_wrong',
    text: async (cast) =>
      present(cast, await issue(cast), SHOWN, { payload: (payload) => ({ ...payload, aud: 'x509_san_dns:other.example' }) }),
  },
  {
    id: 'SD-18',
    name: 'a key binding whose audience is an array',
    code: 'key_binding_malformed',
    text: async (cast) => present(cast, await issue(cast), SHOWN, { payload: (payload) => ({ ...payload, aud: [AUDIENCE] }) }),
  },
  ...(
    [
      ['one year ago', NOW - 31_536_000, 'key_binding_too_old'],
      ['one second too long ago', NOW - 301, 'key_binding_too_old'],
      ['one year ahead', NOW + 31_536_000, 'key_binding_ahead'],
      ['one second too far ahead', NOW + 61, 'key_binding_ahead'],
      ['at no number', '1800000000', 'key_binding_malformed'],
    ] as [string, Json, SdJwtCode][]
  ).map(
    ([name, iat, code]): Refusal => ({
      id: 'SD-19',
      name: `a key binding made ${name}`,
      code,
      text: async (cast) => present(cast, await issue(cast), SHOWN, { payload: (payload) => ({ ...payload, iat }) }),
    }),
  ),
  {
    id: 'SD-20',
    name: 'a key binding with another nonce',
    code: 'key_binding_nonce_wrong',
    text: async (cast) => present(cast, await issue(cast), SHOWN, { payload: (payload) => ({ ...payload, nonce: `${NONCE}x` }) }),
  },
  ...['nonce', 'aud', 'iat', 'sd_hash'].map(
    (name): Refusal => ({
      id: 'SD-20',
      name: `a key binding without ${name}`,
      code: 'key_binding_malformed',
      text: async (cast) =>
        present(cast, await issue(cast), SHOWN, {
          payload: (payload) => Object.fromEntries(Object.entries(payload).filter(([member]) => member !== name)),
        }),
    }),
  ),
  {
    id: 'SD-20',
    name: 'a key binding over another set of disclosures',
    code: 'key_binding_hash_wrong',
    text: async (cast) => {
      const issued = await issue(cast)
      const other = await present(cast, issued, [['family_name']])
      return removeKeyBinding(await present(cast, issued, SHOWN)) + keyBindingOf(other)
    },
  },
  {
    id: 'SD-21',
    name: 'a disclosure added after the key binding was made',
    code: 'key_binding_hash_wrong',
    text: async (cast) => {
      const issued = await issue(cast)
      const few = await present(cast, issued, [['family_name']])
      return removeKeyBinding(await present(cast, issued, [['family_name'], ['given_name']])) + keyBindingOf(few)
    },
  },
  {
    id: 'SD-21',
    name: 'a disclosure removed after the key binding was made',
    code: 'key_binding_hash_wrong',
    text: async (cast) => {
      const issued = await issue(cast)
      const many = await present(cast, issued, [['family_name'], ['given_name']])
      return removeKeyBinding(await present(cast, issued, [['family_name']])) + keyBindingOf(many)
    },
  },
  {
    id: 'SD-21',
    name: 'the disclosures in another order than when the key binding was made',
    code: 'key_binding_hash_wrong',
    text: async (cast) => {
      const text = await present(cast, await issue(cast), [['family_name'], ['given_name']])
      const [jwt, first, second, kb] = text.split('~')
      return [jwt, second, first, kb].join('~')
    },
  },
  ...(['JWT', 'openid4vci-proof+jwt', 'KB+JWT', undefined] as const).map(
    (typ): Refusal => ({
      id: 'SD-22',
      name: `a key binding with typ ${typ}`,
      code: 'key_binding_type_wrong',
      text: async (cast) =>
        present(cast, await issue(cast), SHOWN, { header: typ === undefined ? { alg: 'ES256' } : { alg: 'ES256', typ } }),
    }),
  ),
  {
    id: 'SD-23',
    name: 'a key binding that brings its own key',
    code: 'key_binding_signature_wrong',
    text: async (cast) => {
      const own = keyPair()
      const signer = await SETS[0]?.signer(own.privateJwk, 'ES256')
      if (signer === undefined) throw new Error('no set of primitives')
      const { x, y } = own.publicJwk
      const header = { alg: 'ES256', typ: 'kb+jwt', jwk: { kty: 'EC', crv: 'P-256', x: String(x), y: String(y) } }
      return present(cast, await issue(cast), SHOWN, { signer, header })
    },
  },
  {
    id: 'SD-23',
    name: 'a key binding with its own key, where the issuer named none',
    code: 'holder_key_missing',
    text: async (cast) => {
      const { x, y } = cast.holder.publicJwk
      const issued = await craft(cast, [given], ([d]) => ({ _sd: [d ?? ''] }))
      const jwk = { kty: 'EC', crv: 'P-256', x: String(x), y: String(y) }
      return issued + (await bind(cast, issued, { header: { alg: 'ES256', typ: 'kb+jwt', jwk } }))
    },
  },
  ...(
    [
      ['a private key', (jwk: JsonObject) => ({ ...jwk, d: 'AAAA' })],
      ['a point that is not on the curve', (jwk: JsonObject) => ({ ...jwk, y: jwk.x ?? '' })],
      ['a coordinate that is too short', (jwk: JsonObject) => ({ ...jwk, x: 'AAAA' })],
      ['a key of another curve', (jwk: JsonObject) => ({ ...jwk, crv: 'P-384' })],
      ['a key that is not for signatures', (jwk: JsonObject) => ({ ...jwk, use: 'enc' })],
      ['a key of another kind', () => ({ kty: 'oct', k: 'c2VjcmV0' })],
    ] as [string, (jwk: JsonObject) => JsonObject][]
  ).map(
    ([name, change]): Refusal => ({
      id: 'SD-23',
      name: `cnf with ${name}`,
      code: 'key_unusable',
      text: async (cast) => {
        const { x, y } = cast.holder.publicJwk
        const jwk = change({ kty: 'EC', crv: 'P-256', x: String(x), y: String(y) })
        const issued = await craft(cast, [], () => ({ cnf: { jwk } }))
        return issued + (await bind(cast, issued))
      },
    }),
  ),
  ...([{}, { jwk: 'x' }, { jwk: {} }, { kid: 'x' }, 'x', null, []] as Json[]).map(
    (cnf): Refusal => ({
      id: 'SD-23',
      name: `cnf ${JSON.stringify(cnf)}`,
      code: 'holder_key_missing',
      text: async (cast) => {
        const issued = await craft(cast, [], () => ({ cnf }))
        return issued + (await bind(cast, issued))
      },
    }),
  ),
  {
    id: 'SD-25',
    name: 'an issuer that hands out an SD-JWT+KB',
    code: 'key_binding_unexpected',
    text: async (cast) => present(cast, await issue(cast), SHOWN),
    options: BEARER,
  },
  {
    id: '7.3',
    name: 'a key binding with an algorithm that is not allowed',
    code: 'algorithm_not_allowed',
    text: async (cast) => present(cast, await issue(cast), SHOWN, { header: { alg: 'none', typ: 'kb+jwt' } }),
  },
  {
    id: '7.3',
    name: 'a key binding with crit',
    code: 'critical_header_unknown',
    text: async (cast) => present(cast, await issue(cast), SHOWN, { header: { alg: 'ES256', typ: 'kb+jwt', crit: ['x'] } }),
  },
  ...(
    [
      ['exp reached', { exp: NOW }],
      ['nbf to come', { nbf: NOW + 1 }],
    ] as [string, JsonObject][]
  ).map(
    ([name, more]): Refusal => ({
      id: '7.3',
      name: `a key binding with ${name}`,
      code: 'key_binding_not_valid_now',
      text: async (cast) => present(cast, await issue(cast), SHOWN, { payload: (payload) => ({ ...payload, ...more }) }),
    }),
  ),
  {
    id: '7.3',
    name: 'a key binding signed by somebody else',
    code: 'key_binding_signature_wrong',
    text: async (cast) => present(cast, await issue(cast), SHOWN, { signer: cast.issuerSigner }),
  },
  {
    id: '7.3',
    name: 'a key binding, and the present time is no number',
    code: 'key_binding_too_old',
    text: (cast) => presentWithoutTimes(cast),
    options: { now: Number.NaN },
  },
]

/** A presentation in which only the key binding has a time. */
async function presentWithoutTimes(cast: Cast): Promise<string> {
  const { x, y } = cast.holder.publicJwk
  const issued = await craft(cast, [], () => ({ cnf: { jwk: { kty: 'EC', crv: 'P-256', x: String(x), y: String(y) } } }))
  return issued + (await bind(cast, issued))
}
