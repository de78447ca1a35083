import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import {
  type CredentialType,
  dictionaryOf,
  openBundle,
  packCode,
  parseCredential,
  parseTrust,
  prepareAnchors,
  unpackCode,
  verifyBy,
} from '@symbolon/credential'
import { parseIssuerMetadata, wellKnownAddress } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ANDREI,
  credentialIn,
  holderKey,
  LOTTE,
  newHome,
  offer,
  post,
  proof,
  redeem,
  request,
  STATUTE,
  seconds,
  start,
  type TestIssuer,
} from './fixture.ts'

const { types } = readTypes(join(import.meta.dirname, '../../specs/credentials'))
const named = new Map(types.map((type): [string, CredentialType] => [type.name, type]))
const policy = { types: new Map(types.map((type): [string, CredentialType] => [type.vct, type])), maxStatusAge: 3600 }
const persons: { id: string; insz: string }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../test/vectors/domain/persons.json'), 'utf8'),
).persons
const inszOf = (id: string): string => persons.find((person) => person.id === id)?.insz ?? ''
const [CODE, PAPER] = [`${STATUTE}-code`, `${STATUTE}-paper`]
const FIXTURE = Date.parse('2026-06-15T10:00:00Z') / 1000
const AUDIENCE = 'x509_hash:desk'
const NONCE = 'n-0S6_WzA2Mj'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await start({}, FIXTURE - seconds())
})
afterAll(() => issuer.close())
const now = () => seconds() + issuer.clock.ahead

/** All that an offer brings, by type; what is bound to a key is bound to this one. */
async function collected(subject = LOTTE, type = STATUTE, key = holderKey(), from = issuer): Promise<Map<string, string>> {
  const made = await offer(from, { type, subject, codes: true })
  const token = String((await redeem(from, made)).json.access_token)
  const texts = new Map<string, string>()
  for (const name of made.types) {
    const bare = JSON.stringify({ credential_configuration_id: name })
    const answer =
      named.get(name)?.holderBinding === 'key'
        ? await request(from, token, name, [await proof(from, {}, key)])
        : await post(`${from.url}/credential`, bare, 'application/json', `Bearer ${token}`)
    texts.set(name, credentialIn(answer))
  }
  return texts
}
const parsed = (text: string | undefined) => parseCredential(text ?? '', primitives)

async function bundleOf(from: TestIssuer) {
  const anchors = await prepareAnchors(parseTrust(readFileSync(join(from.home, 'trust.json'), 'utf8')), primitives)
  return { anchors, bundle: await openBundle(await (await fetch(`${from.url}/bundle`)).text(), { anchors, primitives, now: now() }) }
}

/** Packed with the dictionary that the wallet gets, unpacked and judged with nothing but the bundle. */
async function scanned(text: string, name: string, from = issuer) {
  const { anchors, bundle } = await bundleOf(from)
  const metadata = await fetch(wellKnownAddress(from.url, 'openid-credential-issuer'))
  const message = { contentType: metadata.headers.get('content-type') ?? '', body: await metadata.text() }
  const dictionary = await dictionaryOf(parseIssuerMetadata(message, from.url).configurations.get(name)?.codeDictionary ?? '', primitives)
  const code = await packCode(text, primitives, dictionary)
  const read = await unpackCode(code, primitives, bundle.dictionaries)
  expect(read).toBe(text)
  const report = await verifyBy(bundle, read, { anchors, primitives, now: now(), policy: { ...policy, audience: AUDIENCE, nonce: NONCE } })
  return { code, report, bundle }
}

async function shown(text: string | undefined, paths: string[], key: ReturnType<typeof holderKey>): Promise<string> {
  const chosen = await (await parsed(text)).disclose(paths.map((path) => [path]))
  if (chosen.view.holderKey === undefined) return chosen.toString()
  const unsigned = await chosen.bind({ audience: AUDIENCE, nonce: NONCE, issuedAt: now() }, 'ES256')
  return unsigned.seal(await key.signer.sign(unsigned.input))
}

describe('an offer with codes', () => {
  test('brings what has its rows from the same type, and says the same of the same person', async () => {
    const texts = await collected()
    expect([...texts.keys()]).toEqual([STATUTE, CODE, PAPER])
    const [full, code, paper] = await Promise.all([...texts.values()].map(parsed))
    const { statutes } = (full?.view.claims ?? {}) as { statutes: Record<string, string> }
    const said: Record<string, unknown> = { ...full?.view.claims, ...statutes }
    for (const view of [code?.view, paper?.view])
      for (const [name, value] of Object.entries(view?.claims ?? {})) expect([name, value]).toEqual([name, said[name]])
    expect(Object.keys(code?.view.claims ?? {})).toHaveLength(9)
  })

  test('without the wish, or for a type that has none, it brings the one credential', async () => {
    expect((await offer(issuer)).types).toEqual([STATUTE])
    expect((await offer(issuer, { type: 'pid', codes: true })).types).toEqual(['pid'])
  })

  test('leaves out what the source has not enough for: no paper without a birth date', async () => {
    expect((await offer(issuer, { subject: inszOf('P17'), codes: true })).types).toEqual([STATUTE, CODE])
  })

  test('keeps its codes when it is made anew', async () => {
    const { json } = await issuer.admin('POST', '/offers', { type: STATUTE, subject: LOTTE, codes: true })
    const renewed = await issuer.admin('POST', `/offers/${json.id}/renew`, {})
    expect(renewed.json.credential_offer).toMatchObject({ credential_configuration_ids: [STATUTE, CODE, PAPER] })
    const plain = await issuer.admin('POST', '/offers', { type: STATUTE, subject: LOTTE })
    const again = await issuer.admin('POST', `/offers/${plain.json.id}/renew`, {})
    expect(again.json.credential_offer).toMatchObject({ credential_configuration_ids: [STATUTE] })
  })

  test('its token is for all of them, and for nothing else', async () => {
    const made = await offer(issuer, { codes: true })
    const token = String((await redeem(issuer, made)).json.access_token)
    const refused = await request(issuer, token, 'ehic')
    expect([refused.status, refused.json.error]).toEqual([403, 'insufficient_scope'])
    const wrong = await issuer.admin('POST', '/offers', { type: STATUTE, subject: LOTTE, codes: 'yes' })
    expect([wrong.status, wrong.json.error]).toEqual([400, 'invalid_request'])
  })
})

