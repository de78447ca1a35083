import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createIdentity, sha256 } from './identity.ts'
import { CONTRACTS } from './methods/index.ts'
import { schemaId } from './schema_entries.ts'
import { bundled } from './seeds.ts'
import { openWorld } from './world.ts'

const vector = (name: string) => JSON.parse(readFileSync(new URL(`../vectors/ebsi/${name}`, import.meta.url), 'utf8'))

const world = await openWorld()
const { origin, ti, tao, outsider } = world
const DIDS = '/did-registry/v5/identifiers'
const ISSUERS = '/trusted-issuers-registry/v5/issuers'
const SCHEMAS = '/trusted-schemas-registry/v3/schemas'
const get = (path: string, accept?: string) => outsider.request(path, accept === undefined ? {} : { headers: { accept } })
const attribute = `${ISSUERS}/${ti.did}/attributes/${ti.attributeId}`

describe('facts 2.1: DID Registry', () => {
  test('the document is bare, with two keys in their relationships', async () => {
    const { json, type } = await get(`${DIDS}/${ti.did}`)
    const { ledgerKey, signingKey } = ti.identity
    const [ledger, signing] = [`${ti.did}#${ledgerKey.kid}`, `${ti.did}#${signingKey.kid}`]
    expect(type).toBe('application/did+ld+json')
    expect(Object.keys(json ?? {}).sort()).toEqual(Object.keys(vector('pilot/didr-v5-identifier.json')).sort())
    expect(json).toMatchObject({
      id: ti.did,
      capabilityInvocation: [ledger],
      authentication: [ledger, signing],
      assertionMethod: [signing],
    })
  })

  test.each([
    ['application/json', 406],
    ['application/did+ld+json', 200],
    ['application/did+json', 200],
    ['application/json, */*', 200],
    ['text/html', 406],
  ])('Accept: %s answers %i', async (accept, status) => {
    const answer = await get(`${DIDS}/${ti.did}`, accept)
    expect(answer.status).toBe(status)
    if (status === 406) expect(answer.type).toBe('application/problem+json')
  })

  test('application/did+json has no context', async () => {
    expect((await get(`${DIDS}/${ti.did}`, 'application/did+json')).json).not.toHaveProperty('@context')
  })

  test.each([
    [`${DIDS}/did:ebsi:zzzz`, 400, 'Invalid Identifier'],
    [`${DIDS}/did:ebsi:z25Z`, 400, 'Invalid Identifier'],
    [`${DIDS}/${createIdentity().did}`, 404, 'Identifier Not Found'],
    [`${DIDS}/${ti.did}?valid-at=yesterday`, 400, 'Bad Request'],
    [`${DIDS}/${ti.did}?valid-at=2020-01-01T00:00:00Z`, 404, 'Identifier Not Found'],
    [`${DIDS}?verification-method-id=a`, 400, 'Bad Request'],
    [`${DIDS}?verification-relationship=authentication`, 400, 'Bad Request'],
    [`${DIDS}?controller=0x1&verification-method-id=a&verification-relationship=b`, 400, 'Bad Request'],
    [`${ISSUERS}/${createIdentity().did}`, 404, 'Issuer Not Found'],
    [`${ISSUERS}/did:web:example.org`, 400, 'Bad Request'],
    [`${ISSUERS}/${ti.did}/attributes/12`, 400, 'Bad Request'],
    [`${ISSUERS}/${ti.did}/attributes/${'0'.repeat(64)}`, 404, 'Attribute Not Found'],
    [`${attribute}/revisions/${'0'.repeat(64)}`, 404, 'Revision Not Found'],
    [`${ISSUERS}/${ti.did}/proxies/${'0'.repeat(64)}`, 404, 'Proxy Not Found'],
    [`${SCHEMAS}/zabc`, 400, 'Bad Request'],
    [`${SCHEMAS}/0x${'0'.repeat(64)}`, 404, 'Schema Not Found'],
    [`${DIDS}?page[size]=51`, 400, 'Bad Paging Request'],
    [`${DIDS}?page[size]=0`, 400, 'Bad Paging Request'],
    [`${DIDS}?page[after]=first`, 400, 'Bad Paging Request'],
    ['/nothing', 404, 'Not Found'],
  ])('%s is a problem %i %s', async (path, status, title) => {
    const answer = await get(path)
    expect(answer.status).toBe(status)
    expect(answer.type).toBe('application/problem+json')
    expect(answer.json).toMatchObject({ type: 'about:blank', title, status, detail: expect.any(String) })
  })

  test('filters find by controller, and by method with relationship', async () => {
    const { address, signingKey } = ti.identity
    const byController = await get(`${DIDS}?controller=${address}`)
    expect(byController.json?.items).toEqual([{ did: ti.did, href: `${origin}${DIDS}/${ti.did}` }])
    const byMethod = await get(`${DIDS}?verification-method-id=${signingKey.kid}&verification-relationship=assertionMethod`)
    expect(byMethod.json?.total).toBe(1)
    const inAnother = await get(`${DIDS}?verification-method-id=${signingKey.kid}&verification-relationship=capabilityInvocation`)
    expect(inAnother.json?.total).toBe(0)
  })

  test('checkController knows the address of a capabilityInvocation key, without a token', async () => {
    const ask = (did: string, address: unknown) => outsider.rpc(`${DIDS}/${did}/actions`, '', 'checkController', address)
    expect((await ask(ti.did, ti.identity.address.toUpperCase().replace('0X', '0x'))).json?.result).toBe(true)
    expect((await ask(ti.did, tao.identity.address)).json?.result).toBe(false)
    expect((await ask(ti.did, 'nobody')).status).toBe(400)
  })

  test('neither Cache-Control nor ETag is given', async () => {
    const { headers } = await fetch(`${origin}${DIDS}/${ti.did}`)
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual([null, null])
  })
})

