import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDidEbsi, registryCall } from '@symbolon/ebsi'
import { describe, expect, test } from 'vitest'
import { accessToken, fetchAttribute, fetchDocument, onboard, openNetwork, writer } from '../src/index.ts'
import { at, DOCUMENT, faulty, PATIENCE, result, TOKEN } from './faulty.ts'
import { asOurs, changed, json, refusal, rpcMethod, type Spoil, type Wire } from './world.ts'

/** The happy onboarding with one answer changed: what is refused, and with which code. */
const world = faulty()
const { signed, fresh, network, refused, elsewhere } = world

/** The document as the registry serves it, once it does. */
const afterInsert = (act: (forward: () => Promise<Wire>) => Promise<Wire | null | undefined>): Spoil =>
  at(DOCUMENT, async (_, forward) => {
    const answer = await forward()
    return answer.status === 200 ? act(async () => answer) : answer
  })

test('the happy flow is refused nothing', async () => {
  expect(await refused((_, forward) => forward())).toBe('nothing was refused')
  expect(signed).toHaveLength(4)
})

describe('an answer', () => {
  test.each<[string, Spoil, string | RegExp]>([
    [
      'that never comes',
      at(DOCUMENT, async () => undefined),
      /^registry_too_slow: 127\.0\.0\.1:[0-9]+\/did-registry\/v5\/identifiers\/did:ebsi:/,
    ],
    [
      'that never comes, for a token',
      at(TOKEN, async () => undefined),
      /^registry_too_slow: 127\.0\.0\.1:[0-9]+\/authorisation\/v4\/token$/,
    ],
    [
      'that is huge',
      at(DOCUMENT, async () => ({ ...json({}, 200, 'application/did+ld+json'), body: ' '.repeat(1_048_577) })),
      /^registry_too_large: .*: limit 1048576 bytes$/,
    ],
    ['that is huge, for a token', at(TOKEN, async () => json({ access_token: 'x'.repeat(2_000_000) })), /^registry_too_large/],
    [
      'about another DID',
      afterInsert((forward) => changed(forward, (body) => ({ ...body, id: 'did:ebsi:zZeKyEJfUTGwajhNyNX928z' }))),
      'registry_answer_of_other: id of the DID document',
    ],
    [
      'in another media type',
      afterInsert(async (forward) => ({ ...(await forward()), headers: { 'content-type': 'text/html' } })),
      'registry_content_type: application/did+ld+json',
    ],
    [
      'in the media type of other JSON',
      afterInsert(async (forward) => ({ ...(await forward()), headers: { 'content-type': 'application/json' } })),
      'registry_content_type: application/did+ld+json',
    ],
    [
      'without a media type',
      afterInsert(async (forward) => ({ ...(await forward()), headers: {} })),
      'registry_content_type: application/did+ld+json',
    ],
    [
      'of "not found" by something else than a registry',
      at(DOCUMENT, async () => ({ ...json('', 404), headers: { 'content-type': 'text/html' } })),
      'registry_content_type: application/problem+json or application/json',
    ],
    ['with HTTP status 503', at(DOCUMENT, async () => json({}, 503)), 'registry_failed: HTTP status 503'],
    ['with HTTP status 406', at(DOCUMENT, async () => json({}, 406)), 'registry_refused: HTTP status 406'],
    [
      'that is no JSON',
      at(DOCUMENT, async () => ({ ...json({}, 200, 'application/did+ld+json'), body: '{' })),
      'registry_answer_malformed: not JSON',
    ],
    ['that is a list', at(DOCUMENT, async () => json([], 200, 'application/did+ld+json')), 'registry_answer_malformed: DID document'],
    [
      'whose keys are none',
      afterInsert((forward) => changed(forward, (body) => ({ ...body, verificationMethod: ['x'] }))),
      'registry_answer_malformed: verificationMethod',
    ],
    ['that breaks off', at(DOCUMENT, async () => null), /^registry_unreachable/],
  ])('%s', async (_, spoil, code) => {
    const settings = String(code).includes('too_slow') ? { patience: PATIENCE } : {}
    expect(await refused(spoil, settings)).toMatch(
      typeof code === 'string' ? new RegExp(`^${code.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : code,
    )
  })

  test.each([301, 302, 303, 307, 308])('that leads elsewhere with status %i is not followed', async (status) => {
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
    const redirect: Spoil = async () => ({ status, headers: { location }, body: '' })
    expect(await refused(at(DOCUMENT, redirect))).toMatch(/^registry_redirected/)
    expect(await refused(at(TOKEN, redirect))).toMatch(/^registry_redirected/)
    expect(await refused(at('insertDidDocument', redirect))).toMatch(/^registry_redirected/)
  })

  test('in drops is given up in time', async () => {
    const dripping = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/did+ld+json' })
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    })
    await new Promise<void>((ready) => dripping.listen(0, '127.0.0.1', ready))
    const slow = network({ registry: `http://127.0.0.1:${(dripping.address() as AddressInfo).port}`, fetch, patience: PATIENCE })
    expect(await refusal(onboard(slow, fresh(), 'a.b.c'))).toMatch(/^registry_too_slow/)
    dripping.closeAllConnections()
    dripping.close()
  })

  test('that is not UTF-8', async () => {
    const binary = createServer((_, response) =>
      response.writeHead(200, { 'content-type': 'application/did+ld+json' }).end(Buffer.of(0x22, 0xff, 0x22)),
    )
    await new Promise<void>((ready) => binary.listen(0, '127.0.0.1', ready))
    const there = network({ registry: `http://127.0.0.1:${(binary.address() as AddressInfo).port}`, fetch })
    expect(await refusal(onboard(there, fresh(), 'a.b.c'))).toMatch(/^registry_answer_malformed: .*not UTF-8$/)
    binary.close()
  })

  test('of nobody', async () => {
    const nobody = network({ registry: 'http://127.0.0.1:9', fetch })
    expect(await refusal(onboard(nobody, fresh(), 'a.b.c'))).toMatch(/^registry_unreachable/)
  })
})

describe('an access token', () => {
  test('is refused with the reason of the service', async () => {
    const other = world.double.onboard(createDidEbsi(randomBytes))
    world.proxy.spoil((_, forward) => forward())
    expect(await refusal(onboard(network(), fresh(), other))).toMatch(/^authorisation_refused: ./)
    expect(signed).toEqual([])
  })

  test('is refused for a DID that is registered already', async () => {
    const { did } = await world.double.registered()
    world.proxy.spoil((_, forward) => forward())
    expect(await refusal(accessToken(network(), fresh(did), 'didr_invite', [world.double.onboard(did)]))).toMatch(
      /^authorisation_refused: .*registered already/,
    )
  })

  test.each<[string, (token: Record<string, never>) => unknown, string]>([
    ['of another scope', (token) => ({ ...token, scope: 'openid tir_write' }), 'registry_answer_of_other: scope'],
    ['of another kind', (token) => ({ ...token, token_type: 'DPoP' }), 'registry_answer_malformed: token_type'],
    ['that would be a header of its own', (token) => ({ ...token, access_token: 'a\r\nx: b' }), 'registry_answer_malformed: access_token'],
  ])('%s is not used', async (_, change, code) => {
    expect(await refused(at(TOKEN, (_asked, forward) => changed(forward, change)))).toBe(code)
    expect(signed).toEqual([])
  })

  test('is asked for again when it ended', async () => {
    let now = Math.floor(Date.now() / 1000)
    const short = at(TOKEN, (_, forward) => changed(forward, (token) => ({ ...token, expires_in: 31 })))
    const spoil: Spoil = (asked, forward) => {
      if (rpcMethod(asked) === 'eth_getTransactionReceipt') now += 2
      return short(asked, forward)
    }
    world.double.setClock(() => now * 1000)
    expect(await refused(spoil, { now: () => now })).toBe('nothing was refused')
    expect(world.proxy.seen.filter(({ path }) => path === TOKEN)).toHaveLength(4)
  })
})

describe('a DID', () => {
  test.each([
    ['did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA/../../../ledger', 'did_ebsi_url'],
    ['did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA?valid-at=2020', 'did_ebsi_url'],
    ['did:web:example.org', 'did_ebsi_method'],
  ])('%s does not become a part of an address', async (did, code) => {
    world.proxy.spoil((_, forward) => forward())
    expect(await refusal(fetchDocument(network(), did))).toBe(code)
    expect(await refusal(fetchAttribute(network(), did, 'a'.repeat(64)))).toBe(code)
    expect(await refusal(onboard(network(), fresh(did), 'a.b.c'))).toBe(code)
    expect(world.proxy.seen).toEqual([])
  })

  test('is not registered with a key that is no point of its curve', async () => {
    const identity = fresh()
    const { signingKey: key } = identity
    const wrong = { ...identity, signingKey: { ...key, jwk: { ...key.jwk, x: key.jwk.y ?? '', y: key.jwk.x ?? '' } } }
    expect(await refused((_, forward) => forward(), {}, wrong)).toBe('key_of_other_kind: no point of P-256')
    expect(signed).toEqual([])
  })

  test('that somebody else registered is not ours', async () => {
    const { did } = await world.double.registered()
    expect(await refused((_, forward) => forward(), {}, fresh(did))).toBe('did_registered_by_other')
    expect(signed).toEqual([])
  })
})

describe('JSON-RPC', () => {
  test.each([200, 400] as const)('refuses with HTTP status %i and its reason', async (status) => {
    world.double.settings.rpcErrorStatus = status
    const spoil = at('insertDidDocument', async (asked, forward) => {
      // Another registry's method: the real service answers with an error.
      const { path } = asked
      expect(path).toBe('/did-registry/v5/jsonrpc')
      return changed(forward, (body) => ({
        jsonrpc: '2.0',
        id: body.id,
        error: { code: -32602, message: 'Invalid params: no' },
      }))
    })
    expect(await refused(spoil)).toBe('registry_refused: Invalid params: no')
    expect(signed).toEqual([])
  })

  test.each([200, 400] as const)('of the double refuses with HTTP status %i', async (status) => {
    world.double.settings.rpcErrorStatus = status
    const identity = asOurs(await world.double.registered())
    const call = registryCall('addVerificationMethod', { did: identity.did, vMethodId: 'keys-1', publicKey: '0x00', isSecp256k1: false })
    world.proxy.spoil((_, forward) => forward())
    expect(await refusal(writer(network(), identity).write(call, 'didr_write'))).toBe(
      'registry_refused: Invalid params: vMethodId must be a thumbprint',
    )
  })

  test.each<[string, Spoil, string]>([
    [
      'answers another request',
      at('insertDidDocument', (_, forward) => changed(forward, (body) => ({ ...body, id: 1 }))),
      'registry_answer_of_other: id',
    ],
    [
      'answers in another media type',
      at('insertDidDocument', async (_, forward) => ({ ...(await forward()), headers: { 'content-type': 'text/plain' } })),
      'registry_content_type: application/json',
    ],
    ['answers with no transaction', result('insertDidDocument', () => 'yes'), 'transaction_malformed: not an object'],
    [
      'answers with more than a transaction',
      result('insertDidDocument', (built) => ({ ...built, accessList: '0x' })),
      'transaction_malformed: a member that is not known',
    ],
    [
      'wants the token refused',
      at('insertDidDocument', async () => json({ title: 'Unauthorized', status: 401, detail: 'expired' }, 401, 'application/problem+json')),
      'registry_refused: Unauthorized: expired',
    ],
  ])('%s', async (_, spoil, code) => {
    expect(await refused(spoil)).toBe(code)
    expect(signed).toEqual([])
  })
})

describe('a receipt', () => {
  const receipt = 'eth_getTransactionReceipt'
  test.each<[string, Spoil, string]>([
    ['that never comes', result(receipt, () => null), 'receipt_missing: addVerificationRelationship'],
    [
      'of another transaction',
      result(receipt, (found) => ({ ...found, transactionHash: `0x${'00'.repeat(32)}` })),
      'registry_answer_of_other: receipt',
    ],
    ['without a status', result(receipt, ({ status: _, ...found }) => found), 'registry_answer_malformed: receipt status'],
    [
      'that is refused',
      at(receipt, async (_, forward) => changed(forward, ({ id }) => ({ jsonrpc: '2.0', id, error: { message: 'pruned' } }))),
      'registry_refused: pruned',
    ],
  ])('%s', async (_, spoil, code) => {
    // Where the document shows that it was written all the same, the onboarding goes on; so the document is held back.
    const hidden: Spoil = (asked, forward) =>
      asked.path.includes('/identifiers/')
        ? Promise.resolve(json({ title: 'Identifier Not Found' }, 404, 'application/problem+json'))
        : spoil(asked, forward)
    expect(await refused(hidden)).toBe(code.replace('addVerificationRelationship', 'insertDidDocument'))
  })

  test('that says the contract refused', async () => {
    world.double.state.ledger.revertAll = 'Policy error: no'
    expect(await refused((_, forward) => forward())).toBe('transaction_reverted: Policy error: no')
  })

  test('has a hash to be asked by', async () => {
    const hidden: Spoil = (asked, forward) =>
      asked.path.includes('/identifiers/')
        ? Promise.resolve(json({ title: 'Identifier Not Found' }, 404, 'application/problem+json'))
        : result('sendSignedTransaction', () => '0x1')(asked, forward)
    expect(await refused(hidden)).toBe('registry_answer_malformed: transaction hash')
  })
})

describe('the address of the registries', () => {
  test.each([
    ['http://registry.example'],
    ['ftp://registry.example'],
    ['registry.example'],
    ['https://user:secret@registry.example'],
    ['https://registry.example/?a=b'],
    ['https://registry.example/#a'],
  ])('%s is refused', (address) => {
    expect(() => openNetwork({ registry: address })).toThrow(/^registry_address_malformed/)
    expect(() => openNetwork({ registry: address })).not.toThrow(/secret/)
  })

  test('may have a path, and a slash at its end', () => {
    expect(openNetwork({ registry: 'https://registry.example/ebsi/' }).root).toBe('https://registry.example/ebsi')
    expect(openNetwork({ registry: 'http://[::1]:8090' }).root).toBe('http://[::1]:8090')
  })
})
