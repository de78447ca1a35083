import { primitives } from '@symbolon/primitives/node'
import { beforeAll, describe, expect, it, test } from 'vitest'
import {
  bundleDocument,
  isKeepable,
  type Manifest,
  type Memory,
  mergeBundles,
  openBundle,
  parseManifest,
  unsignedManifest,
  verifyOffline,
} from '../src/bundle/index.ts'
import type { Part } from '../src/model.ts'
import { type Anchors, parseTrust, prepareAnchors } from '../src/trust/index.ts'
import { bundleOf, card, issue, issuer, listPart, metadataPart, NOW, policyFor, show, status, URI } from './presentation_fixture.ts'
import { draft, party, token } from './status_fixture.ts'

const DAY = 86_400
const OTHER = 'urn:example:other:1'
const DESK = 'https://desk.example'
const [one, two, desk, stranger] = await Promise.all([party('One'), party('Two'), party('Desk'), party('Stranger')])

/** A trust file with these restrictions of who may make bundles. */
function trusted(types: { one?: string[]; two?: string[]; desk?: string[] } = {}): Promise<Anchors> {
  const entries = [
    { name: 'Credentials', for: 'credential', certificate: issuer.anchor },
    { name: 'Status', for: 'status', certificate: status.anchor },
    { name: 'One', for: 'bundle', certificate: one.anchor, ...(types.one && { types: types.one }) },
    { name: 'Two', for: 'bundle', certificate: two.anchor, ...(types.two && { types: types.two }) },
    { name: 'Desk', for: 'bundle', certificate: desk.anchor, ...(types.desk && { types: types.desk }) },
  ]
  return prepareAnchors(parseTrust(JSON.stringify(entries)), primitives)
}

const of = (name: 'one' | 'two', parts: readonly Part[], manifest: Partial<Manifest> = {}) =>
  bundleOf(parts, { signer: { one, two }[name], manifest: { issuer: `https://${name}.example`, ...manifest } })
const otherList = (content = 'a list'): Part => ({ ...metadataPart(), kind: 'status_list', id: `${URI}/other`, content })
const otherType = (content = 'a type'): Part => ({ ...metadataPart(), id: OTHER, content })

let anchors: Anchors
beforeAll(async () => {
  anchors = await trusted()
})

async function merge(texts: readonly string[], over: { anchors?: Anchors; memory?: Memory; issuer?: string } = {}) {
  const inputs = texts.map((text, at) => ({ name: `${at}.json`, text }))
  return mergeBundles(inputs, { issuer: DESK, anchors, memory: null, now: NOW, primitives, ...over })
}
async function merged(...made: Parameters<typeof merge>) {
  const found = await merge(...made)
  if ('faults' in found) throw new Error(JSON.stringify(found.faults))
  return found
}
const faults = async (...made: Parameters<typeof merge>) => {
  const found = await merge(...made)
  return 'faults' in found ? found.faults.map(({ names, code }) => `${names.join(' ')} ${code}`) : []
}
/** Signed by the desk. */
async function sealed({ manifest, parts }: Awaited<ReturnType<typeof merged>>, by = desk): Promise<string> {
  const unsigned = unsignedManifest(manifest, { algorithm: 'ES256', x5c: by.x5c })
  return bundleDocument(unsigned.seal(await by.sign(unsigned.input)), parts)
}
const checked = async (bundle: string, by = anchors) =>
  verifyOffline(await show(await issue()), bundle, { anchors: by, policy: policyFor(), now: NOW, primitives })
const of2 = async (id: string, report: ReturnType<typeof checked>) => {
  const found = (await report).checks.find((check) => check.id === id)
  return `${found?.outcome} ${found?.code}`
}

