import { createHmac } from 'node:crypto'
import { primitives } from '@symbolon/primitives/node'
import { base64url } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { checkNonce, createNonce, NONCE_PURPOSES, nonceResponse, parseNonceResponse } from '../src/index.ts'
import { expectPeerError, expectProtocolError, json, mac, NOW, nonce } from './fixture.ts'

const { credential } = NONCE_PURPOSES
const ruleAt = (now: number) => ({ purpose: credential, now, maxAge: 300, mac })

describe('OpenID4VCI 1.0 section 7: the nonce', () => {
  it('is recognised without having been kept, until it expires', async () => {
    const made = await nonce()
    expect(await checkNonce(made, ruleAt(NOW))).toEqual({ expires: NOW + 300 })
    expect(await checkNonce(made, ruleAt(NOW + 300))).toEqual({ expires: NOW + 300 })
    await expectProtocolError(() => checkNonce(made, ruleAt(NOW + 301)), 'invalid_nonce', /expired/)
  })

  it('is another one each time, and URL-safe', async () => {
    const made = await Promise.all(Array.from({ length: 100 }, () => nonce()))
    expect(new Set(made).size).toBe(100)
    for (const one of made) expect(one).toMatch(/^[A-Za-z0-9_-]{51}$/)
  })

  it('VI-05: refuses any change of one bit', async () => {
    const bytes = base64url.decode(await nonce())
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await expectProtocolError(() => checkNonce(base64url.encode(changed), ruleAt(NOW)), 'invalid_nonce', /not made by this issuer/)
    }
  })

  it('VI-05: refuses a nonce of another key, of another length, and what is no base64url', async () => {
    const foreign = await createNonce(credential, NOW, primitives.random, (data) =>
      createHmac('sha256', Buffer.alloc(32, 8)).update(data).digest(),
    )
    const mine = await nonce()
    for (const value of [foreign, '', mine.slice(0, -2), `${mine}AA`, `${mine.slice(0, -1)}=`, 'é'.repeat(51), '__proto__']) {
      await expectProtocolError(() => checkNonce(value, ruleAt(NOW)), 'invalid_nonce', /not made by this issuer/)
    }
  })

  it('RFC 9449 section 8: is none for another purpose, though the key is the same', async () => {
    const { dpop } = NONCE_PURPOSES
    const forDpop = await createNonce(dpop, NOW, primitives.random, mac)
    expect(await checkNonce(forDpop, { ...ruleAt(NOW), purpose: dpop })).toEqual({ expires: NOW + 300 })
    await expectProtocolError(() => checkNonce(forDpop, ruleAt(NOW)), 'invalid_nonce', /not made by this issuer/)
    const forProof = await nonce()
    await expectProtocolError(() => checkNonce(forProof, { ...ruleAt(NOW), purpose: dpop }), 'invalid_nonce', /not made by this issuer/)
  })

  it('has a label for each purpose that is no beginning of another', () => {
    const labels = Object.values(NONCE_PURPOSES).map(({ label }) => label)
    for (const label of labels) expect(labels.filter((other) => other.startsWith(label))).toEqual([label])
  })

  it('holds for times after 2106', async () => {
    const late = 2 ** 33 + 5
    expect(await checkNonce(await nonce(late), ruleAt(late))).toEqual({ expires: late + 300 })
  })

  it('goes over the wire as c_nonce', async () => {
    expect(parseNonceResponse(json(nonceResponse('abc')))).toBe('abc')
    await expectPeerError(() => parseNonceResponse(json({})), 'nonce_response_malformed', /c_nonce is missing/)
    await expectPeerError(() => parseNonceResponse(json({ c_nonce: 5 })), 'nonce_response_malformed', /c_nonce must be a string/)
    await expectPeerError(() => parseNonceResponse(json({ c_nonce: 'a' }, 'text/html')), 'nonce_response_malformed', /content type/)
  })
})
