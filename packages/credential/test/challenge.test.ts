import { readFileSync } from 'node:fs'
import { primitives } from '@symbolon/primitives/node'
import { type JsonObject, unsignedJws } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import type { ChallengeSigner } from '../src/code/challenge.ts'
import { GENERIC } from '../src/code/dictionary.ts'
import { CHALLENGE_LIFE, createChallenge, isChallenge, openChallenge, ownChallenge, packCode, UNKNOWN_ASKER } from '../src/code/index.ts'
import { json, jws } from '../src/code/jws.ts'
import { pack } from '../src/code/packing.ts'
import { thumbprintOf } from '../src/keys/index.ts'
import { issue, show } from './presentation_fixture.ts'
import { anchorsFor, NOW, type Party, party } from './status_fixture.ts'

const [asker, stranger, signer] = await Promise.all([party('Access'), party('Stranger'), party('Credential')])
const anchors = await anchorsFor([
  { party: asker, for: 'access' },
  { party: signer, for: 'credential' },
])
const NONCE = 'mZ3sH1yGvQ0n5Wq7t2Kp8A'
const QUESTION = 'museum-reduced-price'
const signs = ({ x5c, sign }: Party): ChallengeSigner => ({ algorithm: 'ES256', x5c, sign })
const hashOf = async ({ x5c }: Party) => `x509_hash:${await thumbprintOf(Uint8Array.fromBase64(x5c[0] ?? ''), primitives)}`
const make = (by?: Party, now = NOW) => createChallenge({ question: QUESTION, nonce: NONCE, now }, by && signs(by), primitives)
const open = (code: string, now = NOW) => openChallenge(code, { anchors, primitives, now })

/** A challenge as another program might write it. */
async function written(payload: JsonObject, by?: Party, typ = 'symbolon-challenge+jwt'): Promise<string> {
  let text = JSON.stringify(payload)
  if (by) {
    const unsigned = unsignedJws({ alg: 'ES256', typ, x5c: [...by.x5c] }, payload)
    text = unsigned.seal(await by.sign(unsigned.input))
  }
  return (await pack({ prefix: 'SYC1:', contents: [jws, json] }, text, GENERIC, primitives)) ?? ''
}
const good = { aud: UNKNOWN_ASKER, nonce: NONCE, question: QUESTION, exp: NOW + 60 }
const outcome = (code: string, now = NOW) =>
  open(code, now).then(
    ({ asker }) => asker.outcome,
    (error) => error.code ?? error,
  )

describe('a challenge (specs/code.md)', () => {
  it('of whoever has an access certificate says who asks, and is for that certificate', async () => {
    const { challenge, code } = await make(asker)
    expect(challenge).toEqual({ audience: await hashOf(asker), nonce: NONCE, question: QUESTION, expires: NOW + CHALLENGE_LIFE })
    expect(isChallenge(code)).toBe(true)
    expect(await open(code)).toEqual({
      challenge,
      asker: { outcome: 'pass', anchor: 'anchor 0', subject: expect.stringContaining('Access signer'), organisation: 'VATBE-0123456789' },
    })
    expect(await ownChallenge(code, primitives)).toEqual(challenge)
  })

  it('is the example of the specification', async () => {
    const spec = readFileSync(new URL('../../../specs/code.md', import.meta.url), 'utf8')
    const block = (kind: string) => new RegExp(`^\`\`\`${kind}\\n(.*?)\\n\`\`\`$`, 'ms').exec(spec)?.[1] ?? ''
    const { aud, nonce, question, exp } = JSON.parse(block('challenge'))
    const made = await createChallenge({ question, nonce, now: exp - CHALLENGE_LIFE }, undefined, primitives)
    expect(made).toEqual({ code: block('challenge-code'), challenge: { audience: aud, nonce, question, expires: exp } })
  })

  it('of whoever has none is from somebody unknown, and small', async () => {
    const { challenge, code } = await make()
    expect(await open(code)).toEqual({ challenge, asker: { outcome: 'unknown' } })
    expect(challenge.audience).toBe('urn:symbolon:unknown-asker')
    expect(code.length).toBeLessThan(160)
  })

  it.each([
    ['a minute after its end, clocks differ', 120, 'unknown'],
    ['later', 121, 'challenge_expired'],
    ['a minute before it was made', -60, 'unknown'],
    ['earlier: nobody makes challenges in store', -61, 'challenge_malformed'],
  ])('%s: %s', async (_, after, expected) => {
    expect(await outcome((await make()).code, NOW + after)).toBe(expected)
  })

  it.each<[string, JsonObject]>([
    ['a list of claims beside the question', { ...good, claims: ['family_name'] }],
    ['the name of somebody with a certificate', { ...good, aud: 'x509_hash:u8eK2y3Zl1Y0g5u8eK2y3Zl1Y0g5u8eK2y3Zl1Y0g5A' }],
    ['the name of an online verifier', { ...good, aud: 'https://museum.example' }],
    ['the audience of codes for whoever looks', { ...good, aud: 'urn:symbolon:show:museum-reduced-price' }],
    ['a nonce that is too short', { ...good, nonce: 'abc' }],
    ['no nonce', { aud: good.aud, question: QUESTION, exp: good.exp }],
    ['a question that leads elsewhere', { ...good, question: '../questions' }],
    ['no question', { aud: good.aud, nonce: NONCE, exp: good.exp }],
    ['a time that is no number', { ...good, exp: '2026' }],
    ['a life of a day', { ...good, exp: NOW + 86_400 }],
  ])('that nobody signed, with %s, is malformed', async (_, payload) => {
    expect(await outcome(await written(payload))).toBe('challenge_malformed')
  })

  it('that is signed is believed only from whom the trust file names for access, for its own certificate, and as a challenge', async () => {
    const mine = { ...good, aud: await hashOf(asker) }
    expect(await outcome(await written(mine, asker))).toBe('pass')
    expect(await outcome(await written({ ...good, aud: await hashOf(stranger) }, stranger))).toBe('challenge_not_trusted')
    expect(await outcome(await written({ ...good, aud: await hashOf(signer) }, signer))).toBe('challenge_not_trusted')
    expect(await outcome(await written(mine, { ...asker, sign: stranger.sign }))).toBe('challenge_not_trusted')
    expect(await outcome(await written({ ...good, aud: await hashOf(stranger) }, asker))).toBe('challenge_malformed')
    expect(await outcome(await written(good, asker))).toBe('challenge_malformed')
    expect(await outcome(await written(mine, asker, 'kb+jwt'))).toBe('challenge_malformed')
  })

  it('is no presentation, and a presentation is no challenge', async () => {
    const code = await packCode(await show(await issue()), primitives)
    expect(isChallenge(code)).toBe(false)
    expect(await outcome(code)).toBe('code_malformed')
    expect(await outcome(code.replace('SY1:', 'SYC1:'))).toMatch(/^code_|^challenge_malformed/)
  })
})
