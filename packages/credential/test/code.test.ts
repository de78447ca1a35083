import { spawnSync } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { primitives } from '@symbolon/primitives/node'
import { compileFrame, conceal, type JsonObject, keyBindingJws, parseSdJwt, SdJwtError, serialize, unsignedJws } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base45 } from '../src/code/base45.ts'
import { GENERIC } from '../src/code/dictionary.ts'
import { isCode, MOST_IN_CODE, packCode, unpackCode } from '../src/code/index.ts'
import { inflate } from '../src/compression/inflate.ts'
import { CredentialError } from '../src/errors.ts'
import { check, issue, policyFor, show } from './presentation_fixture.ts'

const shown = await show(await issue(), [['name']])
const code = await packCode(shown, primitives)
const bytes = base45.decode(code.slice(4))
const codeOf = (all: readonly number[] | Uint8Array): string => `SY1:${base45.encode(Uint8Array.from(all))}`
const dictionary = Buffer.from(GENERIC.text, 'latin1')

/** A code of this text and these bytes, as another program might write it. */
function made(literal: string | Uint8Array, raw: readonly number[], head: readonly number[] = [1, 0]): string {
  const deflated = [...deflateRawSync(Buffer.from(literal), { dictionary })]
  const length = deflated.length < 128 ? [deflated.length] : [(deflated.length & 127) | 128, deflated.length >> 7]
  return codeOf([...head, ...length, ...deflated, ...raw])
}

/** What a text ends as: unpacked, or the code of its error. */
async function outcome(text: string): Promise<string> {
  try {
    await unpackCode(text, primitives)
    return 'unpacked'
  } catch (error) {
    if (error instanceof CredentialError) return error.code
    throw error
  }
}

describe('Base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
    ['', ''],
  ])('RFC 9285 section 4.3: %j', (text, encoded) => {
    expect(base45.encode(Buffer.from(text))).toBe(encoded)
    expect(Buffer.from(base45.decode(encoded)).toString()).toBe(text)
  })

  it('RFC 9285 section 4: gives back any bytes, and never ends in a space that a copy would lose', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (any) => {
        const text = base45.encode(any)
        expect(text.endsWith(' ')).toBe(false)
        expect([...base45.decode(text)]).toEqual([...any])
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['FGW is 65535', 'FGW', true],
    ['GGW is more than two bytes hold', 'GGW', false],
    [':::', ':::', false],
    ['U5 is 255', 'U5', true],
    ['V5 is more than a byte holds', 'V5', false],
    ['a length that no bytes have', 'BB8B', false],
    ['small letters', 'bb8', false],
    ['a character of another alphabet', 'BB_', false],
    ['a line break', 'BB8\nBB8', false],
    ['a character beyond ASCII', 'BB\u0663', false],
  ])('RFC 9285 section 4.2: %s', (_, text, good) => {
    if (good) expect(base45.encode(base45.decode(text))).toBe(text)
    else expect(() => base45.decode(text)).toThrow(expect.objectContaining({ code: 'code_malformed' }))
  })
})

