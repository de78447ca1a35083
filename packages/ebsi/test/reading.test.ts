import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  attributeRequest,
  attributesRequest,
  documentRequest,
  EbsiError,
  hasAttributes,
  issuerRequest,
  issuersRequest,
  readAttributes,
  readIssuers,
} from '../src/index.ts'

const recorded = (name: string): string => readFileSync(new URL(`../../../test/vectors/ebsi/pilot/${name}`, import.meta.url), 'utf8')

const ROOT = 'https://api-pilot.ebsi.eu'
const DID = 'did:ebsi:zZeKyEJfUTGwajhNyNX928z'
const ID = 'cf89e47e260eda53bb199096ca97347790c84d2c8a5f2ce3f411eaba14d0003e'
const ISSUERS = issuersRequest(ROOT).url
const list = (change: object = {}) =>
  JSON.stringify({ items: [{ did: DID, href: 'https://elsewhere.example/x' }], links: { next: ISSUERS.replace('=1&', '=2&') }, ...change })

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof EbsiError) return error.code
    throw error
  }
  throw new Error('nothing was refused')
}

describe('what the registries are asked', () => {
  test('by their paths, pages of fifty, and a document never as application/json alone', () => {
    const base = `${ROOT}/trusted-issuers-registry/v5/issuers`
    expect(issuersRequest(ROOT)).toEqual({ url: `${base}?page[after]=1&page[size]=50`, accept: 'application/json' })
    expect(issuerRequest(ROOT, DID)).toEqual({ url: `${base}/${DID}`, accept: 'application/json' })
    expect(attributesRequest(ROOT, DID).url).toBe(`${base}/${DID}/attributes?page[after]=1&page[size]=50`)
    expect(attributeRequest(ROOT, { did: DID, attributeId: ID }).url).toBe(`${base}/${DID}/attributes/${ID}`)
    const document = { url: `${ROOT}/did-registry/v5/identifiers/${DID}`, accept: 'application/did+ld+json' }
    expect(documentRequest(ROOT, DID)).toEqual(document)
    const then = { ...document, url: `${document.url}?valid-at=2026-06-15T12%3A00%3A00Z` }
    expect(documentRequest(ROOT, DID, '2026-06-15T12:00:00Z')).toEqual(then)
  })
})

describe('what they answer', () => {
  test('a recorded list of attributes, whose last page points to itself', () => {
    const text = recorded('tir-v5-attributes.json')
    const { self } = JSON.parse(text)
    const { names, next } = readAttributes(text, self)
    expect([names.length, names[0], next]).toEqual([3, ID, null])
  })

  test('a page of issuers, with the place of the next', () => {
    expect(readIssuers(list(), ISSUERS)).toEqual({ names: [DID], others: [], next: ISSUERS.replace('=1&', '=2&') })
    for (const next of [undefined, null, '', ISSUERS]) expect(readIssuers(list({ links: { next } }), ISSUERS).next).toBeNull()
  })

  test('a name that is no DID of a legal entity is told apart', () => {
    const strange = ['did:ebsi:z11', 'did:key:z1', `${DID}/../..`]
    const text = list({ items: [...strange, DID].map((did) => ({ did })) })
    expect(readIssuers(text, ISSUERS)).toMatchObject({ names: [DID], others: strange })
  })

  test('either shape of one issuer', () => {
    expect(hasAttributes(recorded('tir-v5-issuer.json'), DID)).toBe(true)
    expect(hasAttributes(JSON.stringify({ did: DID, attributes: 'https://x', hasAttributes: false }), DID)).toBe(false)
    expect(hasAttributes(JSON.stringify({ did: DID, attributes: [{ body: 'x' }] }), DID)).toBe(true)
    expect(hasAttributes(JSON.stringify({ did: DID, attributes: [] }), DID)).toBe(false)
  })

  test.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['a member twice', '{"items":[],"items":[]}'],
    ['no items', list({ items: undefined })],
    ['items that are none', list({ items: [DID] })],
    ['an item without a name', list({ items: [{ did: 7 }] })],
    ['more than a page', list({ items: Array.from({ length: 101 }, () => ({ did: DID })) })],
    ['no links', list({ links: undefined })],
    ['a link that is none', list({ links: { next: 7 } })],
    ['a link that is no URL', list({ links: { next: '/issuers' } })],
    ['three hundred thousand characters', list({ x: 'x'.repeat(300_000) })],
  ])('is refused as malformed with %s', (_about, text) => {
    expect(refusal(() => readIssuers(text, ISSUERS))).toBe('registry_answer_malformed')
  })

  test.each([
    ['another host', ISSUERS.replace('api-pilot', 'api')],
    ['another port', ISSUERS.replace('.eu/', '.eu:444/')],
    ['http', ISSUERS.replace('https', 'http')],
    ['a user', ISSUERS.replace('https://', 'https://x@')],
    ['another list', ISSUERS.replace('/issuers', '/issuers/x')],
    ['a fragment', `${ISSUERS}#x`],
  ])('is not followed to %s', (_about, next) => {
    expect(refusal(() => readIssuers(list({ links: { next } }), ISSUERS))).toBe('registry_link_elsewhere')
  })

  test.each([
    ['another DID', { did: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA', attributes: [] }],
    ['no DID', { attributes: [] }],
    ['no attributes', { did: DID }],
    ['a word for yes', { did: DID, attributes: 'x', hasAttributes: 'yes' }],
  ])('of one issuer is refused with %s', (_about, answer) => {
    expect(refusal(() => hasAttributes(JSON.stringify(answer), DID))).toBe('registry_answer_malformed')
  })

  test('an attribute is named by 64 digits', () => {
    const page = (id: unknown) => JSON.stringify({ items: [{ id }], links: {} })
    expect(readAttributes(page(`0x${ID.toUpperCase()}`), ISSUERS).names).toEqual([ID])
    for (const id of ['', ID.slice(1), `${ID}0`, 7])
      expect.soft(refusal(() => readAttributes(page(id), ISSUERS))).toBe('registry_answer_malformed')
  })
})
