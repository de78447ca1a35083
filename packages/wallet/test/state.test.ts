import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  containerHeader,
  credentialOf,
  EMPTY_STATE,
  type HeldCredential,
  type HeldKey,
  keyOf,
  newId,
  openContainer,
  parseState,
  sealContainer,
  serializeState,
  withCredential,
  withoutCredential,
  withShown,
} from '../src/index.ts'

const key: HeldKey = { id: 'k1', algorithm: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' } }
const held: HeldCredential = {
  id: '00000001',
  text: 'a.b.c~',
  type: 'urn:x:1',
  issuer: 'https://issuer.example',
  keyId: 'k1',
  received: 1,
  shown: 0,
  display: [{ name: 'A', locale: 'en' }],
  claims: [
    { path: ['a', null, 0], group: '1', display: [] },
    { path: ['b'], display: [] },
  ],
}
const state = withCredential(EMPTY_STATE, held, key)

describe('the state', () => {
  it('comes back from its text', () => {
    expect(parseState(serializeState(state))).toEqual(state)
    expect(parseState(serializeState(EMPTY_STATE))).toEqual(EMPTY_STATE)
  })

  it('finds a credential and its key', () => {
    expect(credentialOf(state, held.id)).toBe(held)
    expect(keyOf(state, held)).toBe(key)
    const { keyId: _, ...unbound } = held
    expect(keyOf(state, unbound)).toBeUndefined()
    expect(() => credentialOf(state, 'constructor')).toThrow(expect.objectContaining({ code: 'credential_not_held' }))
    expect(() => keyOf({ ...state, keys: [] }, held)).toThrow(expect.objectContaining({ code: 'state_malformed' }))
  })

  it('counts how often a copy was shown', () => {
    expect(credentialOf(withShown(withShown(state, held.id), held.id), held.id).shown).toBe(2)
    expect(() => withShown(state, 'x')).toThrow(expect.objectContaining({ code: 'credential_not_held' }))
  })

  it('loses a key only with the last credential that uses it', () => {
    const two = withCredential(state, { ...held, id: '00000002' }, undefined)
    const one = withoutCredential(two, held.id)
    expect(one.keys).toEqual([key])
    expect(withoutCredential(one, '00000002')).toEqual(EMPTY_STATE)
  })

  it('gives an identifier that is free', () => {
    const drawn = ['00000001', '00000001', '0000000a']
    expect(newId(state, () => Uint8Array.fromHex(drawn.shift() ?? ''))).toBe('0000000a')
  })

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['a newer version', '{"version":2,"keys":[],"credentials":[]}'],
    ['no keys', '{"version":1,"credentials":[]}'],
    ['a member twice', '{"version":1,"version":1,"keys":[],"credentials":[]}'],
    ['a key without algorithm', serializeState({ ...state, keys: [{ ...key, algorithm: 'x' as 'ES256' }] })],
    ['a credential without text', serializeState({ ...state, credentials: [{ ...held, text: 5 as unknown as string }] })],
    ['a time that is text', serializeState({ ...state, credentials: [{ ...held, received: '1' as unknown as number }] })],
    ['claims without path', serializeState({ ...state, credentials: [{ ...held, claims: [{ display: [] } as never] }] })],
  ])('refuses %s', (_about, text) => {
    expect(() => parseState(text)).toThrow(expect.objectContaining({ code: 'state_malformed' }))
  })
})

describe('the container', () => {
  const secret = randomBytes(32)
  const header = { kdf: { name: 'scrypt', N: 131072 } }

  it('gives its content back to the right key only', async () => {
    const container = await sealContainer('the content', secret, header)
    expect(container).not.toContain('content')
    expect(containerHeader(container)).toEqual({ ...header, alg: 'dir', enc: 'A256GCM', typ: 'symbolon-wallet' })
    expect(await openContainer(container, secret)).toBe('the content')
    await expect(openContainer(container, randomBytes(32))).rejects.toMatchObject({ code: 'container_not_opened' })
  })

  it('is another one each time', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => sealContainer('x', secret, header)))
    expect(new Set(made).size).toBe(50)
  })

  it('does not open when any character was changed, the header included', async () => {
    const container = await sealContainer('the content', secret, header)
    for (let at = 0; at < container.length; at++) {
      if (container[at] === '.') continue
      const changed = container.slice(0, at) + (container[at] === 'A' ? 'Q' : 'A') + container.slice(at + 1)
      await expect(openContainer(changed, secret)).rejects.toMatchObject({
        code: expect.stringMatching(/^container_(malformed|not_opened)$/),
      })
    }
  })

  it('is refused when it is something else, or encrypted in another way', async () => {
    const other = (members: object) => `${Buffer.from(JSON.stringify(members)).toString('base64url')}..AAAA.AAAA.AAAA`
    const texts = [
      '',
      'hello',
      '{}',
      'a.b.c',
      other({ alg: 'dir', enc: 'A256GCM' }),
      other({ alg: 'RSA1_5', enc: 'A256GCM', typ: 'symbolon-wallet' }),
      other({ alg: 'dir', enc: 'A128GCM', typ: 'symbolon-wallet' }),
    ]
    for (const text of texts) await expect(openContainer(text, secret)).rejects.toMatchObject({ code: 'container_malformed' })
  })
})
