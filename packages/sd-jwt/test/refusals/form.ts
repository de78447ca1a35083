import { createPrivateKey, createSign } from 'node:crypto'
import { base64url, type Json, parseSdJwt, unsignedJws } from '@symbolon/sd-jwt'
import { type Cast, CLAIMS, issue } from '../issued.ts'
import { BEARER, craft, HEADER, type Refusal, salt, signedText } from './craft.ts'

/** What is wrong with the outer form, the header, the encoding and the signature of the issuer. */
export const FORM_REFUSALS: readonly Refusal[] = [
  {
    id: 'SD-12',
    name: 'no tilde at all',
    code: 'sd_jwt_malformed',
    text: async (cast) => (await issue(cast)).split('~')[0] ?? '',
    options: BEARER,
  },
  {
    id: 'SD-12',
    name: 'no tilde after the last disclosure',
    code: 'jws_malformed',
    text: async (cast) => (await issue(cast)).slice(0, -1),
    options: BEARER,
  },
  { id: 'SD-12', name: 'a tilde too many', code: 'sd_jwt_malformed', text: async (cast) => `${await issue(cast)}~`, options: BEARER },
  {
    id: 'SD-12',
    name: 'an empty disclosure in the middle',
    code: 'sd_jwt_malformed',
    text: async (cast) => (await issue(cast)).replace('~', '~~'),
    options: BEARER,
  },
  { id: 'SD-12', name: 'nothing before the first tilde', code: 'jws_malformed', text: async () => '~', options: BEARER },
  {
    id: 'SD-13',
    name: 'alg none without a signature',
    code: 'algorithm_not_allowed',
    text: async () => `${unsignedJws({ alg: 'none', typ: 'example+sd-jwt' }, CLAIMS).input}.~`,
    options: BEARER,
  },
  ...['none', 'RS256', 'HS256', 'ES384', 'es256', 'constructor'].map(
    (alg): Refusal => ({
      id: 'SD-13',
      name: `alg ${alg} in the header of an ES256 signature`,
      code: 'algorithm_not_allowed',
      text: (cast) => craft(cast, [], () => ({}), { ...HEADER, alg }),
      options: BEARER,
    }),
  ),
  {
    id: 'SD-13',
    name: 'alg ES384 in the header of an ES256 signature, though allowed',
    code: 'signature_wrong',
    text: (cast) => craft(cast, [], () => ({}), { ...HEADER, alg: 'ES384' }),
    options: { ...BEARER, algorithms: ['ES256', 'ES384'] },
  },
  {
    id: 'SD-13',
    name: 'no alg',
    code: 'jws_malformed',
    text: (cast) => craft(cast, [], () => ({}), { typ: 'example+sd-jwt' }),
    options: BEARER,
  },
  ...(['JWT', 'vc+sd-jwt', 'EXAMPLE+SD-JWT', undefined] as const).map(
    (typ): Refusal => ({
      id: 'SD-14',
      name: `typ ${typ}`,
      code: 'type_wrong',
      text: (cast) => craft(cast, [], () => ({}), typ === undefined ? { alg: 'ES256' } : { alg: 'ES256', typ }),
      options: BEARER,
    }),
  ),
  ...([['x'], ['b64'], [], 'x', null] as Json[]).map(
    (crit): Refusal => ({
      id: 'SD-15',
      name: `crit ${JSON.stringify(crit)}`,
      code: 'critical_header_unknown',
      text: (cast) => craft(cast, [], () => ({}), { ...HEADER, crit, b64: true, x: 1 }),
      options: BEARER,
    }),
  ),
  {
    id: 'SD-16',
    name: 'a claim missing that must be there',
    code: 'claim_missing',
    text: (cast) => craft(cast, [], () => ({ iss: 'x' })),
    options: { ...BEARER, required: ['vct'] },
  },
  {
    id: 'SD-26',
    name: 'a signature in DER',
    code: 'signature_wrong',
    text: async (cast) => {
      const { jwt } = parseSdJwt(await issue(cast))
      const key = createPrivateKey({ key: { ...cast.issuer.privateJwk }, format: 'jwk' })
      return `${jwt.input}.${base64url.encode(createSign('sha256').update(jwt.input).sign(key))}~`
    },
    options: { ...BEARER },
  },
  ...(
    [
      ['63 bytes', (right) => right.slice(0, 63)],
      ['65 bytes', (right) => Uint8Array.of(...right, 0)],
      ['nothing', () => new Uint8Array()],
      ['r = 0', (right) => Uint8Array.of(...new Uint8Array(32), ...right.slice(32))],
      ['s = 0', (right) => Uint8Array.of(...right.slice(0, 32), ...new Uint8Array(32))],
      ['r = s = 0', () => new Uint8Array(64)],
      ['r = n', (right) => Uint8Array.of(...ORDER, ...right.slice(32))],
      ['s = n', (right) => Uint8Array.of(...right.slice(0, 32), ...ORDER)],
      ['r = s = 2^256 - 1', () => new Uint8Array(64).fill(255)],
    ] as [string, (right: Uint8Array) => Uint8Array][]
  ).map(
    ([name, change]): Refusal => ({
      id: 'SD-26',
      name: `a signature of ${name}`,
      code: 'signature_wrong',
      text: (cast) => withSignature(cast, change),
      options: BEARER,
    }),
  ),
  ...(
    [
      ['padding', (part: string) => `${part}==`],
      ['white space', (part: string) => `${part.slice(0, 8)}\n${part.slice(8)}`],
      ['a plus sign', (part: string) => `+${part.slice(1)}`],
      ['a slash', (part: string) => `/${part.slice(1)}`],
      ['spare bits', (part: string) => `${part.slice(0, -1)}${nextCharacter(part.at(-1) ?? '')}`],
    ] as [string, (part: string) => string][]
  ).map(
    ([name, change]): Refusal => ({
      id: 'SD-27',
      name: `base64url with ${name}`,
      code: 'base64url_malformed',
      text: async (cast) => {
        const { jwt } = parseSdJwt(await issue(cast))
        return `${jwt.input}.${change(base64url.encode(jwt.signature))}~`
      },
      options: BEARER,
    }),
  ),
  ...(
    [
      ['in the header', '{"alg":"ES256","typ":"a","typ":"example+sd-jwt"}', '{}'],
      ['in the header, escaped', '{"alg":"ES256","typ":"a","t\\u0079p":"example+sd-jwt"}', '{}'],
      ['in the payload', '{"alg":"ES256","typ":"example+sd-jwt"}', '{"exp":1,"exp":9999999999}'],
      ['deep in the payload', '{"alg":"ES256","typ":"example+sd-jwt"}', '{"a":[{"b":{"c":1,"d":2,"c":1}}]}'],
    ] as [string, string, string][]
  ).map(
    ([name, header, payload]): Refusal => ({
      id: 'SD-28',
      name: `a member repeated ${name}`,
      code: 'json_member_repeated',
      text: async (cast) => `${await signedText(cast, header, payload)}~`,
      options: BEARER,
    }),
  ),
  {
    id: 'SD-28',
    name: 'a member repeated in a disclosure',
    code: 'json_member_repeated',
    text: (cast) => craft(cast, [base64url.encodeText(`["${salt}","a",{"b":1,"b":2}]`)], (digests) => ({ _sd: digests })),
    options: BEARER,
  },
]

/** The happy presentation with another signature by the issuer. */
async function withSignature(cast: Cast, signature: (right: Uint8Array) => Uint8Array): Promise<string> {
  const sdJwt = parseSdJwt(await issue(cast))
  return `${sdJwt.jwt.input}.${base64url.encode(signature(sdJwt.jwt.signature))}~`
}

/** The order of P-256. */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')

function nextCharacter(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet.charAt(alphabet.indexOf(character) + 1)
}
