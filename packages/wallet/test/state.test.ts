import { randomBytes } from 'node:crypto'
import { primitives } from '@symbolon/primitives/node'
import { describe, expect, it } from 'vitest'
import {
  type Authorization,
  type Begun,
  containerHeader,
  credentialOf,
  type Disclosure,
  EMPTY_STATE,
  type HeldCopy,
  type HeldCredential,
  type HeldKey,
  hasEnded,
  keyOf,
  newId,
  openContainer,
  parseState,
  refreshable,
  sealContainer,
  serializeState,
  timesShown,
  unusedCopies,
  type WalletState,
  withCredential,
  withOutcome,
  withoutCredential,
  withShown,
  withSpent,
} from '../src/index.ts'

const key = (id: string): HeldKey => ({ id, algorithm: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' } })
const copy = (keyId: string, expires?: number): HeldCopy => ({
  text: `${keyId}.b.c~`,
  keyId,
  received: 1,
  ...(expires !== undefined && { expires }),
  shown: 0,
})
const source = { authorizationId: 'a1', configurationId: 'x', identifier: 'i' }
const held: HeldCredential = {
  id: '00000001',
  type: 'urn:x:1',
  issuer: 'https://issuer.example',
  source,
  deliveries: [{ notificationId: 'n1', expires: 100 }],
  copies: [copy('k1', 100), copy('k2', 50)],
  display: [{ name: 'A', locale: 'en' }],
  claims: [
    { path: ['a', null, 0], group: '1', display: [] },
    { path: ['b'], display: [] },
  ],
}
const authorization: Authorization = {
  id: 'a1',
  issuer: 'https://issuer.example',
  server: 'https://issuer.example',
  tokenEndpoint: 'https://issuer.example/token',
  revocationEndpoint: 'https://issuer.example/revoke',
  notificationEndpoint: 'https://issuer.example/notification',
  clientId: 'symbolon-wallet',
  dpop: { algorithm: 'ES256', jwk: { kty: 'EC' } },
  access: { scheme: 'DPoP', token: 't', expires: 9 },
  refreshToken: 'r',
}
const disclosure: Disclosure = {
  id: 'd1',
  at: 7,
  audience: 'x509_hash:abc',
  asker: { name: 'A museum', organisationId: '0999999922', anchor: 'The authority' },
  purpose: 'a lower price',
  authorisation: 'https://deliberations.example/1',
  shown: [{ credentialId: held.id, type: held.type, paths: [['a', 'b', 0]], always: [['c']], reused: false }],
  outcome: 'delivered',
}
const whole: WalletState = {
  keys: [key('k1'), key('k2')],
  credentials: [held],
  authorizations: [authorization, { ...authorization, id: 'a2', tokenRequest: 'code=c' }],
  pending: [{ id: '00000002', source: { ...source, authorizationId: 'a2' }, started: 5, copies: 3, keys: [key('k3')] }],
  notices: [{ authorizationId: 'a1', notificationId: 'n1', event: 'credential_accepted' }],
  disclosures: [disclosure, { id: 'd2', at: 8, audience: 'a', shown: [], outcome: 'handed_over' }],
}
const { keyId: _, ...unbound } = copy('k1')

describe('the state', () => {
  it('comes back from its text', async () => {
    expect(await parseState(serializeState(whole), primitives)).toEqual(whole)
    expect(await parseState(serializeState(EMPTY_STATE), primitives)).toEqual(EMPTY_STATE)
  })

  it('finds a credential, the key of a copy, and where more copies come from', () => {
    expect(credentialOf(whole, held.id)).toBe(held)
    expect(keyOf(whole, copy('k1'))).toBe(whole.keys[0])
    expect(keyOf(whole, unbound)).toBeUndefined()
    expect(refreshable(whole, held)).toBe(authorization)
    const { refreshToken: __, ...spent } = authorization
    expect(refreshable({ ...whole, authorizations: [spent] }, held)).toBeUndefined()
    expect(() => credentialOf(whole, 'constructor')).toThrow(expect.objectContaining({ code: 'credential_not_held' }))
    expect(() => keyOf({ ...whole, keys: [] }, copy('k1'))).toThrow(expect.objectContaining({ code: 'state_malformed' }))
  })

  it('gives an identifier that is free', () => {
    const drawn = ['00000001', '00000002', '0000000a']
    expect(newId(whole, () => Uint8Array.fromHex(drawn.shift() ?? ''))).toBe('0000000a')
  })
})

describe('a set of copies', () => {
  const shownTwice = (now: number, copies = held.copies) => {
    const first = withShown({ ...whole, credentials: [{ ...held, copies }] }, held.id, now)
    const second = withShown(first.state, held.id, now)
    return { taken: [first.copy, second.copy].map(({ keyId }) => keyId), copies: credentialOf(second.state, held.id).copies }
  }

  it('is used up one by one, first the copy that ends first', () => {
    const { taken, copies } = shownTwice(1)
    expect(taken).toEqual(['k2', 'k1'])
    expect(copies.map(({ shown }) => shown)).toEqual([1, 1])
    expect(timesShown({ ...held, copies })).toBe(2)
  })

  it('gives the copy that was shown least when none is unused', () => {
    const copies = [
      { ...copy('k1'), shown: 3 },
      { ...copy('k2'), shown: 1 },
    ]
    expect(shownTwice(1, copies).taken).toEqual(['k2', 'k2'])
  })

  it('gives no copy that has ended while there is one that has not', () => {
    expect(shownTwice(50).taken).toEqual(['k1', 'k1'])
    expect(shownTwice(100).taken).toEqual(['k1', 'k1'])
    expect([hasEnded(copy('k1', 100), 99), hasEnded(copy('k1', 100), 100), hasEnded(copy('k1'), 100)]).toEqual([false, true, false])
  })

  it('that is empty, or not there, gives none', () => {
    expect(() => withShown({ ...whole, credentials: [{ ...held, copies: [] }] }, held.id, 1)).toThrow(
      expect.objectContaining({ code: 'credential_not_held' }),
    )
    expect(() => withShown(whole, 'x', 1)).toThrow(expect.objectContaining({ code: 'credential_not_held' }))
  })
})

describe('a disclosure that begins', () => {
  const begun: Begun = { id: 'd3', at: 9, audience: 'a', shown: [{ credentialId: held.id, type: held.type, paths: [['b']], always: [] }] }

  it('spends the unused copy that ends first, in one step with the entry of the history', () => {
    const { state, copies, disclosure: entry } = withSpent(whole, begun, false)
    expect(copies.get(held.id)?.keyId).toBe('k2')
    expect(credentialOf(state, held.id).copies.map(({ shown }) => shown)).toEqual([0, 1])
    expect(state.disclosures.at(-1)).toBe(entry)
    expect(entry).toMatchObject({ id: 'd3', outcome: 'begun', shown: [{ paths: [['b']], reused: false }] })
    expect(withSpent(state, begun, false).copies.get(held.id)?.keyId).toBe('k1')
  })

  it('takes neither a copy that was shown nor one that has ended, and says how more are had', () => {
    const spent = withSpent(withSpent(whole, begun, false).state, begun, false).state
    const refused = (state: WalletState, one: Begun) => () => withSpent(state, one, false)
    expect(refused(spent, begun)).toThrow(
      expect.objectContaining({ code: 'copies_spent', message: expect.stringContaining(`symbolon-wallet refresh ${held.id}`) }),
    )
    expect(refused(whole, { ...begun, at: 100 })).toThrow(expect.objectContaining({ code: 'copies_spent' }))
    expect(refused({ ...spent, authorizations: [] }, begun)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('new offer') }),
    )
    expect(unusedCopies(held, 50).map(({ keyId }) => keyId)).toEqual(['k1'])
  })

  it('takes a copy again when it is told to, and only when none is unused, and the history says so', () => {
    const first = withSpent(whole, begun, true)
    expect(first.disclosure.shown[0]?.reused).toBe(false)
    const third = withSpent(withSpent(first.state, begun, true).state, begun, true)
    expect(third.disclosure.shown[0]?.reused).toBe(true)
    expect(timesShown(credentialOf(third.state, held.id))).toBe(3)
  })

  it('stays as it began until it is known what became of it', () => {
    const { state } = withSpent(whole, begun, false)
    expect(withOutcome(state, 'd3', 'unanswered').disclosures.map(({ outcome }) => outcome)).toEqual([
      'delivered',
      'handed_over',
      'unanswered',
    ])
  })

  it('outlives the credential', () => {
    expect(withoutCredential(whole, held.id).disclosures).toEqual(whole.disclosures)
  })
})

