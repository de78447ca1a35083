import { describe, expect, it } from 'vitest'
import { foreignRegistry } from '../src/identifiers/index.ts'
import { attributeUrl, DEFAULT_NETWORK, ebsiTrust, parseRegistries } from '../src/index.ts'
import { found, IDS, pda1, registry, tao, ti } from './chain_fixture.ts'

describe('the registries that are known', () => {
  it('are read with the name of their network, several with white space between them', () => {
    expect(parseRegistries(' test=https://api-test.ebsi.eu\n test=http://127.0.0.1:8090 ')).toEqual([
      { network: 'test', root: 'https://api-test.ebsi.eu' },
      { network: 'test', root: 'http://127.0.0.1:8090' },
    ])
  })
  it.each([
    ['production', 'https://api.ebsi.eu'],
    ['pilot', 'https://api-pilot.ebsi.eu'],
    ['conformance', 'https://api-conformance.ebsi.eu'],
    ['test', 'https://api-test.ebsi.eu'],
  ])('are those that EBSI runs where only the network %s is named', (network, root) => {
    expect(parseRegistries(network)).toEqual([{ network, root }])
  })
  it('are those of production where nothing is said', () => {
    expect(parseRegistries(DEFAULT_NETWORK)).toEqual([{ network: 'production', root: 'https://api.ebsi.eu' }])
  })
  it('are of one network: what was given on another would count here', () => {
    expect(parseRegistries('production pilot')).toBeNull()
    expect(parseRegistries('pilot test=http://127.0.0.1:8090')).toBeNull()
    const registries = ['pilot', 'test'].flatMap((network) => parseRegistries(network) ?? [])
    expect(registries).toHaveLength(2)
    expect(() => ebsiTrust({ registries })).toThrow(RangeError)
  })
  it('takes a / at the end, as people copy addresses', () => {
    expect(parseRegistries('test=http://127.0.0.1:8090/ test=https://api-test.ebsi.eu/path/')).toEqual([
      { network: 'test', root: 'http://127.0.0.1:8090' },
      { network: 'test', root: 'https://api-test.ebsi.eu/path' },
    ])
  })
  it('says of a reference to another which that is, by its origin alone', () => {
    const registries = parseRegistries('pilot') ?? []
    const other = 'https://somebody:secret@api-test.ebsi.eu/trusted-issuers-registry/v5/issuers/1?person=1'
    expect(foreignRegistry(other, registries)).toBe('https://api-test.ebsi.eu')
    expect(foreignRegistry('ebsi:test:trusted-issuers-registry:/issuers/1/attributes/2', registries)).toBe('test')
    for (const text of ['https://api-pilot.ebsi.eu/x', 'ebsi:pilot:trusted-issuers-registry:/issuers/1/attributes/2', 'data:,a', ''])
      expect(foreignRegistry(text, registries)).toBeNull()
    expect(foreignRegistry(`https://x.example/${'x'.repeat(500)}`, registries)).toBeNull()
  })
  it.each([
    '',
    'https://api-pilot.ebsi.eu',
    'pilot=https://api-pilot.ebsi.eu//',
    'pilot=https:///',
    'pilot=ftp://x',
    'pilot=https://u@x',
    'Pilot=https://x',
    'a=https://x b',
    'elsewhere',
    'Pilot',
  ])('%j is none', (text) => expect(parseRegistries(text)).toBeNull())
})

describe('a chain on the pilot', () => {
  const named = (id: string) => [{ id, type: 'IssuanceCertificate' }]
  const given = { did: ti.did, attributeId: IDS.ti }
  const above = { did: tao.did, attributeId: IDS.tao }
  const others = (reference: typeof given): [string][] => [
    [attributeUrl('https://api-test.ebsi.eu', reference)],
    [attributeUrl('https://api.ebsi.eu', reference)],
    [`ebsi:test:trusted-issuers-registry:/issuers/${reference.did}/attributes/${reference.attributeId}`],
  ]

  it('is walked there, by whatever name of it', async () => {
    const uri = `ebsi:pilot:trusted-issuers-registry:/issuers/${ti.did}/attributes/${IDS.ti}`
    for (const termsOfUse of [named(attributeUrl('https://api-pilot.ebsi.eu', given)), named(uri)])
      expect(await found(await pda1({ termsOfUse }), await registry())).toBe('pass chain_trusted')
  })
  it.each(others(given))('is not walked for a credential that was issued by %s', async (id) => {
    expect(await found(await pda1({ termsOfUse: named(id) }), await registry())).toBe('fail terms_of_use_not_registry')
  })
  it.each(others(above))('is not walked by an accreditation that was given by %s', async (id) => {
    const records = await registry([{ id: IDS.ti, vc: { termsOfUse: named(id) } }])
    expect(await found(await pda1(), records)).toBe('fail terms_of_use_not_registry')
  })
  it('is none for a verifier in production', async () => {
    const settings = { registries: parseRegistries(DEFAULT_NETWORK) ?? [] }
    expect(await found(await pda1(), await registry(), { settings })).toBe('fail terms_of_use_not_registry')
  })
})
