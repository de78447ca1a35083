import type { JsonObject } from '@symbolon/sd-jwt'
import { NOW } from './flow.ts'
import { without } from './structure.ts'
import { fail, type Wishes } from './wish.ts'

const broken = fail('structure')
const holderJwk = (payload: JsonObject): JsonObject => (payload.cnf as JsonObject).jwk as JsonObject

const malformed = (name: string, change: (payload: JsonObject) => JsonObject, spec = 'RFC 7519 section 4.1') => ({
  description: name,
  spec,
  payload: change,
  expect: broken('envelope_malformed'),
})

export const envelopes: Wishes = {
  'vct-missing': { ...malformed('there is no vct', without('vct'), 'SD-JWT VC draft 19 section 2.2.2.1'), pitfall: ['SD-16'] },
  'vct-not-text': {
    ...malformed('vct is a number', (payload) => ({ ...payload, vct: 1 }), 'SD-JWT VC draft 19 section 2.2.2.1'),
    pitfall: ['SD-16'],
  },
  'vct-empty': {
    ...malformed('vct is an empty text', (payload) => ({ ...payload, vct: '' }), 'SD-JWT VC draft 19 section 2.2.2.1'),
    pitfall: ['SD-16'],
  },
  'exp-as-text': malformed('exp is a text', (payload) => ({ ...payload, exp: `${NOW + 3600}` })),
  'exp-null': malformed('exp is null', (payload) => ({ ...payload, exp: null })),
  'nbf-negative': malformed('nbf is before 1970', (payload) => ({ ...payload, nbf: -1 })),
  'iat-in-milliseconds': malformed('iat is in milliseconds', (payload) => ({ ...payload, iat: NOW * 1000 })),
  'iss-not-text': malformed('iss is a list', (payload) => ({ ...payload, iss: ['https://issuer.example'] })),
  'cnf-without-jwk': malformed('cnf names a key by kid alone', (payload) => ({ ...payload, cnf: { kid: 'key-1' } }), 'HAIP 1.0 section 6.1'),
  'cnf-with-private-key': {
    ...malformed(
      'cnf tells the private key of the holder',
      (payload) => ({ ...payload, cnf: { jwk: { ...holderJwk(payload), d: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE' } } }),
      'RFC 7800 section 3.2',
    ),
    pitfall: ['KX-12'],
  },
  'cnf-of-shared-secret': malformed('cnf holds a symmetric key', (payload) => ({ ...payload, cnf: { jwk: { kty: 'oct', k: 'AAAA' } } }), 'RFC 7800 section 3.2'),
  'status-of-other-mechanism': malformed(
    'the status names a mechanism that is not known here',
    (payload) => ({ ...payload, status: { identifier_list: { id: 'AAAA', uri: 'https://issuer.example/list' } } }),
    'Token Status List section 6.1',
  ),
  ...Object.fromEntries(
    [
      ['negative', -1],
      ['fraction', 0.5],
      ['text', '412'],
    ].map(([how, idx]) => [
      `status-index-${how}`,
      {
        ...malformed(
          `the index of the status is ${idx === '412' ? 'a text' : idx}`,
          (payload) => ({ ...payload, status: { status_list: { idx: idx ?? null, uri: 'https://issuer.example/status-lists/1' } } }),
          'Token Status List section 6.2',
        ),
        pitfall: ['ST-03'],
      },
    ]),
  ),
}
