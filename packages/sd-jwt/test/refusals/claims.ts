import type { JsonObject } from '@symbolon/sd-jwt'
import { issue, NOW } from '../issued.ts'
import { BEARER, craft, type Refusal } from './craft.ts'

/** What is wrong with the claims that decide on validity, and with what carries digests. */
export const CLAIM_REFUSALS: readonly Refusal[] = [
  {
    id: '7.1',
    name: 'another issuer',
    code: 'signature_wrong',
    text: async (cast) => issue({ ...cast, issuerSigner: cast.holderSigner }),
    options: BEARER,
  },
  { id: '7.1', name: 'exp reached', code: 'expired', text: (cast) => craft(cast, [], () => ({ exp: NOW })), options: BEARER },
  { id: '7.1', name: 'nbf to come', code: 'not_yet_valid', text: (cast) => craft(cast, [], () => ({ nbf: NOW + 1 })), options: BEARER },
  ...['exp', 'nbf', 'iat'].map(
    (name): Refusal => ({
      id: '7.1',
      name: `${name} no number`,
      code: 'claim_malformed',
      text: (cast) => craft(cast, [], () => ({ [name]: '9' })),
      options: BEARER,
    }),
  ),
  {
    id: '7.1',
    name: 'aud of somebody else',
    code: 'audience_wrong',
    text: (cast) => craft(cast, [], () => ({ aud: 'b' })),
    options: { ...BEARER, audience: 'a' },
  },
  {
    id: '7.1',
    name: 'aud, and nobody says who reads it',
    code: 'audience_wrong',
    text: (cast) => craft(cast, [], () => ({ aud: ['a'] })),
    options: BEARER,
  },
  {
    id: '7.1',
    name: 'aud no string',
    code: 'claim_malformed',
    text: (cast) => craft(cast, [], () => ({ aud: [1] })),
    options: { ...BEARER, audience: 'a' },
  },
  ...(
    [
      ['_sd an object', { _sd: {} }],
      ['_sd a string', { inner: { _sd: 'x' } }],
      ['_sd with a number', { _sd: [1] }],
      ['... in an object', { '...': 'x' }],
      ['... in an object inside an object', { inner: { '...': 'x' } }],
      ['... beside another member', { list: [{ '...': 'x', a: 1 }] }],
      ['... with a number', { list: [{ '...': 1 }] }],
    ] as [string, JsonObject][]
  ).map(
    ([name, payload]): Refusal => ({
      id: '4.2.4',
      name,
      code: 'digests_malformed',
      text: (cast) => craft(cast, [], () => payload),
      options: BEARER,
    }),
  ),
  {
    id: '7.1',
    name: 'exp, and the present time is no number',
    code: 'expired',
    text: (cast) => craft(cast, [], () => ({ exp: NOW + 1 })),
    options: { ...BEARER, now: Number.NaN },
  },
  {
    id: '7.1',
    name: 'nbf, and the present time is no number',
    code: 'not_yet_valid',
    text: (cast) => craft(cast, [], () => ({ nbf: NOW - 1 })),
    options: { ...BEARER, now: Number.NaN },
  },
]
