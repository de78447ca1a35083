import { readFileSync } from 'node:fs'
import { bundleDocument, readBundleDocument } from '@symbolon/credential'
import { type JsonObject, parseJws } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newCitizen } from './citizen.ts'
import { type Checking, type Desk, expectPass, expectVerdict, newDesk, TO_DESK } from './desk.ts'
import { presentation, resigned, resignedBundle, resignedCredential, stolenKey, strangersKey } from './forgery.ts'
import { newHolder } from './holder.ts'
import { issue } from './issuance.ts'
import { type Setting, startSetting } from './setting.ts'

const PATH = 'statutes.increased_reimbursement'

let setting: Setting
let desk: Desk
let bundle: string
let shown: string
beforeAll(async () => {
  setting = await startSetting()
  const citizen = await newCitizen(setting)
  desk = newDesk(setting)
  const id = await citizen.hold(await setting.offer())
  bundle = await desk.bundle()
  shown = await citizen.present(id, [PATH], TO_DESK)
})
afterAll(() => setting.close())

/** The check of the happy flow, at the moment of showing, with this changed. */
const check = (change: Partial<Checking> = {}) => desk.check({ shown, bundle, at: shownAt(), ...change })
const shownAt = (): number => Number(parseJws(shown.slice(shown.lastIndexOf('~') + 1)).payload.iat)
const withoutBinding = (): string => shown.slice(0, shown.lastIndexOf('~') + 1)

describe.concurrent('the happy flow, with another question of the desk', () => {
  it('unchanged: it passes, without a network (OF-01)', async () => {
    expectPass(await check())
  })

  it.each<[string, () => Partial<Checking>, 1 | 2, Record<string, string>]>([
    ['SD-18: by another verifier', () => ({ audience: 'https://other.example' }), 1, { binding: 'fail key_binding_audience_wrong' }],
    [
      'OF-04: with another nonce, as a copy of a showing to somebody else',
      () => ({ nonce: 'another' }),
      1,
      { binding: 'fail key_binding_nonce_wrong' },
    ],
    ['OF-04: without a nonce: it may be a copy', () => ({ nonce: null }), 2, { binding: 'unknown binding_not_checked' }],
    ['SD-19: 301 seconds later', () => ({ at: shownAt() + 301 }), 1, { binding: 'fail key_binding_too_old' }],
  ])('%s', async (_about, change, exit, verdicts) => {
    expectVerdict(await check(change()), exit, verdicts)
  })

  it('SD-19: 300 seconds later it still passes', async () => {
    expectPass(await check({ at: shownAt() + 300 }))
  })

  it('OF-05: by a clock that is a day slow: whose certificates begin later is not believed', async () => {
    expectVerdict(await check({ at: shownAt() - 86_400 }), 1, { bundle: 'fail bundle_not_trusted' })
  })
})