describe('a credential that is removed', () => {
  it('takes its keys along, and leaves what is needed to tell the issuer', () => {
    const left = withoutCredential(whole, held.id)
    expect(left.keys).toEqual([])
    expect(left.credentials).toEqual([])
    expect(left.authorizations).toEqual(whole.authorizations)
    expect(left.notices.at(-1)).toEqual({ authorizationId: 'a1', notificationId: 'n1', event: 'credential_deleted' })
  })

  it('takes its authorization along when there is nobody to tell', () => {
    const { revocationEndpoint: _1, ...kept } = authorization
    const { refreshToken: _2, ...spent } = authorization
    for (const one of [kept, spent]) {
      const silent = { ...whole, authorizations: [one], pending: [], notices: [], credentials: [{ ...held, deliveries: [] }] }
      expect(withoutCredential(silent, held.id).authorizations).toEqual([])
      expect(withoutCredential({ ...silent, authorizations: [authorization] }, held.id).authorizations).toEqual([authorization])
    }
    expect(withoutCredential(withCredential(EMPTY_STATE, { ...held, deliveries: [] }, [key('k1')]), held.id)).toEqual(EMPTY_STATE)
  })

  it('ends what was under way for it', () => {
    const refreshing = { ...whole, notices: [], pending: [{ id: held.id, source, started: 5, copies: 3, keys: [] }] }
    expect(withoutCredential(refreshing, held.id).pending).toEqual([])
  })
})