describe('bundles of several issuers', () => {
  it('become one that answers what they answered', async () => {
    const found = await merged([await of('one', [await listPart(), metadataPart()]), await of('two', [otherList(), otherType()])])
    expect(found.manifest.entries.map(({ kind, id }) => [kind, id])).toEqual([
      ['status_list', URI],
      ['type_metadata', card.vct],
      ['status_list', `${URI}/other`],
      ['type_metadata', OTHER],
    ])
    expect([found.leftOut, found.parts.size]).toEqual([[], 4])
    expect(await checked(await sealed(found))).toMatchObject({ outcome: 'pass' })
  })

  it('end with the first that ends, and name what went in and of when', async () => {
    const texts = [
      await of('one', [await listPart()], { created: NOW - 3 * DAY, validUntil: NOW + 2 * DAY, nextUpdate: NOW + 50 }),
      await of('two', [otherList()], { created: NOW - 60, validUntil: NOW + 9 * DAY, nextUpdate: NOW + 40 }),
    ]
    const { manifest } = await merged(texts)
    const sources = [
      { issuer: 'https://one.example', created: NOW - 3 * DAY },
      { issuer: 'https://two.example', created: NOW - 60 },
    ]
    expect(manifest).toMatchObject({ issuer: DESK, created: NOW, validUntil: NOW + 2 * DAY, nextUpdate: NOW + 40, sources })
    // What it says of its age is the age of the oldest: merging makes nothing younger.
    const report = await checked(await sealed(await merged(texts)))
    expect(report.checks[0]).toMatchObject({ id: 'bundle', facts: { age: 3 * DAY, anchor: 'Desk' } })
    expect(report.evidenceAge).toBe(3600)
  })

  it('can be merged again, and what was in both goes in once', async () => {
    const [first, second] = [await of('one', [await listPart()]), await of('two', [otherList()])]
    const inner = await sealed(await merged([first, second]))
    const outer = await merged([inner, second], { issuer: 'https://federation.example' })
    expect(outer.manifest.sources?.map((source) => source.issuer)).toEqual([DESK, 'https://one.example', 'https://two.example'])
    expect(outer.manifest.entries).toHaveLength(2)
  })

  it('a clock that is a little ahead does no harm', async () => {
    const { manifest } = await merged([await of('one', [], { created: NOW + 30 })])
    expect(manifest.created).toBe(NOW + 30)
    expect(() => parseManifest(unsignedManifest(manifest, { algorithm: 'ES256', x5c: [] }).seal(new Uint8Array(64)))).not.toThrow()
  })
})

