import { base64url, type Json, type JsonObject } from '@symbolon/sd-jwt'
import { disclose, NOW, statute } from './flow.ts'
import { fail, pass, type Wishes } from './wish.ts'

const broken = fail('structure')
const SALT = 'c2FsdCBmb3IgdGhlIHZlY3Rvcg'

/** Puts digests into the `_sd` array at the top. */
const withDigests =
  (...digests: Json[]) =>
  (payload: JsonObject): JsonObject => ({ ...payload, _sd: [...(payload._sd as Json[]), ...digests] })
export const without =
  (...names: string[]) =>
  (payload: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(payload).filter(([name]) => !names.includes(name)))

/** The same JSON with a space where none was: the same value, another text. */
const respaced = (disclosure: string): string => base64url.encodeText(base64url.decodeText(disclosure).replace(',', ', '))

const smuggled = await disclose(SALT, 'nationality', 'BE')
const nested = await disclose(SALT, 'inner', 'x')
const outer = await disclose(SALT, 'outer', { _sd: [nested.digest, nested.digest] })
const three = await disclose(SALT, 'place', 'x')
const two = await disclose(SALT, 'x')
const numberSalt = await disclose(12, 'place', 'x')
const numberName = await disclose(SALT, 12, 'x')
const four = await disclose(SALT, 'place', 'x', 'y')
const one = await disclose(SALT)
const deep = { text: base64url.encodeText(`["${SALT}","deep",${'['.repeat(1000)}${']'.repeat(1000)}]`) }
const twice = { text: base64url.encodeText(`["${SALT}","place",{"a":1,"a":2}]`) }
const notUtf8 = { text: base64url.encode(Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x2c, 0x31, 0x5d)) }
const named = async (name: string) => disclose(SALT, name, 'x')
const [sd, dots, authority, vct] = await Promise.all([named('_sd'), named('...'), named('issuing_authority'), disclose(SALT, 'vct', 'urn:example:other')])
const element = await disclose(SALT, 'BE')
const hidden = await disclose(SALT, 'NL')

/** A claim that must stay in clear, hidden instead. */
async function hide(name: string, value: Json) {
  const { text, digest } = await disclose(SALT, name, value)
  return {
    payload: (payload: JsonObject) => withDigests(digest)(without(name)(payload)),
    disclosures: (shown: string[]) => [...shown, text],
  }
}
async function hideInside(name: string, member: string, value: Json) {
  const { text, digest } = await disclose(SALT, member, value)
  return {
    payload: (payload: JsonObject) => {
      const around = Object.fromEntries(Object.entries(payload[name] as JsonObject).filter(([inner]) => inner !== member))
      return { ...payload, [name]: { ...around, _sd: [digest] } }
    },
    disclosures: (shown: string[]) => [...shown, text],
  }
}
const bringing =
  (...more: string[]) =>
  (shown: string[]): string[] => [...shown, ...more]
const notDisclosable = { spec: 'SD-JWT VC draft 19 section 2.2.2.3', pitfall: ['SD-06'], expect: broken('claim_not_disclosable') }

