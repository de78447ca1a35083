import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Citizen, expectDone, expectEnded, newCitizen } from './citizen.ts'
import { presentation, resignedCredential, stolenKey, strangersKey } from './forgery.ts'
import { type Lies, saying, type Told } from './front.ts'
import { newHolder } from './holder.ts'
import { issue } from './issuance.ts'
import { EHIC, type Offer, type Setting, startSetting } from './setting.ts'

let setting: Setting
let citizen: Citizen
beforeAll(async () => {
  setting = await startSetting()
  citizen = await newCitizen(setting)
})
afterAll(() => setting.close())
beforeEach(() => setting.front.begin())

const trustEntries = (): JsonObject[] => JSON.parse(readFileSync(setting.trustFile, 'utf8'))

describe('the happy flow, with another trust file of the wallet', () => {
  it.each<[string, (entries: JsonObject[]) => JsonObject[], RegExp]>([
    ['without an entry', () => [], /issuer_not_trusted/],
    [
      'with one for another type only',
      (entries) => entries.map((entry) => ({ ...entry, types: ['urn:eudi:ehic:1'] })),
      /issuer_not_authorised_for_type/,
    ],
  ])('KX-04: %s: the issuer is named, and nothing was sent', async (_about, change, words) => {
    const file = join(citizen.home, 'trust.json')
    writeFileSync(file, JSON.stringify(change(trustEntries())))
    const offer = await setting.offer()
    setting.front.begin()
    const before = citizen.container()
    const ended = await citizen.receive(offer, ['--trust', file])
    expectEnded(ended, 1, 'issuer_not_trusted', words)
    expect(ended.stderr).toContain(`The offer names the issuer ${setting.url}`)
    expect(setting.front.posted()).toEqual([])
    expect(citizen.container()).toBe(before)
    expect(await setting.stateOf(offer)).toBe('open')
  })

  it('KX-04: no trust file at all is a wrong setting, not an empty one', async () => {
    const offer = await setting.offer()
    setting.front.begin()
    const ended = await citizen.receive(offer, ['--trust', join(citizen.home, 'no-such-file')])
    expectEnded(ended, 78, 'trust_file_missing')
    expect(setting.front.posted()).toEqual([])
  })
})

describe('the happy flow, with another issuer', () => {
  const issuer = '/.well-known/openid-credential-issuer'
  const keys = '/.well-known/jwt-vc-issuer'

  it('VI-17: metadata that names another issuer: nothing was sent', async () => {
    const offer = await setting.offer()
    setting.front.begin({ [issuer]: saying((body) => ({ ...body, credential_issuer: 'https://other.example' })) })
    const before = citizen.container()
    expectEnded(await citizen.receive(offer), 1, 'issuer_metadata_of_another')
    expect(setting.front.posted()).toEqual([])
    expect(citizen.container()).toBe(before)
  })

  it('OP-04: metadata of an old draft: said so, and nothing was sent', async () => {
    const offer = await setting.offer()
    const old = saying(({ credential_configurations_supported, ...body }) => ({
      ...body,
      credentials_supported: credential_configurations_supported,
    }))
    setting.front.begin({ [issuer]: old })
    expectEnded(await citizen.receive(offer), 1, 'issuer_metadata_malformed', /older than OpenID4VCI 1.0/)
    expect(setting.front.posted()).toEqual([])
  })

  it('the keys of a stranger: named and refused, nothing was sent', async () => {
    const offer = await setting.offer()
    const { x5c } = await strangersKey(setting, 'credential')
    const lie = saying((body) => {
      const { jwks } = body as { jwks: { keys: object[] } }
      return { ...body, jwks: { keys: jwks.keys.map((key) => ({ ...key, x5c })) } }
    })
    setting.front.begin({ [keys]: lie })
    const ended = await citizen.receive(offer)
    expectEnded(ended, 1, 'issuer_not_trusted')
    expect(setting.front.posted()).toEqual([])
    expect(await setting.stateOf(offer)).toBe('open')
  })

  it('VI-20: no names in any language: the credential comes all the same', async () => {
    const offer = await setting.offer({ type: EHIC })
    const lie = saying(({ display: _, ...body }) => {
      const all = Object.entries(body.credential_configurations_supported as Record<string, JsonObject>)
      const plain = all.map(([id, { credential_metadata: __, ...configuration }]) => [id, configuration])
      return { ...body, credential_configurations_supported: Object.fromEntries(plain) }
    })
    setting.front.begin({ [issuer]: lie })
    expectDone(await citizen.receive(offer))
  })
})

