import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { createIdentity } from './identity.ts'
import { DIDR_RPC, newcomer } from './newcomer.ts'
import { BESU } from './state.ts'
import { openWorld } from './world.ts'

const world = await openWorld()
const { ti, tao, outsider, faults } = world
const ISSUER = `/trusted-issuers-registry/v5/issuers/${ti.did}`
const DOCUMENT = `/did-registry/v5/identifiers/${ti.did}`
const asTi = newcomer(world.origin, ti.identity)

afterEach(() => {
  faults.clear()
  world.state.ledger.delay = 0
  world.state.ledger.revertAll = null
})

describe('facts 13: faults on demand', () => {
  test('an answer too late', async () => {
    faults.add({ kind: 'delay', path: ISSUER, value: 200 })
    const start = performance.now()
    expect((await outsider.request(ISSUER)).status).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(190)
  })

  test('500, as often as asked for', async () => {
    faults.add({ kind: 'status', path: /issuers/, value: 500, times: 1 })
    expect(await outsider.request(ISSUER)).toMatchObject({ status: 500, type: 'application/problem+json' })
    expect((await outsider.request(ISSUER)).status).toBe(200)
  })

  test('a huge answer, one that is no JSON, another content type', async () => {
    const remove = faults.add({ kind: 'huge', value: 2 ** 20 })
    expect((await outsider.request(ISSUER)).text.length).toBeGreaterThan(2 ** 20)
    remove()
    faults.add({ kind: 'content_type', path: DOCUMENT })
    expect((await outsider.request(DOCUMENT)).type).toBe('text/html')
    faults.add({ kind: 'garbage', path: DOCUMENT })
    expect((await outsider.request(DOCUMENT)).json).toBeNull()
  })

  test('the record of another DID', async () => {
    faults.add({ kind: 'other_did' })
    expect((await outsider.request(DOCUMENT)).json?.id).not.toBe(ti.did)
    expect((await outsider.request(ISSUER)).json?.did).not.toBe(ti.did)
  })

  test('addresses and redirects to another origin', async () => {
    faults.add({ kind: 'off_origin', path: ISSUER })
    expect((await outsider.request(ISSUER)).json?.attributes).toMatch(/^https:\/\/elsewhere\.example\//)
    faults.add({ kind: 'redirect', path: DOCUMENT })
    const { status, headers } = await fetch(`${world.origin}${DOCUMENT}`, { redirect: 'manual' })
    expect([status, headers.get('location')]).toEqual([302, 'https://elsewhere.example/'])
  })

  test('a stale answer: a revocation that is not seen', async () => {
    const { did } = await world.registered()
    const { attributeId } = await world.accredit({ did })
    const path = `/trusted-issuers-registry/v5/issuers/${did}/attributes/${attributeId}`
    const type = async () => ((await outsider.request(path)).json?.attribute as { issuerType?: string } | undefined)?.issuerType
    expect(await type()).toBe('TI')
    await world.revoke(did, attributeId)
    const remove = faults.add({ kind: 'stale', path })
    expect(await type()).toBe('TI')
    remove()
    expect(await type()).toBe('Revoked')
  })

  test('a TAO that was deleted while what it accredited stays', async () => {
    world.forget(tao.did)
    expect((await outsider.request(`/did-registry/v5/identifiers/${tao.did}`)).status).toBe(404)
    expect((await outsider.request(`/trusted-issuers-registry/v5/issuers/${tao.did}`)).status).toBe(404)
    expect((await outsider.request(`${ISSUER}/attributes/${ti.attributeId}`)).json).toMatchObject({ attribute: { tao: tao.did } })
  })
})

describe('facts 2.4: the ledger', () => {
  const ask = async (method: string, params: unknown[]) =>
    (await outsider.request(BESU, { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }) })).json
  const height = async () => Number((await ask('eth_blockNumber', []))?.result)
  const sent = async () => {
    const token = await asTi.token('didr_write')
    const base = JSON.stringify({ '@context': ['https://www.w3.org/ns/did/v1'] })
    const { params } = await asTi.signed(DIDR_RPC, token, 'updateBaseDocument', { did: ti.did, baseDocument: base })
    return String((await asTi.rpc(DIDR_RPC, token, 'sendSignedTransaction', params)).json?.result)
  }

  test('every transaction has a block; blocks count up and name the one before', async () => {
    const before = await height()
    const hash = await sent()
    expect(await height()).toBe(before + 1)
    const number = `0x${(before + 1).toString(16)}`
    expect((await ask('eth_getTransactionByHash', [hash]))?.result).toMatchObject({ hash, from: ti.identity.address, blockNumber: number })
    const [last, previous] = [
      await ask('eth_getBlockByNumber', ['latest', false]),
      await ask('eth_getBlockByNumber', [`0x${before.toString(16)}`, false]),
    ]
    expect(last?.result).toMatchObject({
      number,
      transactions: [hash],
      parentHash: (previous?.result as { hash?: string } | undefined)?.hash,
    })
    expect((await asTi.receipt(hash))?.blockNumber).toBe(number)
  })

  test('a receipt later, never, and one that says the contract refused', async () => {
    world.state.ledger.delay = 150
    const late = await sent()
    expect(await asTi.receipt(late)).toBeNull()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await asTi.receipt(late)).toMatchObject({ status: '0x1' })
    world.state.ledger.delay = 0
    world.state.ledger.revertAll = 'no'
    expect(await asTi.receipt(await sent())).toMatchObject({ status: '0x0', revertReason: expect.stringMatching(/^0x08c379a0/) })
    world.state.ledger.revertAll = null
    world.state.ledger.delay = null
    expect(await asTi.receipt(await sent())).toBeNull()
  })

  test('what it does not know', async () => {
    expect((await ask('eth_getTransactionReceipt', [`0x${'0'.repeat(64)}`]))?.result).toBeNull()
    expect((await ask('eth_sendTransaction', []))?.error).toMatchObject({ code: -32601 })
    expect((await ask('constructor', []))?.error).toMatchObject({ code: -32601 })
    expect((await ask('eth_chainId', []))?.result).toBe('0x181f')
  })
})

