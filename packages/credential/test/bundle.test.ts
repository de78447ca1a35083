import { primitives } from '@symbolon/primitives/node'
import { describe, expect, it, test } from 'vitest'
import {
  bundleDocument,
  checkBundle,
  entryOf,
  openBundle,
  parseManifest,
  readBundleDocument,
  trustedManifest,
} from '../src/bundle/index.ts'
import { parseCredential } from '../src/formats/index.ts'
import type { Credential, Part } from '../src/model.ts'
import {
  anchors,
  bundle,
  bundleOf,
  card,
  check,
  finding,
  issue,
  issuer,
  listPart,
  metadataPart,
  NOW,
  show,
  status,
  trusted,
  URI,
} from './presentation_fixture.ts'
import { draft, party, token } from './status_fixture.ts'

const context = { anchors, primitives, now: NOW }
const good = await show(await issue())
const open = (text: string) => openBundle(text, context)
const codeOf = (text: string): Promise<string> =>
  open(text).then(
    () => 'opened',
    ({ code }: { code: string }) => code,
  )
const view = async (): Promise<Credential['view']> => (await parseCredential(good, primitives)).view
const list = { kind: 'status_list', id: URI } as const

describe('a bundle that is trusted', () => {
  it('answers what it holds, with the bytes and the media type it was made from', async () => {
    const { lookup, manifest, anchor } = await open(bundle)
    expect(await lookup(list, await view())).toEqual({ ...(await listOf(bundle)), mediaType: 'application/statuslist+jwt' })
    expect(await lookup({ kind: 'type_metadata', id: card.vct }, await view())).toEqual(metadataPart())
    expect(await lookup({ kind: 'issuer_metadata', id: URI }, await view())).toBeUndefined()
    expect(manifest).toMatchObject({ created: NOW - 600, nextUpdate: NOW + 3600 })
    expect(anchor.name).toBe('Bundles')
  })

  async function listOf(text: string): Promise<Pick<Part, 'kind' | 'id' | 'content'>> {
    const { manifest, parts } = readBundleDocument(text)
    const entry = parseManifest(manifest).manifest.entries.find(({ kind }) => kind === 'status_list')
    return { ...list, content: parts.get(entry?.digest ?? '') ?? '' }
  }

  it('says whom it trusts before it looks at a content', async () => {
    const { manifest } = readBundleDocument(bundle)
    const stranger = await bundleOf([await listPart()], { signer: await party('Stranger') })
    const lies = bundleDocument(readBundleDocument(stranger).manifest, new Map([['x', 'y']]))
    expect(await codeOf(lies)).toBe('bundle_not_trusted')
    expect(await codeOf(bundleDocument(manifest, new Map([['x', 'y']])))).toBe('bundle_malformed')
  })

  it('is renewed by its manifest and the contents that are new', async () => {
    const before = readBundleDocument(bundle)
    const revoked = await bundleOf([await listPart(await token(status, {}, { ...draft, packed: Uint8Array.of(1, 0) })), metadataPart()])
    const after = readBundleDocument(revoked)
    const fresh = parseManifest(after.manifest).manifest.entries.filter(({ digest }) => !before.parts.has(digest))
    expect(fresh.map(({ kind }) => kind)).toEqual(['status_list'])
    const kept = parseManifest(after.manifest).manifest.entries.map(({ digest }): [string, string] => [
      digest,
      before.parts.get(digest) ?? after.parts.get(digest) ?? '',
    ])
    const renewed = bundleDocument(after.manifest, new Map(kept))
    expect(finding(await check(good, { bundle: renewed }), 'status')).toBe('fail revoked')
    expect((await check(good)).outcome).toBe('pass')
  })

  it('may carry one content for two needs', async () => {
    const same = metadataPart()
    const other = { ...same, id: 'urn:example:other:1' }
    const { lookup } = await open(await bundleOf([same, other]))
    expect(await lookup(other, await view())).toEqual(other)
    expect(await lookup(same, await view())).toEqual(same)
  })
})

describe('a bundle that is not whole', () => {
  test.each([
    ['status_list', 'status', 'unknown status_list_missing'],
    ['type_metadata', 'type', 'pass type_known'],
  ] as const)('without its %s leaves that question open', async (kind, id, expected) => {
    const partial = await bundleOf([await listPart(), metadataPart()], { without: [kind] })
    const report = await check(good, { bundle: partial })
    expect(finding(report, id)).toBe(expected)
    expect(finding(report, 'bundle')).toBe('pass bundle_trusted')
  })

  it('answers nothing about a type for which its signer is not named', async () => {
    const { lookup } = await openBundle(bundle, { ...context, anchors: await trusted(primitives, ['urn:example:other:1']) })
    expect(await lookup(list, await view())).toBeUndefined()
    const report = await check(good, { anchors: await trusted(primitives, ['urn:example:other:1']) })
    expect([report.outcome, finding(report, 'status')]).toEqual(['unknown', 'unknown status_list_missing'])
    expect((await check(good, { anchors: await trusted(primitives, ['urn:example:other:1', card.vct]) })).outcome).toBe('pass')
  })
})