describe('the happy flow, with another answer to the credential request', () => {
  let others: string
  beforeAll(async () => {
    others = await issue(setting, await setting.offer({ person: 'P02' }), newHolder())
  })

  /** The credential in the answer, changed. */
  const credential =
    (change: (text: string) => Promise<string>) =>
    async (told: Told): Promise<Told> => {
      const { credentials } = JSON.parse(told.text) as { credentials: { credential: string }[] }
      const changed = await Promise.all(credentials.map(async (one) => ({ credential: await change(one.credential) })))
      return { ...told, text: JSON.stringify({ credentials: changed }) }
    }
  const resealed = (change: Parameters<typeof resignedCredential>[2]) =>
    credential((text) => resignedCredential(text, stolenKey(setting, 'credential'), change))

  const lies: [string, (told: Told) => Promise<Told> | Told, string, RegExp][] = [
    [
      'VI-18: the credential of somebody else',
      (told) => ({ ...told, text: JSON.stringify({ credentials: [{ credential: others }] }) }),
      'credential_refused',
      /another key/,
    ],
    [
      'VI-18: bound to another key',
      resealed({ payload: (claims) => ({ ...claims, cnf: { jwk: newHolder().jwk } }) }),
      'credential_refused',
      /another key/,
    ],
    [
      'VI-18: of another type',
      resealed({ payload: (claims) => ({ ...claims, vct: 'urn:eudi:ehic:1' }) }),
      'credential_refused',
      /another type/,
    ],
    [
      'KX-06: signed with the status key of the right authority',
      credential((text) => resignedCredential(text, stolenKey(setting, 'status'))),
      'credential_refused',
      /trust/,
    ],
    [
      'KX-02: signed under the authority of a stranger',
      credential(async (text) => resignedCredential(text, await strangersKey(setting, 'credential'))),
      'credential_refused',
      /trust/,
    ],
    [
      'SD-25: that is a presentation already',
      credential((text) => presentation(text, newHolder(), { audience: 'x', nonce: 'y', issuedAt: setting.now() })),
      'credential_refused',
      /key binding/,
    ],
    ['a broken issuer', (told) => ({ ...told, status: 500, type: 'text/html', text: '<h1>sorry</h1>' }), 'refused_by_peer', /500/],
    ['SSRF: sent on to another address', (told) => ({ ...told, status: 302 }), 'peer_redirected', /elsewhere/],
  ]

  it.each(lies)('%s: refused, and nothing is stored', async (_about, lie, code, words) => {
    const offer = await setting.offer()
    setting.front.begin({ '/credential': lie } satisfies Lies)
    const before = await citizen.holds()
    expectEnded(await citizen.receive(offer), 1, code, words)
    expect(setting.front.posted()).toEqual(expect.arrayContaining(['/token', '/nonce', '/credential']))
    expect(await citizen.holds()).toEqual(before)
  })
})

describe('the happy flow, with another step of the citizen', () => {
  it('VI-01: an offer received twice: the second time refused, the credential of the first stays', async () => {
    const offer = await setting.offer()
    await citizen.hold(offer)
    const before = await citizen.holds()
    expectEnded(await citizen.receive(offer), 1, 'refused_by_peer', /invalid_grant/)
    expect(await citizen.holds()).toEqual(before)
  })

  it('VI-03: a wrong transaction code, then the right one', async () => {
    const offer = await setting.offer({ tx_code: true })
    const wrong: Offer = { ...offer, txCode: offer.txCode === '000000' ? '111111' : '000000' }
    expectEnded(await citizen.receive(wrong), 1, 'refused_by_peer', /invalid_grant/)
    await citizen.hold(offer)
  })

  it('VI-02: no transaction code and nobody to ask: nothing was sent', async () => {
    const offer = await setting.offer({ tx_code: true })
    setting.front.begin()
    expectEnded(await citizen.receive({ ...offer, txCode: undefined }), 64, 'not_a_terminal', /--tx-code-file/)
    expect(setting.front.posted()).toEqual([])
    expect(await setting.stateOf(offer)).toBe('open')
  })

  it('VI-04: a transaction code nobody asked for: nothing was sent', async () => {
    const offer = await setting.offer()
    setting.front.begin()
    expectEnded(await citizen.receive({ ...offer, txCode: '123456' }), 1, 'tx_code_not_expected')
    expect(setting.front.posted()).toEqual([])
    expect(await setting.stateOf(offer)).toBe('open')
  })
})