describe('addresses of our own', () => {
  const post = (path: string, body: unknown) => outsider.request(`/double/${path}`, { method: 'POST', body: JSON.stringify(body) })

  test.each([
    ['onboarding', {}],
    ['onboarding', { did: 'did:web:example.org' }],
    ['accreditation', { did: ti.did, role: 'King' }],
    ['accreditation', { did: ti.did, types: ['VerifiableDiploma'] }],
    ['revocation', { did: createIdentity().did }],
  ])('%s refuses %j', async (path, body) => {
    expect(await post(path, body)).toMatchObject({ type: 'application/problem+json', json: { title: expect.any(String) } })
  })

  test('npm run ebsi:registry says its address and the root, answers, and stops on Ctrl-C', async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), '--port', '0'])
    const [first] = (await once(child.stdout, 'data')) as [Buffer]
    const [, origin = '', root = ''] = /(http:\/\/127\.0\.0\.1:\d+)\s+RootTAO[^:]*:\s+(did:ebsi:\w+)/.exec(first.toString()) ?? []
    const { json } = await newcomer(origin).request(`/trusted-issuers-registry/v5/issuers/${root}`)
    expect(json).toMatchObject({ did: root, hasAttributes: true })
    const { did } = createIdentity()
    const invited = await newcomer(origin).request('/double/onboarding', { method: 'POST', body: JSON.stringify({ did }) })
    expect(invited.json).toMatchObject({ issuer: root, credential: expect.stringMatching(/^ey/) })
    const alone = { method: 'POST', headers: { accept: 'application/jwt' }, body: JSON.stringify({ did }) }
    const answer = await fetch(`${origin}/double/onboarding`, alone)
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['application/jwt', expect.stringMatching(/^ey[\w.-]+$/)])
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('npm run ebsi:registry explains an option it does not know', async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), '--prot', '1'])
    const [said] = (await once(child.stderr, 'data')) as [Buffer]
    expect(said.toString()).toMatch(/--prot/)
    expect((await once(child, 'exit'))[0]).toBe(2)
  })
})