describe.concurrent('the happy flow, with another presentation', () => {
  const disclosure = (text: string) => Buffer.from(text).toString('base64url')

  it('SD-17: the key binding left out', async () => {
    expectVerdict(await check({ shown: withoutBinding() }), 1, { binding: 'fail key_binding_missing' })
  })

  it('SD-21: a disclosure left out after it was signed', async () => {
    const [jwt, , binding] = shown.split('~')
    expectVerdict(await check({ shown: `${jwt}~${binding}` }), 1, { binding: 'fail key_binding_hash_wrong' })
  })

  it('SD-01: a disclosure changed from no to yes', async () => {
    const [jwt, text = '', binding] = shown.split('~')
    const [salt, name] = JSON.parse(Buffer.from(text, 'base64url').toString())
    const changed = disclosure(JSON.stringify([salt, name, 'surely']))
    expectVerdict(await check({ shown: `${jwt}~${changed}~${binding}` }), 1, { structure: 'fail disclosure_not_referenced' })
  })

  it('SD-18: the key binding of another showing', async () => {
    const [jwt, text] = shown.split('~')
    const other = await presentation(await issue(setting, await setting.offer(), newHolder()), newHolder(), {
      ...TO_DESK,
      issuedAt: shownAt(),
    })
    const binding = other.slice(other.lastIndexOf('~') + 1)
    expectVerdict(await check({ shown: `${jwt}~${text}~${binding}` }), 1, { binding: 'fail key_binding_signature_wrong' })
  })

  it('SD-19: made by a wallet whose clock is five minutes fast', async () => {
    const holder = newHolder()
    const early = await presentation(await issue(setting, await setting.offer(), holder), holder, {
      ...TO_DESK,
      issuedAt: shownAt() + 300,
    })
    expectVerdict(await check({ shown: early }), 1, { binding: 'fail key_binding_ahead' })
  })

  it('KX-06: a credential signed with the status key', async () => {
    const holder = newHolder()
    const forged = await resignedCredential(await issue(setting, await setting.offer(), holder), stolenKey(setting, 'status'))
    const told = await presentation(forged, holder, { ...TO_DESK, issuedAt: shownAt() })
    expectVerdict(await check({ shown: told }), 1, { trust: 'fail anchor_for_other_purpose' })
  })

  it('KX-02: a credential signed by a stranger, under an authority that has the name of ours', async () => {
    const holder = newHolder()
    const forged = await resignedCredential(await issue(setting, await setting.offer(), holder), await strangersKey(setting, 'credential'))
    const told = await presentation(forged, holder, { ...TO_DESK, issuedAt: shownAt() })
    expectVerdict(await check({ shown: told }), 1, { trust: 'fail certificate_signature_wrong' })
  })

  it('SD-13: a credential one letter off', async () => {
    const [header, payload = '', rest] = [shown.slice(0, shown.indexOf('.')), shown.split('.')[1], shown.split('.').slice(2).join('.')]
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const changed = disclosure(JSON.stringify({ ...claims, exp: claims.exp + 1 }))
    const { exit, checks } = await check({ shown: `${header}.${changed}.${rest}` })
    expect({ exit, signature: checks.signature }).toEqual({ exit: 1, signature: 'fail signature_wrong' })
  })

  it('something that is no credential', async () => {
    expectVerdict(await check({ shown: 'hello' }), 1, { structure: 'fail format_not_known' })
  })
})

