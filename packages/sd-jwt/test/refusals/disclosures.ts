import { base64url, type Json } from '@symbolon/sd-jwt'
import { NOW } from '../issued.ts'
import { BEARER, craft, disclosure, element, given, type Refusal, salt } from './craft.ts'

/** What is wrong with disclosures and digests. */
export const DISCLOSURE_REFUSALS: readonly Refusal[] = [
  {
    id: 'SD-01',
    name: 'a disclosure nobody refers to',
    code: 'disclosure_not_referenced',
    text: async (cast) => `${await craft(cast, [given], ([d]) => ({ _sd: [d ?? ''] }))}${disclosure(salt, 'role', 'admin')}~`,
    options: BEARER,
  },
  {
    id: 'SD-02',
    name: 'the same digest twice in the payload',
    code: 'digest_repeated',
    text: (cast) => craft(cast, [given], ([d]) => ({ _sd: [d ?? ''], inner: { _sd: [d ?? ''] } })),
    options: BEARER,
  },
  {
    id: 'SD-02',
    name: 'the same digest twice, without its disclosure',
    code: 'digest_repeated',
    text: (cast) => craft(cast, [], () => ({ _sd: ['decoy', 'decoy'] })),
    options: BEARER,
  },
  {
    id: 'SD-02',
    name: 'a digest of the payload again inside a disclosure',
    code: 'digest_repeated',
    text: async (cast) => {
      const inner = await cast.primitives.digest('sha-256', given)
      return craft(cast, [given, disclosure(salt, 'inner', { _sd: [inner] })], (digests) => ({ _sd: digests }))
    },
    options: BEARER,
  },
  {
    id: 'SD-03',
    name: 'an identical disclosure twice',
    code: 'disclosure_repeated',
    text: async (cast) => `${await craft(cast, [given], ([d]) => ({ _sd: [d ?? ''] }))}${given}~`,
    options: BEARER,
  },
  {
    id: 'SD-04',
    name: 'a disclosure named like a plain claim',
    code: 'claim_name_taken',
    text: (cast) => craft(cast, [disclosure(salt, 'vct', 'urn:other')], ([d]) => ({ vct: 'urn:this', _sd: [d ?? ''] })),
    options: BEARER,
  },
  {
    id: 'SD-04',
    name: 'two disclosures with the same name at one level',
    code: 'claim_name_taken',
    text: (cast) => craft(cast, [given, disclosure(salt, 'given_name', 'Eve')], (digests) => ({ _sd: digests })),
    options: BEARER,
  },
  ...['_sd', '...', '_sd_alg'].map(
    (name): Refusal => ({
      id: 'SD-05',
      name: `a disclosure named ${name}`,
      code: 'reserved_name',
      text: (cast) => craft(cast, [disclosure(salt, name, ['x'])], ([d]) => ({ _sd: [d ?? ''] })),
      options: BEARER,
    }),
  ),
  ...['exp', 'nbf', 'iss', 'cnf', 'aud'].map(
    (name): Refusal => ({
      id: 'SD-06',
      name: `a disclosure for ${name}`,
      code: 'claim_not_disclosable',
      text: (cast) => craft(cast, [disclosure(salt, name, NOW + 10)], ([d]) => ({ _sd: [d ?? ''] })),
      options: BEARER,
    }),
  ),
  ...['vct', 'status'].map(
    (name): Refusal => ({
      id: 'SD-06',
      name: `a disclosure for ${name}, which a profile forbids`,
      code: 'claim_not_disclosable',
      text: (cast) => craft(cast, [disclosure(salt, name, {})], ([d]) => ({ _sd: [d ?? ''] })),
      options: { ...BEARER, permanent: ['vct', 'status'] },
    }),
  ),
  {
    id: 'SD-06',
    name: 'a disclosure for a member inside status',
    code: 'claim_not_disclosable',
    text: (cast) => craft(cast, [disclosure(salt, 'status_list', { idx: 1 })], ([d]) => ({ status: { _sd: [d ?? ''] } })),
    options: { ...BEARER, permanent: ['status'] },
  },
  {
    id: 'SD-07',
    name: 'a disclosure of an element referred to from _sd',
    code: 'disclosure_misplaced',
    text: (cast) => craft(cast, [element], ([d]) => ({ _sd: [d ?? ''] })),
    options: BEARER,
  },
  {
    id: 'SD-07',
    name: 'a disclosure of a member referred to from an array',
    code: 'disclosure_misplaced',
    text: (cast) => craft(cast, [given], ([d]) => ({ list: [{ '...': d ?? '' }] })),
    options: BEARER,
  },
  ...(
    [
      ['one element', [salt]],
      ['four elements', [salt, 'a', 'b', 'c']],
      ['a salt that is a number', [1, 'a', 'b']],
      ['a salt that is null, for an element', [null, 'b']],
      ['a name that is a number', [salt, 1, 'b']],
      ['a name that is null', [salt, null, 'b']],
    ] as [string, Json[]][]
  ).map(
    ([name, parts]): Refusal => ({
      id: 'SD-07',
      name: `a disclosure with ${name}`,
      code: 'disclosure_malformed',
      text: (cast) => craft(cast, [disclosure(...parts)], ([d]) => ({ _sd: [d ?? ''] })),
      options: BEARER,
    }),
  ),
  {
    id: 'SD-07',
    name: 'a disclosure that is an object',
    code: 'disclosure_malformed',
    text: (cast) => craft(cast, [base64url.encodeText('{"a":1}')], ([d]) => ({ _sd: [d ?? ''] })),
    options: BEARER,
  },
  ...(['md5', 'SHA-256', 'sha-1', 'sha-256-128', '', 256, null] as Json[]).map(
    (alg): Refusal => ({
      id: 'SD-08',
      name: `_sd_alg ${JSON.stringify(alg)}`,
      code: 'hash_not_supported',
      text: (cast) => craft(cast, [given], ([d]) => ({ _sd: [d ?? ''], _sd_alg: alg })),
      options: BEARER,
    }),
  ),
  {
    id: 'SD-08',
    name: '_sd_alg below the top level',
    code: 'hash_claim_misplaced',
    text: (cast) => craft(cast, [given], ([d]) => ({ inner: { _sd: [d ?? ''], _sd_alg: 'sha-256' } })),
    options: BEARER,
  },
  {
    id: 'SD-10',
    name: 'a disclosure written with other spaces',
    code: 'disclosure_not_referenced',
    text: async (cast) => {
      const [jwt] = (await craft(cast, [given], ([d]) => ({ _sd: [d ?? ''] }))).split('~')
      return `${jwt}~${base64url.encodeText(`["${salt}", "given_name", "Zoë"]`)}~`
    },
    options: BEARER,
  },
]
