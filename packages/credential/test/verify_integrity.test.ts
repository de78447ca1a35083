import { createHash } from 'node:crypto'
import { primitives as node } from '@symbolon/primitives/node'
import { primitives as web } from '@symbolon/primitives/web'
import type { Primitives } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import { integrity, metadataText } from '../src/type/index.ts'
import { verifyText } from '../src/verify/index.ts'
import { hasIntegrity } from '../src/verify/integrity.ts'
import {
  anchors,
  bundleOf,
  card,
  cardWith,
  check,
  finding,
  issue,
  listPart,
  metadataPart,
  NOW,
  policyFor,
  show,
} from './presentation_fixture.ts'

const TEXT = metadataText(card)
const sri = (name: string, text = TEXT): string => `${name}-${createHash(name).update(text).digest('base64')}`

/** TM-01 to TM-03, SD-JWT VC section 6, Subresource Integrity section 3.3. */
const CASES: readonly (readonly [string, string, boolean])[] = [
  ['sha256', sri('sha256'), true],
  ['sha384', sri('sha384'), true],
  ['sha512', sri('sha512'), true],
  ['white space around and between', `  ${sri('sha256')}\t\n${sri('sha384')} `, true],
  ['an option at the end', `${sri('sha256')}?ct=application/json`, true],
  ['one of two of the same strength', `${sri('sha256', 'x')} ${sri('sha256')}`, true],
  ['a stronger one right, a weaker one wrong', `${sri('sha256', 'x')} ${sri('sha512')}`, true],
  ['an unknown one beside a right one', `${sri('sha256')} sha3-AAAA`, true],
  ['a stronger one wrong, a weaker one right', `${sri('sha256')} ${sri('sha512', 'x')}`, false],
  ['a stronger one empty, a weaker one right', `${sri('sha256')} sha512-`, false],
  ['hexadecimal', `sha256-${createHash('sha256').update(TEXT).digest('hex')}`, false],
  ['base64url', `sha512-${createHash('sha512').update(TEXT).digest('base64url')}`, false],
  ['base64 without padding', sri('sha256').replace(/=+$/, ''), false],
  ['of another text', sri('sha256', `${TEXT}\n`), false],
  ['an unknown one alone', 'md5-AAAAAAAAAAAAAAAAAAAAAA==', false],
  ['a name in capitals', sri('sha256').replace('sha', 'SHA'), false],
  ['a name with a hyphen', sri('sha256').replace('sha256', 'sha-256'), false],
  ['a hash without a name', sri('sha256').slice('sha256-'.length), false],
  ['nothing', '', false],
  ['white space', ' \t', false],
]

describe.each([
  ['node', node],
  ['web', web],
] as const)('with the %s primitives', (_, primitives) => {
  test.each(CASES)('%s', async (_, claim, expected) => {
    expect(await hasIntegrity(TEXT, claim, primitives)).toBe(expected)
  })

  test('what we issue we accept', async () => {
    expect(await hasIntegrity(TEXT, await integrity(TEXT, primitives), primitives)).toBe(true)
  })
})

describe('in the check of the type', () => {
  const show1 = async (typeIntegrity: string) => show(await issue({ typeIntegrity }))
  const context = { anchors, policy: policyFor(), now: NOW }
  const older = cardWith({ revision: 1, legal: { basis: 'By-law' } })

  test('the bundle decides about the metadata when it has them', async () => {
    const text = await show1(sri('sha256', '{"vct":"urn:example:library-card:1","name":"Older"}'))
    expect(finding(await check(text), 'type')).toBe('fail type_integrity_wrong')
    const content = '{"vct":"urn:example:library-card:1","name":"Older"}'
    const bundle = await bundleOf([await listPart(), { ...metadataPart(), content }])
    expect(finding(await check(text, { bundle }), 'type')).toBe('pass type_known')
  })

  test('without them our own description counts when it is the one that was signed for, and nothing is known when it is not', async () => {
    const bundle = await bundleOf([await listPart()])
    expect(finding(await check(await show1(sri('sha256')), { bundle }), 'type')).toBe('pass type_known')
    expect(finding(await check(await show1(sri('sha256', 'older')), { bundle }), 'type')).toBe('unknown type_metadata_missing')
    expect(metadataText(older)).toBe(TEXT)
  })

  test('a hash that other primitives worked out does not count', async () => {
    const text = await show1(sri('sha256', 'another text'))
    const kept = metadataPart()
    const judged = async (primitives: Primitives) =>
      finding(await verifyText(text, ({ kind }) => (kind === kept.kind ? kept : undefined), { ...context, primitives }), 'type')
    const isKept = (data: string | Uint8Array) => data instanceof Uint8Array && data.length === Buffer.byteLength(TEXT)
    const lying: Primitives = {
      ...node,
      digest: (hash, data) => node.digest(hash, isKept(data) ? new TextEncoder().encode('another text') : data),
    }
    expect(await judged(lying)).toBe('pass type_known')
    expect(await judged(node)).toBe('fail type_integrity_wrong')
  })

  test.each(['{"vct":"urn:example:library-card:2"}', '{}', '[]', 'null', '<html>', '{"vct":"a","vct":"urn:example:library-card:1"}'])(
    'metadata %s are of another type, though they were signed for (TM-04)',
    async (content) => {
      const bundle = await bundleOf([await listPart(), { ...metadataPart(), content }])
      expect(finding(await check(await show1(sri('sha256', content)), { bundle }), 'type')).toBe('fail type_metadata_of_other')
    },
  )
})
