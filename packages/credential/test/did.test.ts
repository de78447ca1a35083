import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { primitives } from '@symbolon/primitives/node'
import { base64url, type JsonObject, type Jwk } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { base58, toBase58 } from '../src/did/base58.ts'
import { decompress } from '../src/did/p256.ts'
import { CredentialError, DID_METHODS, didKeyOf, keyOfDid, keyUrlOfDid } from '../src/index.ts'

interface Vectors {
  readonly valid: readonly {
    readonly name: string
    readonly jwk: JsonObject
    readonly bytesHex: string
    readonly did: string
    readonly keyId: string
  }[]
  readonly invalid: readonly { readonly name: string; readonly why: string; readonly did: string }[]
}
const vectors: Vectors = JSON.parse(readFileSync(new URL('../../../test/vectors/ebsi/did-key.json', import.meta.url), 'utf8'))

const newKey = (namedCurve = 'P-256'): Jwk => generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }) as Jwk
const members = ({ kty, crv = '', x = '', y = '' }: Jwk) => ({ kty, crv, x, y })
const didJwk = (jwk: object | string) => `did:jwk:${base64url.encodeText(typeof jwk === 'string' ? jwk : JSON.stringify(jwk))}`

/** With the name that the only key of the document has. */
const keyUrl = (did: string): string => `${did}#${did.slice(did.lastIndexOf(':') + 1)}`

function refusal(url: string): string {
  try {
    keyOfDid(url)
  } catch (error) {
    if (error instanceof CredentialError && error.code === 'did_malformed') return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('base58btc', () => {
  // From draft-msporny-base58-03, section 5, and the empty text.
  it.each([
    ['2NEpo7TZRRrLZSi2U', Buffer.from('Hello World!').toHex()],
    ['USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z', Buffer.from('The quick brown fox jumps over the lazy dog.').toHex()],
    ['11233QC4', '0000287fb4cd'],
    ['1', '00'],
    ['', ''],
  ])('"%s"', (text, bytes) => {
    expect(base58(text)?.toHex()).toBe(bytes)
    expect(toBase58(Uint8Array.fromHex(bytes))).toBe(text)
  })

  it('gives back any bytes, of any length and with any zeros before them', () => {
    for (let length = 0; length < 140; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at < length % 5 ? 0 : (at * 89 + length * 57) & 0xff))
      expect.soft(base58(toBase58(bytes))).toEqual(bytes)
    }
  })

  it.each(['0', 'O', 'I', 'l', '+', ' ', 'é', '\u{1f600}'])('has no "%s"', (character) => {
    expect(base58(`2NEpo7${character}`)).toBeNull()
  })
})

describe('did:key of a compressed point of P-256', () => {
  // From the test vectors of the did:key method specification.
  const published = [
    {
      did: 'did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv',
      x: 'igrFmi0whuihKnj9R3Om1SoMph72wUGeFaBbzG2vzns',
      y: 'efsX5b10x8yjyrj4ny3pGfLcY7Xby1KzgqOdqnsrJIM',
    },
    {
      did: 'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169',
      x: 'fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI',
      y: 'hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU',
    },
  ]
  it.each(published)('names the published key: $did', ({ did, x, y }) => {
    expect(keyOfDid(keyUrl(did))).toEqual({ kty: 'EC', crv: 'P-256', x, y })
  })

  it('finds the second coordinate of any key, even or odd, as OpenSSL made it', () => {
    for (let count = 0; count < 64; count++) {
      const { kty, crv, x = '', y = '' } = newKey()
      const odd = (base64url.decode(y).at(-1) ?? 0) & 1
      expect(decompress(Uint8Array.from([2 + odd, ...base64url.decode(x)]))).toEqual({ kty, crv, x, y })
    }
  })

  it('KX-14: refuses what is no point of the curve', () => {
    const { x: first = '', y: second = '' } = newKey()
    const x = base64url.decode(first)
    const broken: [string, Uint8Array][] = [
      ['an x that no point has', Uint8Array.from([2, ...new Uint8Array(31), 1])],
      ['an x beyond the field', Uint8Array.from([2, ...new Uint8Array(32).fill(255)])],
      ['both coordinates, though they are right', Uint8Array.from([4, ...x, ...base64url.decode(second)])],
      ['both coordinates', Uint8Array.from([4, ...x, ...x])],
      ['a hybrid form', Uint8Array.from([6, ...x])],
      ['a byte too few', Uint8Array.from([2, ...x.subarray(1)])],
      ['a byte too many', Uint8Array.from([2, ...x, 0])],
      ['nothing', new Uint8Array()],
      ['infinity', new Uint8Array(1)],
    ]
    for (const [about, point] of broken) expect.soft(decompress(point), about).toBeNull()
  })
})

