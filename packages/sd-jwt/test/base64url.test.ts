import { base64url, SdJwtError } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const malformed = expect.objectContaining({ code: 'base64url_malformed' })

describe('base64url', () => {
  it('writes and reads any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = base64url.encode(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64url'))
        expect([...base64url.decode(text)]).toEqual([...bytes])
      }),
    )
  })

  it('writes and reads any text as UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = base64url.encodeText(text)
        expect(encoded).toBe(Buffer.from(text).toString('base64url'))
        expect(base64url.decodeText(encoded)).toBe(Buffer.from(text).toString())
      }),
    )
  })

  it('accepts exactly one spelling of 1, 2 and 3 bytes', () => {
    for (const length of [2, 3]) {
      const texts =
        length === 2
          ? [...ALPHABET].flatMap((a) => [...ALPHABET].map((b) => a + b))
          : [...ALPHABET].flatMap((a) => [...ALPHABET].map((b) => `Q${a}${b}`))
      const accepted = texts.filter((text) => {
        try {
          return base64url.encode(base64url.decode(text)) === text
        } catch {
          return false
        }
      })
      // 2 characters: 256 bytes. Q and 2 more: 6 fixed bits, 10 free ones.
      expect(accepted).toHaveLength(length === 2 ? 256 : 1024)
      for (const text of texts.filter((one) => !accepted.includes(one))) expect(() => base64url.decode(text)).toThrow(malformed)
    }
  })

  it.each([
    'A',
    'AAAAA',
    'AA==',
    'AA=',
    'AAA=',
    '=',
    'AAAA=',
    'A A',
    ' AA',
    'AA ',
    'AA\n',
    'A\tAA',
    'A+',
    'A/',
    '+A',
    '//8',
    'AA-+',
    'é',
    'AAé',
    'AA\u0000',
    'AA.',
    'AA~',
  ])('refuses %j', (text) => {
    expect(() => base64url.decode(text)).toThrow(malformed)
    expect(() => base64url.decodeText(text)).toThrow(malformed)
  })

  it('tells the one spelling of so many bytes without reading it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat({ max: 70 }), (bytes, other) => {
        const text = base64url.encode(bytes)
        expect(base64url.spells(text, bytes.length)).toBe(true)
        expect(base64url.spells(text, other)).toBe(other === bytes.length)
      }),
    )
    for (const text of ['QR', 'AB', 'AAAA=', 'AA\n', 'A+', 'A/', 'AAé', 'A', 'AAB']) {
      for (const bytes of [0, 1, 2, 3]) expect(base64url.spells(text, bytes)).toBe(false)
    }
  })

  // Texts are looked at in a room of 8192 bytes: whatever does not fit into it takes the other way.
  it.each([4095, 4096, 4097, 8189, 8190, 8191, 8192, 8193, 20_000])(
    'reads and writes %i characters, wherever one of them is not ASCII',
    (length) => {
      const ascii = 'a'.repeat(length)
      const texts = [ascii, `${ascii.slice(1)}é`, `é${ascii.slice(1)}`, `${ascii.slice(3)}éa€`, 'é'.repeat(length), '\u0000'.repeat(length)]
      for (const text of texts) {
        const encoded = Buffer.from(text).toString('base64url')
        expect(base64url.decodeText(encoded) === text).toBe(true)
        expect(base64url.encodeText(text) === encoded).toBe(true)
      }
    },
  )

  it('reads nothing as nothing', () => {
    expect(base64url.decode('')).toHaveLength(0)
    expect(base64url.decodeText('')).toBe('')
  })

  it.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xe2, 0x82]], [[0x41, 0x80]]])('bytes %j are not UTF-8', (bytes) => {
    expect(() => base64url.decodeText(base64url.encode(Uint8Array.from(bytes)))).toThrow(
      expect.objectContaining({ code: 'json_malformed' }),
    )
  })

  it('any other character in a right text is refused or gives other bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        (bytes, at, character) => {
          const text = base64url.encode(bytes)
          const place = at % text.length
          if (text[place] === character) return
          const changed = text.slice(0, place) + character + text.slice(place + 1)
          try {
            expect([...base64url.decode(changed)]).not.toEqual([...bytes])
          } catch (error) {
            if (!(error instanceof SdJwtError)) throw error
          }
        },
      ),
    )
  })
})