describe('merging gives nobody more to say', () => {
  it('a part stays for the types of those who brought it', async () => {
    const limited = await trusted({ one: [OTHER] })
    const { manifest } = await merged([await of('one', [await listPart()]), await of('two', [otherList()])], { anchors: limited })
    expect(manifest.entries.map(({ types }) => types)).toEqual([[OTHER], undefined])
    const report = checked(await sealed(await merged([await of('one', [await listPart()])], { anchors: limited })))
    expect(await of2('status', report)).toBe('unknown status_list_missing')
    const allowed = await merged([await of('one', [await listPart()])], { anchors: await trusted({ one: [card.vct] }) })
    expect(await of2('status', checked(await sealed(allowed)))).toBe('pass status_valid')
  })

  it('a description of a type that its signer may not speak of is left out, and told', async () => {
    const limited = await trusted({ one: [OTHER] })
    const found = await merged([await of('one', [metadataPart(), otherType()])], { anchors: limited })
    expect(found.manifest.entries.map(({ id }) => id)).toEqual([OTHER])
    expect(found.leftOut).toEqual([{ name: '0.json', entry: expect.objectContaining({ id: card.vct }) }])
  })

  it('so it cannot get in the way of one who may', async () => {
    const limited = await trusted({ one: [OTHER] })
    const found = await merged([await of('one', [{ ...metadataPart(), content: 'forged' }]), await of('two', [metadataPart()])], {
      anchors: limited,
    })
    expect([...found.parts.values()]).toEqual([metadataPart().content])
  })

  it('the same record of two is of when it was fetched last; what differs is refused', async () => {
    const record = (fetchedAt: number, content = 'a record'): Part => ({
      kind: 'accreditation',
      id: 'did:example:a 1',
      content,
      mediaType: 'application/json',
      fetchedAt,
    })
    for (const [first, second] of [
      [NOW - 900, NOW - 800],
      [NOW - 800, NOW - 900],
    ] as const) {
      const { manifest } = await merged([await of('one', [record(first)]), await of('two', [record(second)])])
      expect(manifest.entries.map(({ fetchedAt }) => fetchedAt)).toEqual([NOW - 800])
    }
    expect(await faults([await of('one', [record(NOW - 900)]), await of('two', [record(NOW - 800, 'another')])])).toEqual([
      '0.json 1.json bundle_parts_differ',
    ])
  })

  it('a record is not made younger by one who may not speak of its type', async () => {
    const record = (fetchedAt?: number): Part => ({ ...otherList(), kind: 'accreditation', ...(fetchedAt !== undefined && { fetchedAt }) })
    /** Who brought it first and then, for which types, and when they fetched it; at the end, of when it is afterwards. */
    const cases: [string, string[] | undefined, string[] | undefined, number | undefined, number, number | undefined][] = [
      ['of another type', [OTHER], [card.vct], NOW - 800, NOW - 60, NOW - 800],
      ['of another type, in the other order', [card.vct], [OTHER], NOW - 60, NOW - 800, NOW - 800],
      ['of some of the types', [OTHER, card.vct], [card.vct], NOW - 800, NOW - 60, NOW - 800],
      ['of one, where the other is of all', undefined, [card.vct], NOW - 800, NOW - 60, NOW - 800],
      ['of another type, where the other does not say when', [OTHER], [card.vct], undefined, NOW - 60, undefined],
      ['of all of the types', [OTHER], [OTHER, card.vct], NOW - 800, NOW - 60, NOW - 60],
      ['of all types at all', [OTHER], undefined, NOW - 800, NOW - 60, NOW - 60],
      ['of all of the types, where the other does not say when', [OTHER], [OTHER], undefined, NOW - 60, NOW - 60],
    ]
    for (const [about, mine, theirs, first, second, is] of cases) {
      const limited = await trusted({ ...(mine && { one: mine }), ...(theirs && { two: theirs }) })
      const texts = [await of('one', [record(first)], { created: NOW - 30 }), await of('two', [record(second)], { created: NOW - 30 })]
      const [entry] = (await merged(texts, { anchors: limited })).manifest.entries
      expect.soft(entry?.fetchedAt, about).toBe(is)
      expect.soft(entry?.types?.toSorted(), about).toEqual(mine && theirs && [...new Set([...mine, ...theirs])].toSorted())
    }
  })

  it('nor is a list, when the newer one is brought by one who may not speak of the type of the older', async () => {
    const limited = await trusted({ one: [OTHER], two: [card.vct] })
    const list = async (issuedAt: number, fetchedAt?: number): Promise<Part> => ({
      ...(await listPart(await token(status, {}, { ...draft, issuedAt }))),
      ...(fetchedAt !== undefined && { fetchedAt }),
    })
    const fetched = async (older: number | undefined, newer: number) => {
      const texts = [await of('one', [await list(NOW - 3000, older)]), await of('two', [await list(NOW - 2000, newer)])]
      return (await merged(texts, { anchors: limited })).manifest.entries.map(({ fetchedAt }) => fetchedAt)
    }
    expect(await fetched(NOW - 1500, NOW - 900)).toEqual([NOW - 1500])
    expect(await fetched(NOW - 900, NOW - 1500)).toEqual([NOW - 1500])
    expect(await fetched(undefined, NOW - 900)).toEqual([undefined])
  })

  it('the same part of two stays for the types of both', async () => {
    const both = [await of('one', [await listPart('same')]), await of('two', [await listPart('same')])]
    const limited = await trusted({ one: [OTHER], two: [card.vct, OTHER] })
    expect((await merged(both, { anchors: limited })).manifest.entries.map(({ types }) => types)).toEqual([[OTHER, card.vct]])
    expect((await merged(both, { anchors: await trusted({ one: [OTHER] }) })).manifest.entries[0]).not.toHaveProperty('types')
  })

  it('the reader limits it once more by its own entry', async () => {
    const text = await sealed(await merged([await of('one', [await listPart()])]))
    expect(await of2('status', checked(text, await trusted({ desk: [OTHER] })))).toBe('unknown status_list_missing')
    expect(await of2('status', checked(text, await trusted({ desk: [card.vct] })))).toBe('pass status_valid')
  })

  it('a line for types that the signer may not speak of is for none', async () => {
    const limited = await merged([await of('one', [await listPart()])], { anchors: await trusted({ one: [card.vct] }) })
    const { lookup } = await openBundle(await sealed(limited), { anchors: await trusted({ desk: [OTHER] }), primitives, now: NOW })
    for (const type of [card.vct, OTHER]) expect(await lookup({ kind: 'status_list', id: URI }, { type } as never)).toBeUndefined()
    const again = await merged([await sealed(limited)], { anchors: await trusted({ desk: [OTHER] }), issuer: 'https://federation.example' })
    expect([again.manifest.entries, again.leftOut.length]).toEqual([[], 1])
  })
})

