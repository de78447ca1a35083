import { base64url, type JsonObject } from '@symbolon/sd-jwt'
import { AUDIENCE, DAY, NONCE, NOW, party, present } from './flow.ts'
import { fail, pass, unknown, type Wishes } from './wish.ts'

const wrong = fail('binding')
const broken = fail('structure')
const kb = (change: JsonObject) => (payload: JsonObject) => ({ ...payload, ...change })
const kbWithout =
  (name: string) =>
  (payload: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(payload).filter(([member]) => member !== name))
const shown = pass('binding')('shown_by_holder')
const other = await present({ show: [['personal_administrative_number']] })
const jwk = (payload: JsonObject): JsonObject => (payload.cnf as JsonObject).jwk as JsonObject
const withKey = (change: (jwk: JsonObject) => JsonObject) => (payload: JsonObject) => ({ ...payload, cnf: { jwk: change(jwk(payload)) } })

export const contract: Wishes = {
  valid: { description: 'the happy flow: one claim shown, to the one who asks, now', spec: 'RFC 9901 section 7.3', expect: shown },
  'key-binding-stripped': {
    description: 'cnf is there and the key binding is not',
    spec: 'RFC 9901 section 7.3 (2)',
    pitfall: ['SD-17'],
    presentation: (sdJwt) => sdJwt,
    expect: wrong('key_binding_missing'),
  },
  'key-binding-stripped-and-not-asked-for': {
    description: 'cnf is there, the key binding is not, and the verifier gave neither audience nor nonce',
    spec: 'RFC 9901 section 7.3 (2)',
    pitfall: ['SD-17'],
    presentation: (sdJwt) => sdJwt,
    audience: null,
    nonce: null,
    expect: wrong('key_binding_missing'),
  },
  'cnf-missing': {
    description: 'the credential is bound to no key, and its type demands one',
    spec: 'RFC 9901 section 7.3 (5.1)',
    payload: ({ cnf: _, ...payload }) => payload,
    presentation: (sdJwt) => sdJwt,
    expect: wrong('holder_key_missing'),
  },
  'cnf-missing-with-key-binding': {
    description: 'the credential is bound to no key, and somebody signed all the same',
    spec: 'RFC 9901 section 7.3 (5.1)',
    payload: ({ cnf: _, ...payload }) => payload,
    expect: wrong('holder_key_missing'),
  },
  'audience-and-nonce-not-given': {
    description: 'the verifier gave neither audience nor nonce: nothing to compare with',
    spec: 'RFC 9901 section 7.3 (5.6)',
    audience: null,
    nonce: null,
    expect: unknown('binding')('binding_not_checked'),
  },
  'audience-not-given': {
    description: 'the verifier gave a nonce and no audience',
    spec: 'RFC 9901 section 7.3 (5.6)',
    audience: null,
    expect: unknown('binding')('binding_not_checked'),
  },
  'nonce-not-given': {
    description: 'the verifier gave an audience and no nonce',
    spec: 'RFC 9901 section 7.3 (5.6)',
    nonce: null,
    expect: unknown('binding')('binding_not_checked'),
  },
  'audience-wrong-and-nonce-not-given': {
    description: 'half is given, and that half is wrong',
    spec: 'RFC 9901 section 7.3 (5.6)',
    audience: 'x509_hash:another',
    nonce: null,
    expect: wrong('key_binding_audience_wrong'),
  },
  'valid-key-binding-300-seconds-old': {
    description: 'the key binding is just young enough',
    spec: 'RFC 9901 section 7.3 (5.5)',
    kbPayload: kb({ iat: NOW - 300 }),
    expect: shown,
  },
  'valid-key-binding-60-seconds-ahead': {
    description: 'the clock of the holder is just near enough',
    spec: 'RFC 9901 section 7.3 (5.5)',
    kbPayload: kb({ iat: NOW + 60 }),
    expect: shown,
  },
  'key-binding-301-seconds-old': {
    description: 'the key binding is one second too old',
    spec: 'RFC 9901 section 7.3 (5.5)',
    pitfall: ['SD-19'],
    kbPayload: kb({ iat: NOW - 301 }),
    expect: wrong('key_binding_too_old'),
  },
  'key-binding-61-seconds-ahead': {
    description: 'the key binding is one second too far ahead',
    spec: 'RFC 9901 section 7.3 (5.5)',
    pitfall: ['SD-19'],
    kbPayload: kb({ iat: NOW + 61 }),
    expect: wrong('key_binding_ahead'),
  },
}