export const disclosures: Wishes = {
  'disclosure-not-referenced': {
    description: 'a disclosure comes along that no digest refers to',
    spec: 'RFC 9901 section 7.1 (5)',
    pitfall: ['SD-01'],
    disclosures: bringing(smuggled.text),
    expect: broken('disclosure_not_referenced'),
  },
  'disclosure-respaced': {
    description: 'a disclosure was decoded and written again with a space: the same value, another text',
    spec: 'RFC 9901 section 4.2.3',
    pitfall: ['SD-10'],
    disclosures: (shown) => shown.map(respaced),
    expect: broken('disclosure_not_referenced'),
  },
  'digest-twice': {
    description: 'the payload has the same digest twice',
    spec: 'RFC 9901 section 7.1 (4)',
    pitfall: ['SD-02'],
    payload: (payload) => withDigests((payload._sd as Json[])[0] ?? null)(payload),
    expect: broken('digest_repeated'),
  },
  'digest-twice-in-disclosure': {
    description: 'an object inside a disclosure has the same digest twice',
    spec: 'RFC 9901 section 7.1 (4)',
    pitfall: ['SD-02'],
    payload: withDigests(outer.digest),
    disclosures: bringing(outer.text, nested.text),
    expect: broken('digest_repeated'),
  },
  'digest-in-two-objects': {
    description: 'a digest of the top stands in a nested object again',
    spec: 'RFC 9901 section 7.1 (4)',
    pitfall: ['SD-02'],
    payload: (payload) => ({ ...payload, subject: { ...(payload.subject as JsonObject), _sd: [(payload._sd as Json[])[0] ?? null] } }),
    expect: broken('digest_repeated'),
  },
  'disclosure-twice': {
    description: 'the same disclosure is sent twice',
    spec: 'RFC 9901 section 7.1 (4)',
    pitfall: ['SD-03'],
    disclosures: (shown) => [...shown, ...shown],
    expect: broken('disclosure_repeated'),
  },
  'disclosure-named-like-plain-claim': {
    description: 'a disclosure has the name of a claim that stands in clear',
    spec: 'RFC 9901 section 7.1 (3.3.2.3)',
    pitfall: ['SD-04'],
    payload: withDigests(authority.digest),
    disclosures: bringing(authority.text),
    expect: broken('claim_name_taken'),
  },
  'disclosure-named-vct': {
    description: 'a disclosure would replace the vct that stands in clear',
    spec: 'RFC 9901 section 7.1 (3.3.2.3)',
    pitfall: ['SD-04'],
    payload: withDigests(vct.digest),
    disclosures: bringing(vct.text),
    expect: broken('claim_name_taken'),
  },
  'disclosure-named-sd': {
    description: 'a disclosure is named _sd',
    spec: 'RFC 9901 section 7.1 (3.3.2.2)',
    pitfall: ['SD-05'],
    payload: withDigests(sd.digest),
    disclosures: bringing(sd.text),
    expect: broken('reserved_name'),
  },
  'disclosure-named-dots': {
    description: 'a disclosure is named ...',
    spec: 'RFC 9901 section 7.1 (3.3.2.2)',
    pitfall: ['SD-05'],
    payload: withDigests(dots.digest),
    disclosures: bringing(dots.text),
    expect: broken('reserved_name'),
  },
  'disclosure-of-exp': { ...notDisclosable, description: 'the end of the credential is hidden in a disclosure', ...(await hide('exp', NOW + 3600)) },
  'disclosure-of-nbf': { ...notDisclosable, description: 'the begin of the credential is hidden in a disclosure', ...(await hide('nbf', NOW - 3600)) },
  'disclosure-of-iss': { ...notDisclosable, description: 'the issuer is hidden in a disclosure', ...(await hide('iss', 'https://issuer.example')) },
  'disclosure-of-vct': { ...notDisclosable, description: 'the type is hidden in a disclosure', ...(await hide('vct', 'urn:eudi:ehic:1')) },
  'disclosure-of-status': {
    ...notDisclosable,
    description: 'the status is hidden in a disclosure',
    ...(await hide('status', { status_list: { idx: 412, uri: 'https://issuer.example/status-lists/1' } })),
  },
  'disclosure-inside-status': {
    ...notDisclosable,
    description: 'a member inside the status is hidden in a disclosure',
    ...(await hideInside('status', 'status_list', { idx: 412, uri: 'https://issuer.example/status-lists/1' })),
  },
  'disclosure-inside-cnf': {
    ...notDisclosable,
    description: 'the key inside cnf is hidden in a disclosure',
    ...(await hideInside('cnf', 'jwk', { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' })),
  },
  'disclosure-of-element-in-sd': {
    description: 'an _sd array refers to a disclosure of two elements',
    spec: 'RFC 9901 section 7.1 (3.3.2.1)',
    pitfall: ['SD-07'],
    payload: withDigests(two.digest),
    disclosures: bringing(two.text),
    expect: broken('disclosure_misplaced'),
  },
  'disclosure-of-member-in-array': {
    description: 'an element of an array refers to a disclosure of three elements',
    spec: 'RFC 9901 section 7.1 (3.3.3.1)',
    pitfall: ['SD-07'],
    payload: (payload) => ({ ...payload, nationalities: [{ '...': three.digest }] }),
    disclosures: bringing(three.text),
    expect: broken('disclosure_misplaced'),
  },
  'disclosure-salt-number': {
    description: 'the salt of a disclosure is a number',
    spec: 'RFC 9901 section 4.2.1',
    pitfall: ['SD-07'],
    payload: withDigests(numberSalt.digest),
    disclosures: bringing(numberSalt.text),
    expect: broken('disclosure_malformed'),
  },
  'disclosure-name-number': {
    description: 'the name in a disclosure is a number',
    spec: 'RFC 9901 section 4.2.1',
    pitfall: ['SD-07'],
    payload: withDigests(numberName.digest),
    disclosures: bringing(numberName.text),
    expect: broken('disclosure_malformed'),
  },
  'disclosure-of-four-elements': {
    description: 'a disclosure has four elements',
    spec: 'RFC 9901 section 4.2.1',
    pitfall: ['SD-07'],
    payload: withDigests(four.digest),
    disclosures: bringing(four.text),
    expect: broken('disclosure_malformed'),
  },
  'disclosure-of-salt-alone': {
    description: 'a disclosure has a salt and nothing else',
    spec: 'RFC 9901 section 4.2.2',
    pitfall: ['SD-07'],
    payload: withDigests(one.digest),
    disclosures: bringing(one.text),
    expect: broken('disclosure_malformed'),
  },
  'disclosure-not-json': {
    description: 'a disclosure is not UTF-8',
    spec: 'RFC 8259 section 8.1',
    disclosures: bringing(notUtf8.text),
    expect: broken('json_malformed'),
  },
  'disclosure-nested-too-deep': {
    description: 'a disclosure of 1000 arrays in one another',
    spec: 'RFC 8259 section 9',
    pitfall: ['SD-29'],
    disclosures: bringing(deep.text),
    expect: broken('too_deep'),
  },
  'sd-not-array': {
    description: '_sd is an object',
    spec: 'RFC 9901 section 4.2.4.1',
    payload: (payload) => ({ ...payload, subject: { ...(payload.subject as JsonObject), _sd: {} } }),
    expect: broken('digests_malformed'),
  },
  'sd-of-numbers': {
    description: '_sd holds a number',
    spec: 'RFC 9901 section 4.2.4.1',
    payload: withDigests(12),
    expect: broken('digests_malformed'),
  },
  'array-digest-with-company': {
    description: 'an object with ... has another member beside it',
    spec: 'RFC 9901 section 7.1 (3.3.3)',
    payload: (payload) => ({ ...payload, nationalities: [{ '...': element.digest, code: 'BE' }] }),
    expect: broken('digests_malformed'),
  },
  'hash-md5': {
    description: '_sd_alg is md5',
    spec: 'RFC 9901 section 4.1.1',
    pitfall: ['SD-08'],
    payload: (payload) => ({ ...payload, _sd_alg: 'md5' }),
    expect: broken('hash_not_supported'),
  },
  'hash-unknown': {
    description: '_sd_alg is a name that nobody registered',
    spec: 'RFC 9901 section 4.1.1',
    pitfall: ['SD-08'],
    payload: (payload) => ({ ...payload, _sd_alg: 'SHA-256' }),
    expect: broken('hash_not_supported'),
  },
  'hash-not-text': {
    description: '_sd_alg is a list',
    spec: 'RFC 9901 section 4.1.1',
    pitfall: ['SD-08'],
    payload: (payload) => ({ ...payload, _sd_alg: ['sha-256'] }),
    expect: broken('hash_not_supported'),
  },
  'hash-below-the-top': {
    description: '_sd_alg stands in a nested object',
    spec: 'RFC 9901 section 4.1.1',
    pitfall: ['SD-08'],
    payload: (payload) => ({ ...payload, subject: { ...(payload.subject as JsonObject), _sd_alg: 'sha-256' } }),
    expect: broken('hash_claim_misplaced'),
  },
  'valid-array-element-not-shown': {
    description: 'an element of an array is hidden and not shown: it is gone, and not null',
    spec: 'RFC 9901 section 7.1 (3.4)',
    pitfall: ['SD-11'],
    payload: (payload) => ({ ...payload, nationalities: [{ '...': element.digest }, { '...': hidden.digest }] }),
    disclosures: bringing(element.text),
    expect: pass('structure')('well_formed'),
  },
  'valid-nested-disclosures': {
    description: 'claims of two nested objects and one of the top are shown',
    spec: 'RFC 9901 section 7.1 (3)',
    type: statute,
    show: [['statutes', 'companion'], ['periods', 'increased_reimbursement'], ['birthdate']],
    expect: pass('structure')('well_formed'),
  },
  'valid-names-of-prototypes': {
    description: 'claims named __proto__, constructor and toString are claims like any other',
    spec: 'RFC 9901 section 7.1',
    pitfall: ['SD-09'],
    ...(await (async () => {
      const claims = await Promise.all(['__proto__', 'constructor', 'toString'].map((name) => disclose(SALT, name, { polluted: true })))
      return { payload: withDigests(...claims.map(({ digest }) => digest)), disclosures: bringing(...claims.map(({ text }) => text)) }
    })()),
    expect: pass('structure')('well_formed'),
  },
}

const inSignature = (change: (signature: string) => string) => (jwt: string) => {
  const dot = jwt.lastIndexOf('.') + 1
  return jwt.slice(0, dot) + change(jwt.slice(dot))
}
/** The next character of the alphabet: the same bytes, other spare bits. */
const spareBits = (text: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.slice(-1)) + 1]
}
const encoded = { spec: 'RFC 7515 section 2', pitfall: ['SD-27'], expect: broken('base64url_malformed') }

export const texts: Wishes = {
  'no-tilde': {
    description: 'the issuer-signed JWT alone, without a single tilde',
    spec: 'RFC 9901 section 4',
    pitfall: ['SD-12'],
    presentation: (sdJwt) => sdJwt.slice(0, sdJwt.indexOf('~')),
    expect: broken('format_not_known'),
  },
  'no-tilde-at-the-end': {
    description: 'the tilde after the last disclosure is missing, so the disclosure stands where a key binding would',
    spec: 'RFC 9901 section 4',
    pitfall: ['SD-12'],
    presentation: (sdJwt) => sdJwt.slice(0, -1),
    expect: broken('jws_malformed'),
  },
  'tilde-too-many': {
    description: 'a tilde too many before the key binding',
    spec: 'RFC 9901 section 4',
    pitfall: ['SD-12'],
    presentation: (sdJwt, keyBinding) => `${sdJwt}~${keyBinding}`,
    expect: broken('sd_jwt_malformed'),
  },
  'disclosure-empty': {
    description: 'an empty disclosure before the others',
    spec: 'RFC 9901 section 4',
    pitfall: ['SD-12'],
    presented: (sdJwt) => sdJwt.replace('~', '~~'),
    expect: broken('sd_jwt_malformed'),
  },
  'jwt-of-four-parts': {
    description: 'the issuer-signed JWT has a fourth part',
    spec: 'RFC 7515 section 7.1',
    jwt: (jwt) => `${jwt}.AAAA`,
    expect: broken('jws_malformed'),
  },
  'header-typ-jwt': {
    description: 'typ is JWT',
    spec: 'SD-JWT VC draft 19 section 2.2.1',
    pitfall: ['SD-14'],
    header: (header) => ({ ...header, typ: 'JWT' }),
    expect: broken('type_wrong'),
  },
  'header-without-typ': {
    description: 'typ is missing',
    spec: 'SD-JWT VC draft 19 section 2.2.1',
    pitfall: ['SD-14'],
    header: without('typ'),
    expect: broken('type_wrong'),
  },
  'header-typ-of-older-drafts': {
    description: 'typ is vc+sd-jwt, as drafts before this one had it',
    spec: 'SD-JWT VC draft 19 section 2.2.1',
    pitfall: ['SD-14'],
    header: (header) => ({ ...header, typ: 'vc+sd-jwt' }),
    expect: broken('type_wrong'),
  },
  'header-crit-unknown': {
    description: 'crit names an extension that nobody knows',
    spec: 'RFC 7515 section 4.1.11',
    pitfall: ['SD-15'],
    header: (header) => ({ ...header, crit: ['lifetime'], lifetime: 3600 }),
    expect: broken('critical_header_unknown'),
  },
  'header-without-alg': {
    description: 'alg is missing',
    spec: 'RFC 7515 section 4.1.1',
    header: without('alg'),
    expect: broken('jws_malformed'),
  },
  'header-member-twice': {
    description: 'the header has alg twice',
    spec: 'RFC 7515 section 4',
    pitfall: ['SD-28'],
    headerText: (text) => text.replace('{', '{"alg":"none",'),
    expect: broken('json_member_repeated'),
  },
  'payload-member-twice': {
    description: 'the payload has exp twice, once with an escape in its name',
    spec: 'RFC 7515 section 4',
    pitfall: ['SD-28'],
    payloadText: (text) => text.replace('{', '{"\\u0065xp":1,'),
    expect: broken('json_member_repeated'),
  },
  'disclosure-member-twice': {
    description: 'an object inside a disclosure has a member twice',
    spec: 'RFC 7515 section 4',
    pitfall: ['SD-28'],
    disclosures: bringing(twice.text),
    expect: broken('json_member_repeated'),
  },
  'base64url-with-padding': {
    ...encoded,
    description: 'the issuer signature has padding',
    jwt: inSignature((signature) => `${signature}==`),
  },
  'base64url-with-white-space': {
    ...encoded,
    description: 'a space stands in the issuer signature',
    jwt: inSignature((signature) => `${signature.slice(0, 40)} ${signature.slice(40)}`),
  },
  'base64url-of-other-alphabet': {
    ...encoded,
    description: 'a disclosure is written with + and / instead of - and _',
    disclosures: bringing(base64url.encodeText(`["${SALT}","place","??>>~~"]`).replaceAll('-', '+').replaceAll('_', '/')),
  },
  'base64url-with-spare-bits': {
    ...encoded,
    description: 'the spare bits at the end of the issuer signature are not zero',
    jwt: inSignature(spareBits),
  },
  'disclosure-with-spare-bits': {
    ...encoded,
    description: 'the spare bits at the end of a disclosure are not zero',
    disclosures: bringing(spareBits(base64url.encodeText(`["${SALT}","a",12]`))),
  },
}