describe('under one name, two things', () => {
  const listAt = async (issuedAt: number, by = status) => listPart(await token(by, {}, { ...draft, issuedAt }))

  test.each([
    ['the newer of two lists', NOW - 50, NOW - 90],
    ['in whatever order', NOW - 90, NOW - 50],
  ])('%s', async (_name, first, second) => {
    const found = await merged([await of('one', [await listAt(first)]), await of('two', [await listAt(second)])])
    expect(found.parts.size).toBe(1)
    const report = await checked(await sealed(found))
    expect(report.evidenceAge).toBe(50)
  })

  it('a list that is right before a newer one of nobody, which would hide it', async () => {
    const forged = await listAt(NOW - 1, stranger)
    const found = await merged([await of('one', [forged]), await of('two', [await listAt(NOW - 90)])])
    expect((await checked(await sealed(found))).evidenceAge).toBe(90)
  })

  it('a list that is right for all that it would stand for before a newer one that is right for less', async () => {
    const limited = await party('Limited')
    const entries = [
      { name: 'Credentials', for: 'credential', certificate: issuer.anchor },
      { name: 'Status', for: 'status', certificate: status.anchor },
      { name: 'Limited', for: 'status', certificate: limited.anchor, types: [OTHER] },
      { name: 'One', for: 'bundle', certificate: one.anchor, types: [OTHER] },
      { name: 'Two', for: 'bundle', certificate: two.anchor, types: [card.vct] },
      { name: 'Desk', for: 'bundle', certificate: desk.anchor },
    ]
    const anchors = await prepareAnchors(parseTrust(JSON.stringify(entries)), primitives)
    const hiding = await of('one', [await listAt(NOW - 1, limited)])
    const found = await merged([hiding, await of('two', [await listAt(NOW - 90)])], { anchors })
    const report = await checked(await sealed(found), anchors)
    expect([report.checks.find(({ id }) => id === 'status')?.code, report.evidenceAge]).toEqual(['status_valid', 90])
  })

  it('two lists of one second, two of nobody, and two descriptions of a type are refused with the names of both', async () => {
    const second = [await of('one', [await listAt(NOW - 50)]), await of('two', [await listAt(NOW - 50)])]
    expect(await faults(second)).toEqual(['0.json 1.json bundle_parts_differ'])
    const nobody = [await of('one', [await listAt(NOW - 50, stranger)]), await of('two', [await listAt(NOW - 90, stranger)])]
    expect(await faults(nobody)).toEqual(['0.json 1.json bundle_parts_differ'])
    expect(await faults([await of('one', [otherType('a')]), await of('two', [otherType('b')])])).toEqual([
      '0.json 1.json bundle_parts_differ',
    ])
  })
})

