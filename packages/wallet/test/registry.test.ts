import type { View } from '@symbolon/credential'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../src/index.ts'
import { foreignRegistry, registryLookup } from '../src/registry.ts'

const DID = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
const ID = 'a'.repeat(64)
const REGISTRIES = [
  { root: 'https://mirror.example', network: 'pilot' },
  { root: 'https://records.example', network: 'pilot' },
]
const attribute = (root: string) => `${root}/trusted-issuers-registry/v5/issuers/${DID}/attributes/${ID}`

/** A credential that says it was issued by this accreditation, and a network that answers with a status. */
function asking(terms: string | undefined, status = 200) {
  const asked: HttpRequest[] = []
  const termsOfUse = terms === undefined ? [] : [{ id: terms, type: 'IssuanceCertificate' }]
  const view = { vcdm: { types: [], schemas: [], status: [], termsOfUse } } as unknown as View
  const lookup = registryLookup({
    registries: REGISTRIES,
    now: () => 7,
    send: async (request) => {
      asked.push(request)
      return { status, contentType: 'application/json', headers: {}, body: '{}' }
    },
  })
  return { asked, find: (kind: 'accreditation' | 'did_document' | 'status_list', id: string) => lookup({ kind, id }, view) }
}

describe('what a wallet asks the registries of EBSI', () => {
  it('is asked where the credential says it is accredited, with the moment of the answer', async () => {
    const { asked, find } = asking(attribute('https://records.example'))
    expect(await find('accreditation', `${DID} ${ID}`)).toMatchObject({ content: '{}', fetchedAt: 7 })
    await find('did_document', DID)
    await find('did_document', `${DID}?versionTime=2026-06-15T10:00:00Z`)
    expect(asked.map(({ address }) => address)).toEqual([
      attribute('https://records.example'),
      `https://records.example/did-registry/v5/identifiers/${DID}`,
      `https://records.example/did-registry/v5/identifiers/${DID}?valid-at=2026-06-15T10%3A00%3A00Z`,
    ])
    expect(asked.map(({ headers }) => headers.accept)).toEqual(['application/json', 'application/did+ld+json', 'application/did+ld+json'])
  })

  it('by an ebsi: URI too', async () => {
    const { asked, find } = asking(`ebsi:pilot:trusted-issuers-registry:/issuers/${DID}/attributes/${ID}`)
    await find('accreditation', `${DID} ${ID}`)
    expect(asked[0]?.address).toBe(attribute('https://mirror.example'))
  })

  it.each([
    ['a registry that is not known', attribute('https://records.attacker.example')],
    ['a registry whose name only begins so', attribute('https://records.example.attacker.example')],
    ['another network', `ebsi:test:trusted-issuers-registry:/issuers/${DID}/attributes/${ID}`],
    ['none', undefined],
  ])('nobody is asked for what names %s', async (_, terms) => {
    const { asked, find } = asking(terms)
    expect(await find('accreditation', `${DID} ${ID}`)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('not for lists, nor for documents of other methods; what is not there is no answer', async () => {
    const { asked, find } = asking(attribute('https://records.example'), 404)
    expect(await find('status_list', 'https://records.example/list')).toBeUndefined()
    expect(await find('did_document', 'did:web:registry.example')).toBeUndefined()
    expect(asked).toEqual([])
    expect(await find('did_document', DID)).toBeUndefined()
    expect(asked).toHaveLength(1)
  })
})

describe('what a credential names that is no registry of ours', () => {
  it.each([
    [
      'another host, by its origin alone',
      attribute('https://user:secret@records.attacker.example:8443'),
      'https://records.attacker.example:8443',
    ],
    ['another network', `ebsi:test:trusted-issuers-registry:/issuers/${DID}/attributes/${ID}`, 'ebsi:test'],
    ['nothing that is a registry', 'urn:example:terms', undefined],
    ['one of ours', attribute('https://records.example'), undefined],
    ['none', undefined, undefined],
  ])('is told of: %s', (_, terms, told) => {
    const termsOfUse = terms === undefined ? [] : [{ id: terms, type: 'IssuanceCertificate' }]
    const view = { vcdm: { types: [], schemas: [], status: [], termsOfUse } } as unknown as View
    expect(foreignRegistry(view, REGISTRIES)).toBe(told)
  })
})
