import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { sha256 } from './identity.ts'
import { newcomer, TIR_RPC } from './newcomer.ts'
import { type Authority, attest } from './start.ts'
import { openWorld } from './world.ts'

const world = await openWorld()
const { ti, tao, outsider } = world
const asTi = newcomer(world.origin, ti.identity)
const token = await asTi.token('tir_write')

/** An issuer's own server: what it answers to each path, and what it was sent. */
const lists = new Map<string, string>()
let authorization: string | undefined
const server = createServer((request, response) => {
  authorization = request.headers.authorization
  const text = lists.get(request.url ?? '')
  response.writeHead(text === undefined ? 404 : 200).end(text)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
afterAll(() => server.close())
const prefix = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const list = (
  change: object = {},
  by: Authority = ti,
  types: readonly string[] = ['StatusList2021Credential'],
  bytes = 16 * 1024,
): string => {
  const encodedList = gzipSync(Buffer.alloc(bytes)).toString('base64')
  const subject = { id: `${prefix}/1#list`, type: 'StatusList2021', statusPurpose: 'revocation', encodedList, ...change }
  return attest(world.state, by.identity, { types, subject, under: by.attributeId })
}
const bitstring = { type: 'BitstringStatusList', encodedList: `u${gzipSync(Buffer.alloc(16 * 1024)).toString('base64url')}` }
lists.set('/1', list())
lists.set('/2', list(bitstring, ti, ['BitstringStatusListCredential']))
lists.set('/foreign', list({}, tao))
lists.set('/short', list({}, ti, undefined, 100))
lists.set('/kind', list({}, ti, ['VerifiablePortableDocumentA1']))
lists.set('/purpose', list({ statusPurpose: undefined }))
lists.set('/text', 'no list')
lists.set('/forged', list().replace(/.{8}$/, 'AAAAAAAA'))

const data = (change: object = {}): string =>
  JSON.stringify({ prefix, headers: { Authorization: 'Bearer x' }, testSuffix: '/1', ...change })
const PROXIES = `/trusted-issuers-registry/v5/issuers/${ti.did}/proxies`

describe('facts 4.2: proxies', () => {
  test('added, read, used, changed, removed', async () => {
    const proxyData = data()
    const proxyId = sha256(proxyData)
    expect((await asTi.write(TIR_RPC, token, 'addIssuerProxy', { did: ti.did, proxyData }))?.status).toBe('0x1')
    expect((await outsider.request(PROXIES)).json).toMatchObject({
      total: 1,
      items: [{ proxyId, href: `${world.origin}${PROXIES}/${proxyId}` }],
    })
    expect((await outsider.request(`${PROXIES}/${proxyId}`)).json).toEqual(JSON.parse(proxyData))
    for (const path of ['/1', '/2']) {
      const answer = await outsider.request(`${PROXIES}/0x${proxyId}${path}`)
      expect(answer).toMatchObject({ status: 200, text: lists.get(path), type: expect.stringMatching(/^text\/plain/) })
    }
    expect(authorization).toBe('Bearer x')
    const asHex = `0x${Buffer.from(data({ headers: {} })).toString('hex')}`
    const changed = { did: ti.did, proxyId: `0x${proxyId}`, proxyData: asHex }
    expect((await asTi.write(TIR_RPC, token, 'updateIssuerProxy', changed))?.status).toBe('0x1')
    expect((await outsider.request(`${PROXIES}/${proxyId}`)).json).toMatchObject({ headers: {} })
    expect((await asTi.write(TIR_RPC, token, 'removeIssuerProxy', { did: ti.did, proxyId: `0x${proxyId}` }))?.status).toBe('0x1')
    expect((await outsider.request(`${PROXIES}/${proxyId}`)).status).toBe(404)
  })

  test.each<[string, object, RegExp]>([
    ['http elsewhere than on loopback', { prefix: 'http://lists.example' }, /https/],
    ['a query', { prefix: `${prefix}/?a=1` }, /query/],
    ['a fragment', { prefix: `${prefix}/#a` }, /fragment/],
    ['no address', { prefix: 'lists' }, /https/],
    ['another header', { headers: { Cookie: 'a' } }, /headers may be/],
    ['a header that is no text', { headers: { Authorization: ['a'] } }, /a header must be/],
    ['no test address', { testSuffix: undefined }, /required/],
    ['nothing at the test address', { testSuffix: '/none' }, /answers 404/],
    ['the list of another issuer', { testSuffix: '/foreign' }, /another issuer/],
    ['a list that is too short', { testSuffix: '/short' }, /too short/],
    ['a credential that is no list', { testSuffix: '/kind' }, /no status list/],
    ['a list without a purpose', { testSuffix: '/purpose' }, /no purpose/],
    ['no credential', { testSuffix: '/text' }, /no JWT/],
    ['a forged list', { testSuffix: '/forged' }, /does not verify/],
  ])('refused: %s', async (_, change, message) => {
    const params = { from: ti.identity.address, did: ti.did, proxyData: data(change) }
    const { status, json } = await asTi.rpc(TIR_RPC, token, 'addIssuerProxy', params)
    expect({ status, error: json?.error }).toEqual({ status: 400, error: { code: -32602, message: expect.stringMatching(message) } })
  })

  test.each(['/none', '/foreign', '/text', '/forged'])('through a proxy %s is a problem 500', async (path) => {
    const proxyData = data({ headers: { 'Cache-Control': path } })
    await asTi.write(TIR_RPC, token, 'addIssuerProxy', { did: ti.did, proxyData })
    const answer = await outsider.request(`${PROXIES}/${sha256(proxyData)}${path}`)
    expect(answer).toMatchObject({ status: 500, type: 'application/problem+json' })
  })
})