describe('not merged', () => {
  it('all faults at once, each with its file', async () => {
    const good = await of('one', [await listPart()])
    const texts = [
      good,
      await bundleOf([], { signer: stranger }),
      await of('two', [], { validUntil: NOW - 1 }),
      await of('two', [], { created: NOW + 61 }),
      good.replace(/"parts":\{"[^"]+":"./, (start) => `${start}x`),
      '{}',
      'no JSON',
      await bundleOf([await listPart()], { signer: two, without: ['status_list'], manifest: { issuer: 'https://two.example' } }),
    ]
    expect(await faults(texts)).toEqual([
      '1.json bundle_not_trusted',
      '2.json bundle_expired',
      '3.json bundle_from_the_future',
      '4.json bundle_altered',
      '5.json bundle_malformed',
      '6.json bundle_malformed',
      '7.json bundle_incomplete',
    ])
  })

  it('one that is older than one that was seen, or by a clock that was turned back', async () => {
    const text = await of('one', [])
    expect(await faults([text], { memory: new Map([['https://one.example', NOW]]) })).toEqual(['0.json bundle_older_than_seen'])
    expect(await faults([text], { memory: new Map([['https://two.example', NOW + 61]]) })).toEqual(['0.json bundle_clock_behind'])
  })

  it('two of one issuer, of different age; the same twice is one', async () => {
    const [older, newer] = [await of('one', []), await of('one', [], { created: NOW - 1 })]
    expect(await faults([older, newer])).toEqual(['0.json 1.json bundle_source_repeated'])
    expect((await merged([older, older])).manifest.sources).toHaveLength(1)
    const inner = await sealed(await merged([older]))
    expect(await faults([inner, newer], { issuer: 'https://federation.example' })).toEqual(['0.json 1.json bundle_source_repeated'])
  })

  it('under the name of one that goes in', async () => {
    expect(await faults([await of('one', [])], { issuer: 'https://one.example' })).toEqual(['0.json bundle_issuer_taken'])
  })
})

describe('what a manifest says of where it came from', () => {
  const open = async (manifest: object) => {
    const text = await bundleOf([], { signer: one, manifest: manifest as Partial<Manifest> })
    return openBundle(text, { anchors, primitives, now: NOW }).then(
      () => 'opened',
      ({ code }: { code: string }) => code,
    )
  }
  const source = { issuer: 'https://two.example', created: NOW - 700 }
  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ ...source, issuer: `https://${at}.example` }))
  const entry = { kind: 'status_list', id: URI, mediaType: 'text/plain', digest: 'A'.repeat(43), size: 1 }
  test.each([
    ['is read', { sources: many(1000) }, 'opened'],
    ['has at most a thousand sources', { sources: many(1001) }, 'bundle_malformed'],
    ['has each issuer once', { sources: [source, source] }, 'bundle_malformed'],
    ['does not name its own maker as a source', { issuer: source.issuer, sources: [source] }, 'bundle_malformed'],
    ['has no source that is newer than itself', { sources: [{ ...source, created: NOW - 599 }] }, 'bundle_malformed'],
    ['has no source without a name', { sources: [{ ...source, issuer: '' }] }, 'bundle_malformed'],
    ['has no source without a time', { sources: [{ ...source, created: -1 }] }, 'bundle_malformed'],
    ['has types of a line', { entries: [{ ...entry, types: [OTHER] }] }, 'opened'],
    ['has no line for no type', { entries: [{ ...entry, types: [] }] }, 'bundle_malformed'],
    ['has no type without a name', { entries: [{ ...entry, types: [''] }] }, 'bundle_malformed'],
  ])('%s', async (_name, manifest, expected) => {
    expect(await open(manifest)).toBe(expected)
  })
})

it('a name that is longer than any address makes a bundle malformed: the memory of bundles must not fill up with it', async () => {
  const named = (length: number) => of('one', [], { issuer: `https://${'a'.repeat(length - 8)}` })
  const open = async (text: string) => openBundle(text, { anchors, primitives, now: NOW })
  await expect(open(await named(2049))).rejects.toMatchObject({ code: 'bundle_malformed' })
  expect((await open(await named(2048))).manifest.issuer).toHaveLength(2048)
  expect([isKeepable('x'), isKeepable('x'.repeat(4 * 1024 * 1024 + 1))]).toEqual([true, false])
})
