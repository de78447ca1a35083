import type { View } from '@symbolon/credential'
import { openLog } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { FetchRefused } from '../../src/service/guarded_fetch.ts'
import { openRegistryRecords } from '../../src/service/registry_records.ts'

const DID = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
const ROOT = 'https://registry.example'
const NEED = { kind: 'did_document', id: DID } as const
const DAY = 86_400

function world() {
  const clock = { now: 1_800_000_000 }
  const asked: string[] = []
  const network = { content: 'one' as string | Error }
  const records = openRegistryRecords({
    registries: [{ root: ROOT, network: 'test' }],
    now: () => clock.now,
    fetch: async (address, accept) => {
      asked.push(`${accept} ${address}`)
      await new Promise((later) => setImmediate(later))
      if (network.content instanceof Error) throw network.content
      return { mediaType: 'application/did+ld+json', content: network.content }
    },
    log: openLog('test', 'silent'),
  })
  const termsOfUse = [
    { id: `${ROOT}/trusted-issuers-registry/v5/issuers/${DID}/attributes/${'a'.repeat(64)}`, type: 'IssuanceCertificate' },
  ]
  const view = { vcdm: { types: [], schemas: [], status: [], termsOfUse } } as unknown as View
  return {
    clock,
    asked,
    network,
    records,
    look: async (need: Parameters<typeof records.lookup>[0] = NEED) => (await records.lookup(need, view))?.content,
  }
}

describe('the records of a registry', () => {
  test('many who show credentials of one issuer wait for one fetch, and later ones for none', async () => {
    const { look, asked } = world()
    expect(await Promise.all([look(), look(), look()])).toEqual(['one', 'one', 'one'])
    expect(await look()).toBe('one')
    expect(asked).toEqual([`application/did+ld+json ${ROOT}/did-registry/v5/identifiers/${DID}`])
  })

  test('are fetched again on the timer when they are an hour old, whoever shows what', async () => {
    const { look, asked, records, network, clock } = world()
    await look()
    network.content = 'two'
    clock.now += 3599
    await records.refresh()
    expect([await look(), asked.length]).toEqual(['one', 1])
    clock.now += 1
    expect(await look()).toBe('one')
    await records.refresh()
    expect([await look(), asked.length]).toEqual(['two', 2])
  })

  test('that cannot be had again stay, with the age they have; that never could are asked for once a minute', async () => {
    const { look, asked, records, network, clock } = world()
    await look()
    network.content = new FetchRefused('down')
    clock.now += 3600
    await records.refresh()
    expect(await look()).toBe('one')
    const other = { kind: 'did_document', id: `${DID}?versionTime=2026-06-15T10:00:00Z` } as const
    const before = asked.length
    expect([await look(other), await look(other)]).toEqual([undefined, undefined])
    expect(asked.length).toBe(before + 1)
    clock.now += 60
    network.content = 'back'
    expect(await look(other)).toBe('back')
  })

  test('that nobody needed for a month are forgotten', async () => {
    const { look, asked, records, clock } = world()
    await look()
    clock.now += 32 * DAY
    await records.refresh()
    expect(asked).toHaveLength(1)
    await look()
    expect(asked).toHaveLength(2)
  })

  test('are asked for in no other registry, and are no more than a bound', async () => {
    const { look, asked, records } = world()
    const elsewhere = { vcdm: { termsOfUse: [{ id: 'https://attacker.example/x' }] } } as unknown as View
    expect(await records.lookup(NEED, elsewhere)).toBeUndefined()
    expect(asked).toEqual([])
    for (let at = 0; at < 2010; at++) await look({ kind: 'accreditation', id: `${DID} ${at.toString(16).padStart(64, '0')}` })
    expect(asked).toHaveLength(2000)
  })
})