describe('the types for codes', () => {
  test('live a day without a status, or three months at most with one; carry the hash of their certificate', async () => {
    const texts = await collected()
    const [code, paper] = await Promise.all([CODE, PAPER].map((name) => parsed(texts.get(name))))
    expect((code?.view.expires ?? 0) - (code?.view.issuedAt ?? 0)).toBe(86_400)
    expect([code?.view.status, paper?.view.holderKey]).toEqual([undefined, undefined])
    expect(paper?.view.status?.uri).toContain('/status-lists/')
    expect(new Date((paper?.view.expires ?? 0) * 1000).toISOString()).toBe('2026-08-31T22:00:00.000Z')
    for (const one of [code, paper]) expect(Object.keys(one?.proof.header ?? {})).toEqual(['alg', 'typ', 'x5t#S256'])
  })

  test('tell of nobody how many statutes there are: everybody has as many digests and claims', async () => {
    const seen = new Map<string, Set<string>>()
    for (const { insz } of persons) {
      const made = await issuer.admin('POST', '/offers', { type: STATUTE, subject: insz, codes: true })
      if (made.status !== 201) continue
      for (const [name, text] of await collected(insz)) {
        if (name === STATUTE) continue
        const payload = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString())
        const hidden = text
          .split('~')
          .slice(1, -1)
          .map((one) => JSON.parse(Buffer.from(one, 'base64url').toString())[1])
        seen.set(name, (seen.get(name) ?? new Set()).add(`${payload._sd.length} ${hidden.sort().join(' ')}`))
      }
    }
    expect([...seen].map(([name, shapes]) => [name, shapes.size])).toEqual([
      [CODE, 1],
      [PAPER, 1],
    ])
    expect([...(seen.get(CODE) ?? [])][0]).toMatch(/^8 /)
    expect([...(seen.get(PAPER) ?? [])][0]).toMatch(/^4 /)
  })

  test.each([
    [CODE, STATUTE, LOTTE, ['disability_recognised'], 909],
    [PAPER, STATUTE, LOTTE, ['companion'], 483],
    ['ehic-code', 'ehic', LOTTE, ['document_number'], 909],
    ['pda1-code', 'pda1', ANDREI, ['employers', 'family_name'], 1035],
  ])('%s is packed with its dictionary and judged with the bundle alone', async (name, type, subject, paths, most) => {
    const key = holderKey()
    const texts = await collected(subject, type, key)
    const { code, report } = await scanned(await shown(texts.get(name), paths, key), name)
    expect(report.checks.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(code.length).toBeLessThanOrEqual(most)
  })

  test('a letter is revoked like any credential; one of another person stays', async () => {
    const made = await offer(issuer, { codes: true })
    const token = String((await redeem(issuer, made)).json.access_token)
    const bare = JSON.stringify({ credential_configuration_id: PAPER })
    const paper = credentialIn(await post(`${issuer.url}/credential`, bare, 'application/json', `Bearer ${token}`))
    const { json } = await issuer.admin('POST', '/issuances/search', { subject: LOTTE, type: PAPER })
    const [last] = json.issuances as { id: string }[]
    expect((await scanned(paper, PAPER)).report.outcome).toBe('pass')
    for (const { id } of json.issuances as { id: string }[])
      await issuer.admin('POST', `/issuances/${id}/status`, { status: 'revoked', reason: 'a test' })
    expect(last).toBeDefined()
    expect((await scanned(paper, PAPER)).report.checks.find(({ id }) => id === 'status')).toMatchObject({
      outcome: 'fail',
      code: 'revoked',
    })
  })
})

test('with a new certificate what was issued before is still read: its certificate and its dictionary stay in the bundle', async () => {
  const home = newHome()
  const first = await start({ SYMBOLON_HOME: home }, FIXTURE - seconds())
  const key = holderKey()
  const texts = await collected(LOTTE, STATUTE, key, first)
  const text = await shown(texts.get(CODE), ['companion'], key)
  const before = await scanned(text, CODE, first)
  const { port } = first
  await first.close()
  rmSync(join(home, 'development-authority', 'credential', 'signer.pem'))
  const second = await start({ SYMBOLON_HOME: home, ISSUER_PORT: String(port) }, FIXTURE - seconds())
  try {
    const { anchors, bundle } = await bundleOf(second)
    expect([...bundle.dictionaries.keys()]).toEqual(expect.arrayContaining([...before.bundle.dictionaries.keys()]))
    expect(bundle.dictionaries.size).toBe(8)
    const read = await unpackCode(before.code, primitives, bundle.dictionaries)
    expect(read).toBe(text)
    const report = await verifyBy(bundle, read, {
      anchors,
      primitives,
      now: now(),
      policy: { ...policy, audience: AUDIENCE, nonce: NONCE },
    })
    expect(report.outcome).toBe('pass')
    const keys = (await (await fetch(wellKnownAddress(second.url, 'jwt-vc-issuer'))).json()) as { jwks: { keys: object[] } }
    expect(keys.jwks.keys).toHaveLength(2)
  } finally {
    await second.close()
  }
})