describe('a bundle that is not used', () => {
  it('is the only thing in the report, and the report fails', async () => {
    const report = await check(good, { bundle: await bundleOf([], { signer: issuer }) })
    expect(report.checks.map(({ id, outcome, code }) => ({ id, outcome, code }))).toEqual([
      { id: 'bundle', outcome: 'fail', code: 'bundle_not_trusted' },
    ])
    expect(report).toMatchObject({ outcome: 'fail', evidenceAge: null })
    expect(report.credential).toBeUndefined()
  })

  test.each<[string, string]>([
    ['an empty text', ''],
    ['a number', '1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no manifest', '{"parts":{}}'],
    ['a manifest that is an object', '{"manifest":{},"parts":{}}'],
    ['no parts', '{"manifest":"a.b.c"}'],
    ['parts that are a list', '{"manifest":"a.b.c","parts":[]}'],
    ['a content that is an object', '{"manifest":"a.b.c","parts":{"a":{}}}'],
  ])('%s is malformed', async (_, text) => {
    expect(finding(await check(good, { bundle: text }), 'bundle')).toBe('fail bundle_malformed')
  })

  it('is malformed with half a surrogate pair, which has the digest of another text', async () => {
    const text = await bundleOf([{ ...metadataPart(), content: 'a\ufffd' }])
    expect(await codeOf(text)).toBe('opened')
    expect(await codeOf(text.replace('a\ufffd', 'a\\ud800'))).toBe('bundle_malformed')
  })

  it('is malformed with more lines than a bundle has', async () => {
    const entry = await entryOf(metadataPart(), primitives)
    const entries = Array.from({ length: 50_001 }, (_, at) => ({ ...entry, id: `urn:example:${at}` }))
    expect(await codeOf(await bundleOf([], { manifest: { entries } }))).toBe('bundle_malformed')
    expect(await codeOf(await bundleOf([], { manifest: { entries: entries.slice(0, 100) } }))).toBe('opened')
  })

  it('says when a part was fetched, which is never later than the bundle', async () => {
    const record: Part = {
      kind: 'accreditation',
      id: 'did:example:a 1',
      content: 'a record',
      mediaType: 'application/json',
      fetchedAt: NOW - 700,
    }
    const { lookup, manifest } = await open(await bundleOf([record, metadataPart()]))
    expect(await lookup({ kind: 'accreditation', id: record.id }, await view())).toEqual(record)
    expect(await lookup({ kind: 'type_metadata', id: card.vct }, await view())).toEqual(metadataPart())
    expect(manifest.entries.map(({ fetchedAt }) => fetchedAt)).toEqual([NOW - 700, undefined])
    expect(await codeOf(await bundleOf([{ ...record, fetchedAt: NOW - 600 }]))).toBe('opened')
    for (const fetchedAt of [NOW - 599, -1, 1.5, Number.NaN]) {
      expect(await codeOf(await bundleOf([{ ...record, fetchedAt }])), String(fetchedAt)).toBe('bundle_malformed')
    }
  })

  it('is malformed with times that are none', async () => {
    for (const [name, value] of [
      ['created', -1],
      ['validUntil', 0.5],
      ['nextUpdate', Number.MAX_VALUE],
    ] as const) {
      expect(await codeOf(await bundleOf([], { manifest: { [name]: value } }))).toBe('bundle_malformed')
    }
  })

  it('costs little when it is 10 MB of nothing', async () => {
    for (const text of ['['.repeat(10_000_000), `{"manifest":"${'A'.repeat(10_000_000)}","parts":{}}`, '~'.repeat(10_000_000)]) {
      const { outcome, checks } = await check(good, { bundle: text })
      // Nothing else is looked at.
      expect([outcome, checks.map(({ id }) => id)]).toEqual(['fail', ['bundle']])
    }
  })

  it('is refused with a manifest whose signer was believed and whose signature is of another', async () => {
    const { manifest, parts } = readBundleDocument(bundle)
    const other = readBundleDocument(await bundleOf([metadataPart()])).manifest
    const forged = manifest.slice(0, manifest.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'))
    expect(await codeOf(bundleDocument(forged, parts))).toBe('bundle_not_trusted')
    await expect(trustedManifest(forged, context)).rejects.toMatchObject({ code: 'bundle_not_trusted' })
  })
})

describe('the age of a bundle', () => {
  test.each([
    [NOW - 661, 'unknown bundle_from_the_future'],
    [NOW - 660, 'pass bundle_trusted'],
    [NOW + 7 * 86_400 - 1, 'pass bundle_trusted'],
    [NOW + 7 * 86_400, 'unknown bundle_expired'],
  ])('at %i it is %s', async (now, expected) => {
    const { outcome, code, facts } = checkBundle(await open(bundle), now)
    expect(`${outcome} ${code}`).toBe(expected)
    expect(facts).toEqual({ anchor: 'Bundles', age: now - NOW + 600, at: NOW + 7 * 86_400 })
  })

  it('never turns a failure into something better', async () => {
    const old = await bundleOf([await listPart(await token(status, {}, { ...draft, packed: Uint8Array.of(1, 0) })), metadataPart()], {
      manifest: { validUntil: NOW - 1 },
    })
    const report = await check(good, { bundle: old })
    expect([report.outcome, finding(report, 'bundle'), finding(report, 'status')]).toEqual([
      'fail',
      'unknown bundle_expired',
      'fail revoked',
    ])
  })
})

test('a content of another size than was signed for is refused, though its digest is right', async () => {
  const part = metadataPart()
  const entry = await entryOf(part, primitives)
  const altered = await bundleOf([part], { manifest: { entries: [{ ...entry, size: entry.size + 1 }] } })
  expect(await codeOf(altered)).toBe('bundle_altered')
})