describe.concurrent('the happy flow, with another bundle', () => {
  const listOf = (text: string): string => String(manifestOf(text).parts.find(({ kind }) => kind === 'status_list')?.digest)
  const manifestOf = (text: string) =>
    parseJws(readBundleDocument(text).manifest).payload as JsonObject & {
      iat: number
      exp: number
      parts: { kind: string; digest: string }[]
    }
  const withoutList = (text: string): string => {
    const { manifest, parts } = readBundleDocument(text)
    parts.delete(listOf(text))
    return bundleDocument(manifest, parts)
  }

  it('ST-08: without the status list: not known, never valid', async () => {
    expectVerdict(await check({ bundle: withoutList(bundle) }), 2, { status: 'unknown status_list_missing' })
  })

  it('ST-07: with a status list that the credential key signed', async () => {
    const { parts } = readBundleDocument(bundle)
    const list = await resigned(parts.get(listOf(bundle)) ?? '', stolenKey(setting, 'credential'))
    expectVerdict(await check({ bundle: await withList(list) }), 2, { status: 'unknown status_list_not_trusted' })
  })

  it('OF-03: with a status list past its end', async () => {
    const { parts } = readBundleDocument(bundle)
    const ended = { payload: (claims: JsonObject) => ({ ...claims, exp: Number(claims.iat) + 1 }) }
    const list = await resigned(parts.get(listOf(bundle)) ?? '', stolenKey(setting, 'status'), ended)
    const checked = await check({ bundle: await withList(list), at: shownAt() + 120 })
    expectVerdict(checked, 2, { status: 'unknown status_list_expired' })
  })

  /** The bundle with another list, as its signer would have made it. */
  async function withList(list: string): Promise<string> {
    const { parts } = readBundleDocument(bundle)
    const old = listOf(bundle)
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(list))).toString('base64url')
    const replaced = bundleDocument(
      readBundleDocument(bundle).manifest,
      new Map([...parts].map(([name, text]) => (name === old ? [digest, list] : [name, text]))),
    )
    return resignedBundle(replaced, stolenKey(setting, 'bundle'), {
      payload: (claims) => ({
        ...claims,
        parts: manifestOf(bundle).parts.map((part) => (part.digest === old ? { ...part, digest, size: list.length } : part)),
      }),
    })
  }

  it('OF-02: signed by an authority nobody here knows', async () => {
    const forged = await resignedBundle(bundle, await strangersKey(setting, 'bundle'))
    expectVerdict(await check({ bundle: forged }), 1, { bundle: 'fail bundle_not_trusted' })
  })

  it('KX-06: signed with the credential key', async () => {
    const forged = await resignedBundle(bundle, stolenKey(setting, 'credential'))
    expectVerdict(await check({ bundle: forged }), 1, { bundle: 'fail bundle_not_trusted' })
  })

  it('OF-02: past its end: not known, and it says since when', async () => {
    const ended = await resignedBundle(bundle, stolenKey(setting, 'bundle'), {
      payload: (claims) => ({ ...claims, exp: Number(claims.iat) + 60 }),
    })
    const checked = await check({ bundle: ended, at: shownAt() + 200 })
    expectVerdict(checked, 2, { bundle: 'unknown bundle_expired' })
    expect(checked.evidenceAge).toBeGreaterThanOrEqual(200)
  })

  it('OF-02: with a part changed', async () => {
    const { manifest, parts } = readBundleDocument(bundle)
    const list = listOf(bundle)
    const changed = new Map([...parts].map(([name, text]) => [name, name === list ? `${text} ` : text]))
    expectVerdict(await check({ bundle: bundleDocument(manifest, changed) }), 1, { bundle: 'fail bundle_altered' })
  })

  it('cut off', async () => {
    expectVerdict(await check({ bundle: bundle.slice(0, bundle.length / 2) }), 1, { bundle: 'fail bundle_malformed' })
  })
})

describe.concurrent('the happy flow, with another trust file of the desk', () => {
  const without = (purpose: string) => entries().filter((entry) => entry.for !== purpose)
  const entries = (): JsonObject[] => JSON.parse(readFileSync(setting.trustFile, 'utf8'))
  const forOthers = (purpose: string) =>
    entries().map((entry) => (entry.for === purpose ? { ...entry, types: ['urn:eudi:ehic:1'] } : entry))

  it.each<[string, () => JsonObject[], 1 | 2, Record<string, string>]>([
    ['KX-04: empty: nobody is trusted', () => [], 1, { bundle: 'fail bundle_not_trusted' }],
    ['without the authority for credentials', () => without('credential'), 1, { trust: 'fail issuer_not_trusted' }],
    ['with that authority for another type only', () => forOthers('credential'), 1, { trust: 'fail issuer_not_authorised_for_type' }],
    ['ST-07: without the authority for status lists', () => without('status'), 2, { status: 'unknown status_list_not_trusted' }],
    [
      'CONTRACT: with the authority for bundles for another type only: it may say nothing of this one',
      () => forOthers('bundle'),
      2,
      { status: 'unknown status_list_missing' },
    ],
  ])('%s', async (_about, trust, exit, verdicts) => {
    expectVerdict(await check({ trust: trust() }), exit, verdicts)
  })

  it('none at all: a wrong setting', async () => {
    const { exit, document } = await check({ trust: null })
    expect({ exit, error: document.error }).toEqual({ exit: 78, error: 'trust_file_missing' })
  })
})