describe('the content of a wallet', () => {
  const changed = (change: object) => JSON.stringify({ ...JSON.parse(serializeState(whole)), ...change })
  const credential = (change: object) => changed({ credentials: [{ ...held, ...change }] })
  const version1 = (change: object) => {
    const { copies: _copies, deliveries: _deliveries, source: _source, ...rest } = held
    const entry = { ...rest, text: 'a.b.c~', keyId: 'k1', received: 1, shown: 0, ...change }
    return JSON.stringify({ version: 1, keys: [key('k1')], credentials: [entry] })
  }

  it('of the second version is lifted: nothing is known of what was shown', async () => {
    const { disclosures: _, ...second } = JSON.parse(changed({ version: 2 }))
    expect(await parseState(JSON.stringify(second), primitives)).toEqual({ ...whole, disclosures: [] })
  })

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['a newer version', changed({ version: 4 })],
    ['no version', changed({ version: undefined })],
    ['no keys', changed({ keys: undefined })],
    ['a member twice', '{"version":2,"version":2,"keys":[],"credentials":[]}'],
    ['a key without algorithm', changed({ keys: [{ ...key('k1'), algorithm: 'x' }] })],
    ['a credential without copies', credential({ copies: undefined })],
    ['a copy without text', credential({ copies: [{ ...copy('k1'), text: 5 }] })],
    ['a time that is text', credential({ copies: [{ ...copy('k1'), received: '1' }] })],
    ['claims without path', credential({ claims: [{ display: [] }] })],
    ['a source without authorization', credential({ source: { configurationId: 'x' } })],
    ['a token that is no text', changed({ authorizations: [{ ...authorization, access: { scheme: 'Bearer', token: 1 } }] })],
    ['a token request that is no text', changed({ authorizations: [{ ...authorization, tokenRequest: {} }] })],
    ['an issuance without keys', changed({ pending: [{ ...whole.pending[0], keys: undefined }] })],
    ['a notice without event', changed({ notices: [{ ...whole.notices[0], event: 'x' }] })],
    ['no history', changed({ disclosures: undefined })],
    ['an entry of the history without outcome', changed({ disclosures: [{ ...disclosure, outcome: 'x' }] })],
    ['a path that is none', changed({ disclosures: [{ ...disclosure, shown: [{ ...disclosure.shown[0], paths: [[{}]] }] }] })],
    ['a copy that was reused perhaps', changed({ disclosures: [{ ...disclosure, shown: [{ ...disclosure.shown[0], reused: 1 }] }] })],
    ['a first version whose credential is no credential', version1({})],
    ['a first version without text', version1({ text: undefined })],
    ['a first version without credentials', '{"version":1,"keys":[]}'],
  ])('is refused: %s', async (_about, text) => {
    await expect(parseState(text, primitives)).rejects.toMatchObject({ code: 'state_malformed' })
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