describe('facts 2: pages', () => {
  test('links of a list, and the last page that points to itself', async () => {
    const first = (await get(`${DIDS}?page[size]=3`)).json as {
      total: number
      links: Record<string, string>
      items: unknown[]
      pageSize: number
    }
    expect(first).toMatchObject({ pageSize: 3, items: { length: 3 }, self: `${origin}${DIDS}?page[after]=1&page[size]=3` })
    const second = (await get(String(first.links.next).slice(origin.length))).json as typeof first
    expect(second).toMatchObject({ self: first.links.next, items: { length: first.total - 3 } })
    expect(second.links.next).toBe(first.links.next)
    expect(second.links.last).toBe(first.links.next)
    expect(second.links.prev).toBe(first.links.first)
  })

  test('filters stay in the links', async () => {
    const { json } = await get(`${DIDS}?controller=${ti.identity.address}`)
    expect(json?.self).toContain(`controller=${ti.identity.address}&page[after]=1`)
  })
})

describe('facts 2.2: Trusted Issuers Registry', () => {
  test('an issuer links its attributes; the older shape carries them', async () => {
    const newer = await get(`${ISSUERS}/${ti.did}`)
    expect(newer.json).toEqual({ did: ti.did, attributes: `${origin}${ISSUERS}/${ti.did}/attributes`, hasAttributes: true })
    const inline = { did: ti.did, attributes: [{ hash: sha256(ti.credential), body: ti.credential, issuerType: 'TI' }] }
    expect((await get(`${ISSUERS}/${ti.did}?version=deprecated`)).json).toMatchObject(inline)
    world.settings.inlineAttributes = true
    expect((await get(`${ISSUERS}/${ti.did}`)).json).toMatchObject(inline)
    world.settings.inlineAttributes = false
  })

  test('an attribute by its id with and without 0x, and by its revision', async () => {
    const expected = {
      did: ti.did,
      attribute: { hash: sha256(ti.credential), body: ti.credential, issuerType: 'TI', tao: tao.did, rootTao: world.root.did },
    }
    for (const id of [ti.attributeId, `0x${ti.attributeId}`, sha256(ti.credential)]) {
      expect((await get(`${ISSUERS}/${ti.did}/attributes/${id}`)).json).toEqual(expected)
    }
  })

  test('revisions: the reserved attribute had no body', async () => {
    const { json } = await get(`${attribute}/revisions`)
    expect(json?.items).toEqual(
      [ti.attributeId, sha256(ti.credential)].map((id) => ({ id, href: `${origin}${attribute}/revisions/${id}` })),
    )
    const first = await get(`${attribute}/revisions/${ti.attributeId}`)
    expect(first.json).toMatchObject({ attribute: { body: '', issuerType: 'TI', tao: tao.did } })
  })

  test('recorded answers of the pilot network are served as they are', async () => {
    const document = vector('pilot/didr-v5-identifier.json')
    world.seedDocument(document)
    for (const [attributeId, answer] of Object.entries<{ did: string; attribute: never }>(vector('pilot/tir-v5-attribute-by-id.json'))) {
      world.seedAttribute({ did: answer.did, attributeId, ...(answer.attribute as object) } as never)
      expect((await get(`${ISSUERS}/${answer.did}/attributes/${attributeId}`)).json).toEqual(answer)
    }
    expect((await get(`${DIDS}/${document.id}`)).json).toEqual(document)
    world.forget(document.id)
    expect((await get(`${DIDS}/${document.id}`)).status).toBe(404)
    expect((await get(`${ISSUERS}/${document.id}`)).status).toBe(404)
  })
})

describe('facts 2.3 and 9: schemas', () => {
  test.each(vector('schema-ids.json').ids as { schema: string; hex: string; multibase: string }[])(
    '$schema has its id, and is served by both forms of it',
    async ({ schema, hex, multibase }) => {
      expect(schemaId(bundled(schema))).toBe(hex)
      const expected = bundled(schema)
      for (const id of [hex, multibase]) expect((await get(`${SCHEMAS}/${id}`)).json).toEqual(expected)
    },
  )

  test('a revision and its metadata', async () => {
    const { json } = await get(`${SCHEMAS}/z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM/revisions`)
    const [{ href = '' } = {}] = (json?.items ?? []) as { href?: string }[]
    expect((await get(href.slice(origin.length))).json).toHaveProperty('type', 'object')
    expect((await get(`${href.slice(origin.length)}/metadata`)).json).toEqual({})
  })
})

describe('facts 4.1 and 4.2: functions', () => {
  test('every selector of the facts is that of a method', () => {
    const ours = Object.fromEntries(CONTRACTS.flatMap(({ methods }) => methods.map(({ signature, selector }) => [signature, selector])))
    expect(ours).toMatchObject(vector('derivations.json').functionSelectors)
  })
})