describe('did:key of a JWK in canonical form (jwk_jcs-pub)', () => {
  const ec = vectors.valid.filter(({ jwk }) => jwk.crv === 'P-256')
  it.each(ec)('names the key: $name', ({ jwk, keyId }) => {
    expect(keyOfDid(keyId)).toEqual(jwk)
  })

  it.each(ec)('is made of the key: $name', ({ jwk, did, keyId }) => {
    expect(didKeyOf(jwk as Jwk)).toBe(did)
    expect(keyUrlOfDid(did)).toBe(keyId)
  })

  it.each(vectors.valid)('is written as the vectors have it: $name', ({ bytesHex, did }) => {
    expect(`did:key:z${toBase58(Uint8Array.fromHex(bytesHex))}`).toBe(did)
  })

  it('is made of no private key, and of no other kind', () => {
    expect(() => didKeyOf({ ...(ec[0]?.jwk as Jwk), d: 'AA' })).toThrow('did_malformed')
    expect(() => didKeyOf({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })).toThrow('did_malformed')
  })

  it('has a name for its key; other texts have none', () => {
    expect(keyUrlOfDid('did:jwk:e30')).toBe('did:jwk:e30#0')
    for (const text of ['did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA', 'did:key:z6#z6', 'https://issuer.example', ''])
      expect(keyUrlOfDid(text)).toBeNull()
  })

  it.each(vectors.valid.filter((vector) => !ec.includes(vector)))('says that it reads no such key: $name', ({ keyId }) => {
    expect(refusal(keyId)).toMatch(/kty: must be EC|crv: must be|more than 512/)
  })

  // A point is checked when its key is made ready; and p256-pub is a did:key, only not one of EBSI.
  const elsewhere = ['not-on-curve', 'p256-pub-codec']
  it.each(vectors.invalid.filter(({ name }) => !elsewhere.includes(name)))('refuses $name: $why', ({ did }) => {
    expect(refusal(keyUrl(did))).toMatch(/^did_malformed: /)
  })

  it('KX-14: leaves a point off the curve to whoever makes the key ready', async () => {
    const did = vectors.invalid.find(({ name }) => name === 'not-on-curve')?.did ?? ''
    const jwk = keyOfDid(keyUrl(did))
    await expect(async () => primitives.importKey(jwk as Jwk, 'ES256')).rejects.toThrow('key_unusable')
  })
})

describe('did:jwk', () => {
  it('names the published key', () => {
    // From the did:jwk method specification.
    const did =
      'did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9'
    expect(keyOfDid(`${did}#0`)).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: 'acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0',
      y: '_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE',
    })
  })

  it.each(['P-256', 'P-384', 'P-521'])('names a key of %s, in whatever order its members stand, and with more of them', (curve) => {
    const { kty, crv, x, y } = members(newKey(curve))
    expect(keyOfDid(`${didJwk({ y, x, use: 'sig', crv, kty, name: 'mine' })}#0`)).toEqual({ kty, crv, x, y })
  })

  const jwk = members(newKey())
  it.each<[string, string, RegExp]>([
    ['another name of the key', `${didJwk(jwk)}#1`, /#0/],
    ['the DID as the name of the key', keyUrl(didJwk(jwk)), /#0/],
    ['KX-12: a private member', `${didJwk({ ...jwk, d: 'AA' })}#0`, /private member/],
    ['a key for encryption', `${didJwk({ ...jwk, use: 'enc' })}#0`, /use/],
    ['a key of RSA', `${didJwk({ kty: 'RSA', n: 'AA', e: 'AQAB' })}#0`, /kty: must be EC/],
    ['a coordinate too short', `${didJwk({ ...jwk, x: jwk.x.slice(2) })}#0`, /x: must be/],
    ['a list', `${didJwk([jwk])}#0`, /JSON object/],
    ['a member twice', `${didJwk(`{"kty":"EC",${JSON.stringify(jwk).slice(1)}`)}#0`, /JSON object/],
    ['what is no JSON', `${didJwk('{')}#0`, /JSON object/],
    ['base64 of the other alphabet', 'did:jwk:eyJ_.#0', /base64url/],
  ])('refuses %s', (_about, url, words) => {
    expect(refusal(url)).toMatch(words)
  })
})

describe('a DID URL', () => {
  const known = 'did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv'
  it.each([
    '',
    'x',
    'did:',
    'did:key',
    'did:key:',
    'did:web:example.org#0',
    'did:ebsi:zX#1',
    'did:KEY:zX#zX',
    ` ${known}#z`,
    'did:__proto__:x#0',
  ])('is not ours: "%s"', (url) => {
    expect(keyOfDid(url)).toBeNull()
  })

  it.each([
    ['a path', `${known}/keys#0`],
    ['a query', `${known}?version=1#0`],
  ])('is not ours with %s: nothing of it could be looked up', (_about, url) => {
    expect(keyOfDid(url)).toBeNull()
  })

  it.each<[string, string, RegExp]>([
    ['no name of the key', known, /name of the key/],
    ['an empty name', `${known}#`, /name of the DID/],
    ['the name of another key', `${known}#zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169`, /name of the DID/],
    ['a name after the name', `${keyUrl(known)}#0`, /name of the DID/],
    ['a line break', `${keyUrl(known)}\n`, /name of the DID/],
    ['a letter that base58 does not have', keyUrl(`${known}0`), /base58/],
    ['another base', keyUrl('did:key:mAAAA'), /base58/],
    ['nothing in base58', keyUrl('did:key:z'), /neither of P-256/],
    ['a key of Ed25519', keyUrl('did:key:z6MkvrFpBNCoYewiaeBLgjUDvLxUtnK5R6mqh5XPvLsrPsro'), /neither of P-256/],
    ['zeros before the kind', keyUrl(`did:key:z1${known.slice(9)}`), /neither of P-256/],
    ['513 characters', keyUrl(`did:key:z${'2'.repeat(512)}`), /more than 512/],
  ])('is refused with %s', (_about, url, words) => {
    expect(refusal(url)).toMatch(words)
  })

  it('of a method that is read has a section', () => {
    expect(DID_METHODS.map(({ id }) => id)).toEqual(['did:jwk', 'did:key'])
    for (const { spec } of DID_METHODS) expect(spec).not.toBe('')
  })

  it('that is long costs little', () => {
    const long = `did:key:z${'z'.repeat(100_000)}`
    expect(refusal(`${long}#z${'z'.repeat(100_000)}`)).toMatch(/more than 512/)
  })
})
