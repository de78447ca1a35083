import { primitives } from '@symbolon/primitives/node'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { challengeOf, checkVerifier, createVerifier } from '../src/index.ts'
import { expectProtocolError } from './fixture.ts'

/** RFC 7636 appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

describe('RFC 7636: the proof key of a code', () => {
  it('appendix B: the published verifier has the published challenge', async () => {
    expect(await challengeOf(VERIFIER, primitives)).toBe(CHALLENGE)
    expect(await checkVerifier(VERIFIER, CHALLENGE, primitives)).toBeUndefined()
  })

  it('appendix B: the published octets make the published verifier', () => {
    const octets = [
      116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83,
      132, 141, 121,
    ]
    expect(createVerifier((bytes) => Uint8Array.from(octets.slice(0, bytes)))).toBe(VERIFIER)
  })

  it('4.1: is new each time, and fits itself alone', async () => {
    const [one, other] = [createVerifier(primitives.random), createVerifier(primitives.random)]
    expect(one).toMatch(/^[\w-]{43}$/)
    expect(one).not.toBe(other)
    await checkVerifier(one, await challengeOf(one, primitives), primitives)
    const challenge = await challengeOf(other, primitives)
    await expectProtocolError(() => checkVerifier(one, challenge, primitives), 'invalid_grant', /does not fit/)
  })

  it('4.1: may have 43 to 128 characters, and fits in any of them', async () => {
    const character = fc.constantFrom(...'ABCXYZabcxyz0189-._~')
    const text = fc.string({ unit: character, minLength: 43, maxLength: 128 })
    await fc.assert(
      fc.asyncProperty(text, async (verifier) => checkVerifier(verifier, await challengeOf(verifier, primitives), primitives)),
    )
  })

  it.each([
    ['4.6: another one', 'x'.repeat(43)],
    ['4.2: the challenge itself, as plain would have it', CHALLENGE],
  ])('is refused: %s', async (_about, verifier) => {
    await expectProtocolError(() => checkVerifier(verifier, CHALLENGE, primitives), 'invalid_grant', /code_verifier does not fit/)
  })

  it.each([
    ['42 characters', 'x'.repeat(42)],
    ['129 characters', 'x'.repeat(129)],
    ['a character that none has', `${VERIFIER}+`],
    ['nothing', ''],
  ])('4.1: is refused with %s, even if the challenge fits', async (_about, verifier) => {
    const challenge = await challengeOf(verifier, primitives)
    await expectProtocolError(() => checkVerifier(verifier, challenge, primitives), 'invalid_grant', /code_verifier does not fit/)
  })
})