export const bindings: Wishes = {
  'audience-of-other-verifier': {
    description: 'the key binding was made for another verifier, and is passed on',
    spec: 'RFC 9901 section 7.3 (5.6)',
    pitfall: ['SD-18'],
    kbPayload: kb({ aud: 'x509_hash:0000uRNZWmSkVJrj-jVJ6eQ6gdQ9TqbPFXvPLvYRJLSs' }),
    expect: wrong('key_binding_audience_wrong'),
  },
  'audience-with-slash': {
    description: 'the audience has a slash more than what was asked with',
    spec: 'RFC 9901 section 7.3 (5.6)',
    pitfall: ['SD-18'],
    kbPayload: kb({ aud: `${AUDIENCE}/` }),
    expect: wrong('key_binding_audience_wrong'),
  },
  'audience-a-list': {
    description: 'aud of the key binding is a list with the right one in it',
    spec: 'RFC 9901 section 4.3',
    pitfall: ['SD-18'],
    kbPayload: kb({ aud: [AUDIENCE] }),
    expect: broken('key_binding_malformed'),
  },
  'audience-missing': {
    description: 'the key binding has no aud',
    spec: 'RFC 9901 section 4.3',
    pitfall: ['SD-18'],
    kbPayload: kbWithout('aud'),
    expect: broken('key_binding_malformed'),
  },
  'key-binding-a-year-old': {
    description: 'the key binding is of last year',
    spec: 'RFC 9901 section 7.3 (5.5)',
    pitfall: ['SD-19'],
    kbPayload: kb({ iat: NOW - 365 * DAY }),
    expect: wrong('key_binding_too_old'),
  },
  'key-binding-a-year-ahead': {
    description: 'the key binding is of next year',
    spec: 'RFC 9901 section 7.3 (5.5)',
    pitfall: ['SD-19'],
    kbPayload: kb({ iat: NOW + 365 * DAY }),
    expect: wrong('key_binding_ahead'),
  },
  'key-binding-iat-missing': {
    description: 'the key binding has no iat',
    spec: 'RFC 9901 section 4.3',
    pitfall: ['SD-19'],
    kbPayload: kbWithout('iat'),
    expect: broken('key_binding_malformed'),
  },
  'key-binding-iat-text': {
    description: 'iat of the key binding is a text',
    spec: 'RFC 9901 section 4.3',
    pitfall: ['SD-19'],
    kbPayload: kb({ iat: `${NOW}` }),
    expect: broken('key_binding_malformed'),
  },
  'key-binding-expired': {
    description: 'the key binding has an exp of its own, which is over',
    spec: 'RFC 9901 section 7.3 (5.8)',
    kbPayload: kb({ exp: NOW - 1 }),
    expect: wrong('key_binding_not_valid_now'),
  },
  'key-binding-not-yet-valid': {
    description: 'the key binding has an nbf of its own, which is to come',
    spec: 'RFC 9901 section 7.3 (5.8)',
    kbPayload: kb({ nbf: NOW + 3600 }),
    expect: wrong('key_binding_not_valid_now'),
  },
  'key-binding-exp-text': {
    description: 'exp of the key binding is a text',
    spec: 'RFC 9901 section 7.3 (5.8)',
    kbPayload: kb({ exp: `${NOW + 60}` }),
    expect: broken('key_binding_malformed'),
  },
  'nonce-of-other-request': {
    description: 'a presentation that was shown before is shown again',
    spec: 'RFC 9901 section 7.3 (5.6)',
    pitfall: ['SD-20', 'OF-04'],
    kbPayload: kb({ nonce: 'bm9uY2Ugb2YgeWVzdGVyZGF5' }),
    expect: wrong('key_binding_nonce_wrong'),
  },
  'nonce-in-other-case': {
    description: 'the nonce differs in the case of its letters',
    spec: 'RFC 9901 section 7.3 (5.6)',
    pitfall: ['SD-20'],
    kbPayload: kb({ nonce: NONCE.toUpperCase() }),
    expect: wrong('key_binding_nonce_wrong'),
  },
  'nonce-missing': {
    description: 'the key binding has no nonce',
    spec: 'RFC 9901 section 4.3',
    pitfall: ['SD-20'],
    kbPayload: kbWithout('nonce'),
    expect: broken('key_binding_malformed'),
  },
  'hash-missing': {
    description: 'the key binding has no sd_hash',
    spec: 'RFC 9901 section 4.3',
    pitfall: ['SD-20'],
    kbPayload: kbWithout('sd_hash'),
    expect: broken('key_binding_malformed'),
  },
  'hash-of-other-disclosures': {
    description: 'the key binding of another presentation, of another copy of the same card',
    spec: 'RFC 9901 section 4.3.1',
    pitfall: ['SD-20'],
    presentation: (sdJwt) => sdJwt + other.slice(other.lastIndexOf('~') + 1),
    expect: wrong('key_binding_hash_wrong'),
  },
  'hash-in-hex': {
    description: 'sd_hash is in hexadecimal',
    spec: 'RFC 9901 section 4.3.1',
    pitfall: ['SD-20'],
    kbPayload: (payload) => ({ ...payload, sd_hash: base64url.decode(String(payload.sd_hash)).toHex() }),
    expect: wrong('key_binding_hash_wrong'),
  },
  'disclosure-added-after-binding': {
    description: 'a disclosure of the same card was added after the holder signed',
    spec: 'RFC 9901 section 4.3.1',
    pitfall: ['SD-21'],
    presentation: (sdJwt, keyBinding, all) => `${sdJwt}${all.find((disclosure) => !sdJwt.includes(disclosure))}~${keyBinding}`,
    expect: wrong('key_binding_hash_wrong'),
  },
  'disclosure-removed-after-binding': {
    description: 'the disclosure was taken out after the holder signed',
    spec: 'RFC 9901 section 4.3.1',
    pitfall: ['SD-21'],
    presentation: (sdJwt, keyBinding) => `${sdJwt.slice(0, sdJwt.indexOf('~'))}~${keyBinding}`,
    expect: wrong('key_binding_hash_wrong'),
  },
  'disclosures-in-other-order': {
    description: 'two disclosures changed places after the holder signed',
    spec: 'RFC 9901 section 4.3.1',
    pitfall: ['SD-21'],
    show: [['document_number'], ['personal_administrative_number']],
    presentation: (sdJwt, keyBinding) => {
      const [jwt, first, second] = sdJwt.split('~')
      return [jwt, second, first, keyBinding].join('~')
    },
    expect: wrong('key_binding_hash_wrong'),
  },
  'key-binding-typ-jwt': {
    description: 'typ of the key binding is JWT',
    spec: 'RFC 9901 section 7.3 (5.4)',
    pitfall: ['SD-22'],
    kbHeader: (header) => ({ ...header, typ: 'JWT' }),
    expect: broken('key_binding_type_wrong'),
  },
  'key-binding-without-typ': {
    description: 'the key binding has no typ',
    spec: 'RFC 9901 section 7.3 (5.4)',
    pitfall: ['SD-22'],
    kbHeader: ({ alg = 'ES256' }) => ({ alg }),
    expect: broken('key_binding_type_wrong'),
  },
  'credential-proof-as-key-binding': {
    description: 'a proof that the holder signed for an issuer stands in the place of the key binding',
    spec: 'RFC 9901 section 7.3 (5.4)',
    pitfall: ['SD-22'],
    kbHeader: (header) => ({ ...header, typ: 'openid4vci-proof+jwt', jwk: { ...party('holder').jwk } as JsonObject }),
    expect: broken('key_binding_type_wrong'),
  },
  'key-binding-crit-unknown': {
    description: 'the header of the key binding has crit',
    spec: 'RFC 7515 section 4.1.11',
    pitfall: ['SD-15'],
    kbHeader: (header) => ({ ...header, crit: ['purpose'], purpose: 'show' }),
    expect: broken('critical_header_unknown'),
  },
  'key-binding-with-own-key': {
    description: 'the key binding brings the key that signed it in its header',
    spec: 'RFC 9901 section 4.3.2',
    pitfall: ['SD-23'],
    holder: party('another_holder'),
    kbHeader: (header) => ({ ...header, jwk: { ...party('another_holder').jwk } as JsonObject }),
    expect: wrong('key_binding_signature_wrong'),
  },
  'key-binding-by-issuer': {
    description: 'the issuer signed the key binding',
    spec: 'RFC 9901 section 7.3 (5.3)',
    holder: party('credential'),
    expect: wrong('key_binding_signature_wrong'),
  },
  'key-binding-algorithm-none': {
    description: 'alg of the key binding is none, without a signature',
    spec: 'RFC 9901 section 7.3 (5.2)',
    pitfall: ['SD-13'],
    kbHeader: (header) => ({ ...header, alg: 'none' }),
    kbSignature: () => new Uint8Array(),
    expect: wrong('algorithm_not_allowed'),
  },
  'key-binding-algorithm-hs256': {
    description: 'alg of the key binding is HS256',
    spec: 'RFC 9901 section 7.3 (5.2)',
    pitfall: ['SD-13'],
    kbHeader: (header) => ({ ...header, alg: 'HS256' }),
    expect: wrong('algorithm_not_allowed'),
  },
  'key-binding-signature-short': {
    description: 'the signature of the key binding lacks its last byte',
    spec: 'RFC 7518 section 3.4',
    pitfall: ['SD-26'],
    kbSignature: (signature) => signature.subarray(0, 63),
    expect: wrong('key_binding_signature_wrong'),
  },
  'key-binding-signature-zero': {
    description: 'r and s of the signature of the key binding are 0',
    spec: 'RFC 7518 section 3.4',
    pitfall: ['SD-26'],
    kbSignature: () => new Uint8Array(64),
    expect: wrong('key_binding_signature_wrong'),
  },
  'holder-key-off-the-curve': {
    description: 'the key in cnf is no point of its curve',
    spec: 'RFC 7518 section 6.2',
    pitfall: ['KX-14'],
    payload: withKey((key) => ({ ...key, y: base64url.encode(base64url.decode(String(key.y)).map((byte, at) => (at === 31 ? byte ^ 1 : byte))) })),
    expect: wrong('key_unusable'),
  },
  'holder-key-of-other-curve': {
    description: 'the key in cnf says it is of P-384',
    spec: 'RFC 7518 section 6.2',
    payload: withKey((key) => ({ ...key, crv: 'P-384' })),
    expect: wrong('key_unusable'),
  },
  'holder-key-with-padding': {
    description: 'the coordinates of the key in cnf have padding',
    spec: 'RFC 7518 section 6.2.1.2',
    pitfall: ['SD-27'],
    payload: withKey((key) => ({ ...key, x: `${key.x}=`, y: `${key.y}=` })),
    expect: wrong('key_unusable'),
  },
  'valid-minimal-holder-key': {
    description: 'cnf.jwk has kty, crv, x and y and nothing else',
    spec: 'SD-JWT VC draft 19 section 2.2.2.3',
    pitfall: ['SD-24'],
    payload: withKey(({ kty = 'EC', crv = '', x = '', y = '' }) => ({ kty, crv, x, y })),
    expect: shown,
  },
  'valid-holder-key-with-more': {
    description: 'cnf.jwk has a kid, an alg and a use beside the key',
    spec: 'RFC 7800 section 3.2',
    payload: withKey((key) => ({ ...key, kid: 'card-1', alg: 'ES256', use: 'sig' })),
    expect: shown,
  },
  'valid-both-claims-shown': {
    description: 'both hidden claims are shown',
    spec: 'RFC 9901 section 7.3',
    show: [['document_number'], ['personal_administrative_number']],
    expect: shown,
  },
}