describe('inflating with a preset dictionary (RFC 1951)', () => {
  it('gives what was deflated by zlib, and counts the dictionary as no part of it', () => {
    const words = fc.array(fc.constantFrom('"sd_hash":"', '"cnf":{"jwk":', 'x', '\x01', 'urn:eudi:'), { maxLength: 400 })
    fc.assert(
      fc.property(words, fc.constantFrom(0, 1, 9), (all, level) => {
        const text = Buffer.from(all.join(''))
        const { output, end } = inflate(deflateRawSync(text, { level, dictionary }), 10_000, dictionary)
        expect(Buffer.from(output).equals(text)).toBe(true)
        expect(end).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses to look further back than the dictionary goes, and to write more than its limit behind it', () => {
    const deflated = deflateRawSync(Buffer.from(GENERIC.text), { dictionary })
    expect(() => inflate(deflated, 10_000, dictionary.subarray(20))).toThrow(expect.objectContaining({ code: 'zlib_malformed' }))
    expect(() => inflate(deflated, GENERIC.text.length - 1, dictionary)).toThrow(expect.objectContaining({ code: 'zlib_too_large' }))
    expect(inflate(deflated, GENERIC.text.length, dictionary).output).toHaveLength(GENERIC.text.length)
  })
})

it('of more disclosures than anybody shows is refused before one of them is hashed', async () => {
  let hashed = 0
  const counting = {
    ...primitives,
    digest: (...[algorithm, data]: Parameters<typeof primitives.digest>) => {
      hashed++
      return primitives.digest(algorithm, data)
    },
  }
  const text = made(`{}\x07{}${'\x07'.repeat(1001)}`, [1, 0])
  await expect(unpackCode(text, counting)).rejects.toMatchObject({ code: 'code_malformed' })
  expect(hashed).toBe(0)
})

describe('a code gives back exactly what was packed (specs/code.md)', () => {
  const json = fc.json({ maxDepth: 3, noUnicodeString: false }).map((text) => JSON.parse(text))
  const name = fc.constantFrom('a', 'b', 'c', 'é', '名', 'increased_reimbursement', 'x'.repeat(22), 'A'.repeat(43), '__proto_')

  it('the example of the specification, and its dictionary', async () => {
    const spec = readFileSync(new URL('../../../specs/code.md', import.meta.url), 'utf8')
    const block = (kind: string) => new RegExp(`^\`\`\`${kind}\\n(.*?)\\n\`\`\`$`, 'ms').exec(spec)?.[1] ?? ''
    const [example, text] = [block('code'), block('sd-jwt')]
    expect(await unpackCode(example, primitives)).toBe(text)
    expect(await packCode(text, primitives)).toBe(example)
    expect(JSON.parse(block('json'))).toBe(GENERIC.text)
    expect(spec).toContain(`${GENERIC.text.length.toLocaleString('en')} bytes. The escapes`)
  })

  it('any SD-JWT: nested, with decoys, of other hashes, with and without key binding', async () => {
    const arbitrary = fc.record({
      inner: fc.dictionary(name, json, { maxKeys: 4 }),
      outer: fc.dictionary(name, json, { maxKeys: 4 }),
      alg: fc.constantFrom('sha-256', 'sha-384') as fc.Arbitrary<'sha-256' | 'sha-384'>,
      bound: fc.boolean(),
      header: fc.constantFrom({}, { x5c: [randomBytes(300).toString('base64')] }, { 'x5t#S256': hash('sha256', 'x', 'base64url') }),
    })
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ inner, outer, alg, bound, header }) => {
        const claims = { ...outer, inside: inner } as JsonObject
        const paths = [...Object.keys(outer).map((key) => [key]), ...Object.keys(inner).map((key) => ['inside', key]), ['inside']]
        const frame = compileFrame(
          paths.map((path) => ({ path })),
          [{ path: ['inside'], total: 6 }],
        )
        const { payload, disclosures } = await conceal(claims, frame, primitives, alg)
        const jws = unsignedJws({ alg: 'ES256', ...header } as JsonObject, { ...payload, _sd_alg: alg, iss: 'https://é.example' })
        const presented = serialize(jws.seal(randomBytes(64)), disclosures)
        const binding = { audience: 'x', nonce: randomBytes(16).toString('base64url'), issuedAt: 1, presented, hash: alg } as const
        const text = bound
          ? presented + (await keyBindingJws({ ...binding, algorithm: 'ES256' }, primitives)).seal(randomBytes(64))
          : presented
        try {
          expect(await unpackCode(await packCode(text, primitives), primitives)).toBe(text)
        } catch (error) {
          if (!(error instanceof CredentialError && error.code === 'code_does_not_fit')) throw error
        }
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  const folder = new URL('../../../test/vectors/presentations/', import.meta.url)
  it('every presentation of our vectors that is an SD-JWT at all, however wrong', async () => {
    let packed = 0
    for (const file of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
      const { presentation } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
      try {
        parseSdJwt(presentation)
      } catch {
        continue
      }
      try {
        expect(await unpackCode(await packCode(presentation, primitives), primitives), file).toBe(presentation)
        packed++
      } catch (error) {
        expect(error, file).toMatchObject({ code: 'code_does_not_fit' })
      }
    }
    expect(packed).toBeGreaterThan(100)
  })

  it.each([
    ['white space in the JSON', '{ "alg" : "ES256"\t}', '{\n"a": 1 }', '["AAAAAAAAAAAAAAAAAAAAAA", "n",\n"v"]'],
    ['escapes', '{"alg":"\\u0045S256"}', '{"a":"\\u0001\\u0007\\/"}', '["s","\\u0000",null]'],
    ['a salt with spare bits', '{"alg":"ES256"}', '{}', '["AAAAAAAAAAAAAAAAAAAAAB","n","v"]'],
    ['a digest with spare bits', '{"alg":"ES256"}', `{"_sd":["${'A'.repeat(42)}B"]}`, '["s","n","v"]'],
    [
      'names as long as a value',
      '{"alg":"ES256"}',
      `{"${'a'.repeat(22)}":"${'a'.repeat(43)}","${'b'.repeat(64)}":1}`,
      `["${'c'.repeat(43)}",1]`,
    ],
    ['base64 of both kinds', '{"alg":"ES256"}', `{"a":"${'++//'.repeat(30)}","b":"${'-_-_'.repeat(30)}"}`, `["${'AA+/'.repeat(30)}",1]`],
    ['base64 with padding', '{"alg":"ES256"}', `{"a":"${'++//'.repeat(30)}AA==","b":"${'++//'.repeat(30)}AB=="}`, '["s",1]'],
  ])('%s', async (_, header, payload, disclosure) => {
    const part = (text: string) => Buffer.from(text).toString('base64url')
    const text = `${part(header)}.${part(payload)}.${randomBytes(64).toString('base64url')}~${part(disclosure)}~`
    expect(await unpackCode(await packCode(text, primitives), primitives)).toBe(text)
  })

  it('the offline check says of it what it says of the text', async () => {
    expect(await unpackCode(code, primitives)).toBe(shown)
    expect((await check(await unpackCode(code, primitives))).outcome).toBe('pass')
  })

  it('shown at another desk, or to the same one later, is refused like what is in it', async () => {
    const later = { ...policyFor(), nonce: 'bm9uY2Ugb2YgYW5vdGhlcg' }
    const elsewhere = { ...policyFor(), audience: 'https://another.example' }
    for (const policy of [later, elsewhere]) expect((await check(await unpackCode(code, primitives), { policy })).outcome).toBe('fail')
    const { audience, nonce, ...unasked } = policyFor()
    expect((await check(await unpackCode(code, primitives), { policy: unasked })).outcome).toBe('unknown')
  })

  it('is read by any program that knows DEFLATE: the text in it is the JSON that was signed', () => {
    const length = ((bytes[2] ?? 0) & 127) | ((bytes[3] ?? 0) << 7)
    const literal = inflateRawSync(bytes.subarray(4, 4 + length), { dictionary }).toString('latin1')
    expect(literal).toContain('"typ":"kb+jwt"')
    expect(literal).toContain('"sd_hash":"\x04"')
  })

  it('is for one kind of text: what is no SD-JWT, or a broken one, is refused', async () => {
    await expect(packCode('hello', primitives)).rejects.toMatchObject({ code: 'format_not_known' })
    await expect(packCode('a~b', primitives)).rejects.toThrow(SdJwtError)
    expect(isCode('sy1:')).toBe(false)
  })

  it('does not pack what fits into no QR code, and says where it can go instead', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const text = (bytes: number) =>
      `${part({ alg: 'ES256' })}.${part({ a: randomBytes(bytes).toString('base64url') })}.${randomBytes(64).toString('base64url')}~`
    expect((await packCode(text(2000), primitives)).length).toBeLessThanOrEqual(MOST_IN_CODE)
    await expect(packCode(text(2200), primitives)).rejects.toMatchObject({ code: 'code_does_not_fit' })
    // A portrait.
    await expect(packCode(text(300_000), primitives)).rejects.toMatchObject({ code: 'code_does_not_fit' })
    // It would fit, but no reader would inflate it.
    const blank = `${part({ alg: 'ES256' })}.${part({ a: ' '.repeat(17_000) })}.${randomBytes(64).toString('base64url')}~`
    await expect(packCode(blank, primitives)).rejects.toMatchObject({ code: 'code_does_not_fit' })
  })
})

describe('a code that is not one (specs/code.md)', () => {
  const none = [1, 0]
  const bytesAfter = [...deflateRawSync(Buffer.from('{}\x07{}'), { dictionary }), 0]
  it.each<[string, string, string]>([
    ['of another version', `SY2:${code.slice(4)}`, 'code_malformed'],
    ['in small letters', code.toLowerCase(), 'code_malformed'],
    ['with nothing in it', 'SY1:', 'code_malformed'],
    ['a challenge', `SYC1:${code.slice(4)}`, 'code_malformed'],
    ['with a space before it', ` ${code}`, 'code_malformed'],
    ['with contents of another kind', codeOf([2, ...bytes.subarray(1)]), 'code_content_not_known'],
    ['with contents of kind 0', codeOf([0, ...bytes.subarray(1)]), 'code_content_not_known'],
    ['with another dictionary', codeOf([1, 1, ...bytes.subarray(2)]), 'code_dictionary_not_known'],
    ['with a number written too long', codeOf([129, 0, ...bytes.subarray(1)]), 'code_malformed'],
    ['with a number that never ends', codeOf([255, 255, 255, 255, 255, 255]), 'code_malformed'],
    ['whose text is said to be longer than the code', codeOf([1, 0, 255, 127, 1, 2]), 'code_malformed'],
    ['whose text is no DEFLATE', codeOf([1, 0, 3, 7, 7, 7, 0, 0]), 'code_malformed'],
    ['with something after the end of its text', codeOf([1, 0, bytesAfter.length, ...bytesAfter, ...none]), 'code_malformed'],
    [
      'with a text that is not all of its DEFLATE',
      codeOf([1, 0, bytesAfter.length - 2, ...bytesAfter.slice(0, -2), ...none]),
      'code_malformed',
    ],
    ['without signatures', made('{}\x07{}', []), 'code_malformed'],
    ['with half a signature', made('{}\x07{}', [64, 1, 2]), 'code_malformed'],
    ['with more values than places', made('{}\x07{}', [...none, 1]), 'code_malformed'],
    ['with fewer values than places', made('{}\x07{"a":"\x01"}', [...none, 1]), 'code_malformed'],
    ['with a value longer than the code', made('{}\x07{"a":"\x06"}', [...none, 255, 127]), 'code_malformed'],
    ['with a header alone', made('{}', none), 'code_malformed'],
    ['signed by a holder, with nothing signed', made('{}\x07{}', [0, 2, 9]), 'code_malformed'],
    ['signed by a holder, with half of it', made('{}\x07{}\x07{}', [0, 2, 9]), 'code_malformed'],
    ['with the digest of a disclosure that is not there', made('{}\x07{"_sd":["\x03 "]}', none), 'code_malformed'],
    ['with the digest of no number', made('{}\x07{"_sd":["\x03\x01"]}', none), 'code_malformed'],
    [
      'with the digest of a number beyond those there are',
      made(Buffer.from(`{}\x07{"a":"\x03\x80"}${'\x07[]'.repeat(97)}`, 'latin1'), none),
      'code_malformed',
    ],
    ['that ends in a mark', made('{}\x07{"_sd":["\x03', none), 'code_malformed'],
    ['with a disclosure that holds its own digest', made('{}\x07{}\x07["s",{"_sd":["\x03 "]}]', none), 'code_malformed'],
    ['with the digest of all that is presented, inside of it', made('{}\x07{"a":"\x04"}', none), 'code_malformed'],
    ['the same, in a disclosure', made('{}\x07{}\x07["s","\x04"]', none), 'code_malformed'],
    ['that is longer than any QR code', `SY1:${'0'.repeat(MOST_IN_CODE)}`, 'code_too_large'],
    ['that inflates to more than it may', made(Buffer.alloc(16_385, 32), none), 'code_too_large'],
  ])('%s', async (_, text, expected) => {
    expect(await outcome(text)).toBe(expected)
  })

  it('that refers to itself is refused, however many disclosures lie between', async () => {
    const around = Array.from({ length: 96 }, (_, number) => `\x07["s",["\x03${String.fromCharCode(32 + ((number + 1) % 96))}"]]`)
    for (const disclosures of [around.slice(0, 1), ['\x07["s",["\x03!"]]', '\x07["s",["\x03 "]]'], around])
      expect(await outcome(made(`{}\x07{}${disclosures.join('')}`, none))).toBe('code_malformed')
  })

  it('that inflates to megabytes is stopped at its limit', async () => {
    const deflated = deflateRawSync(Buffer.alloc(2_000_000), { level: 9 })
    expect(deflated.length).toBeLessThan(2100)
    const bomb = codeOf([1, 0, (deflated.length & 127) | 128, deflated.length >> 7, ...deflated])
    expect(await outcome(bomb)).toBe('code_too_large')
  })

  it('that asks for one digest thousands of times has it worked out once', async () => {
    const literal = `{}\x07${'\x03 '.repeat(4000)}\x07{}\x07${'\x04'.repeat(8000)}\x07["s"]`
    const text = made(literal, [1, 1])
    expect(text.length).toBeLessThan(150)
    let digests = 0
    const digest: typeof primitives.digest = (hash, data) => {
      digests++
      return primitives.digest(hash, data)
    }
    await unpackCode(text, { ...primitives, digest })
    expect(digests).toBe(2)
  })

  it('cut off at any character is refused, or is another presentation', async () => {
    for (let at = 4; at < code.length; at++) expect(await outcome(code.slice(0, at)), String(at)).not.toBe('unpacked')
  })

  it('random and changed codes never pass, never crash, and cost little memory', () => {
    // With a small nursery, or what is counted is how long the collector let garbage lie.
    const fuzz = fileURLToPath(new URL('./code_fuzz.ts', import.meta.url))
    const { stdout } = spawnSync(process.execPath, ['--max-semi-space-size=4', fuzz], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { unpacked, refused, passed, crashed, megabytes } = JSON.parse(stdout)
    expect({ tried: unpacked + refused + crashed, passed, crashed }).toEqual({ tried: 10_000, passed: 0, crashed: 0 })
    expect(Math.min(unpacked, refused)).toBeGreaterThan(100)
    expect(megabytes).toBeLessThan(64)
  }, 60_000)
})
