import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deriveKey, seal, unseal } from '../src/index.ts'

const SECRET = randomBytes(32).toString('hex')
const key = deriveKey(SECRET, 'verifier', 'request')

describe('what is sealed', () => {
  it('is opened in the row it was sealed for, and looks different each time', () => {
    const sealed = seal(key, 'row-1', 'a text, ü')
    expect(unseal(key, 'row-1', sealed)).toBe('a text, ü')
    expect(sealed).not.toContain('text')
    expect(seal(key, 'row-1', 'a text, ü')).not.toBe(sealed)
  })

  it('is not opened in another row, by another key, or when a single bit was changed or left out', () => {
    const sealed = seal(key, 'row-1', 'text')
    expect(() => unseal(key, 'row-2', sealed)).toThrow()
    for (const other of [
      deriveKey(SECRET, 'verifier', 'answer'),
      deriveKey(SECRET, 'issuer', 'request'),
      deriveKey(`${SECRET}0`, 'verifier', 'request'),
    ])
      expect(() => unseal(other, 'row-1', sealed)).toThrow()
    const bytes = Buffer.from(sealed, 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => unseal(key, 'row-1', changed.toString('base64url'))).toThrow()
    }
    for (const short of ['', sealed.slice(0, 20), sealed.slice(0, -2)]) expect(() => unseal(key, 'row-1', short)).toThrow()
  })
})
