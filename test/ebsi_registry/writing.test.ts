import { describe, expect, test } from 'vitest'
import { BASE_DOCUMENT, methodParameters, signTransaction } from './hand_made.ts'
import { createIdentity, keyPair } from './identity.ts'
import { DIDR_RPC, newcomer, TIR_RPC, TSR_RPC } from './newcomer.ts'
import type { UnsignedTransaction } from './transactions.ts'
import { openWorld } from './world.ts'

const world = await openWorld()
const { ti, tao, outsider } = world
const asTi = newcomer(world.origin, ti.identity)
const asTao = newcomer(world.origin, tao.identity)
const now = () => Math.floor(Date.now() / 1000)
const times = { notBefore: now(), notAfter: now() + 1000 }
const hex = (text: string): string => `0x${Buffer.from(text).toString('hex')}`
const document = async (did: string, query = '') => (await outsider.request(`/did-registry/v5/identifiers/${did}${query}`)).json
const attributeOf = async (did: string, id: string) =>
  (await outsider.request(`/trusted-issuers-registry/v5/issuers/${did}/attributes/${id}`)).json?.attribute
const tokens = { didr: await asTi.token('didr_write'), tir: await asTi.token('tir_write'), tsr: await asTi.token('tsr_write') }

const registered = async () => {
  const one = newcomer(world.origin)
  await one.onboard(world.onboard(one.identity.did))
  return { ...one, did: one.identity.did, didr: await one.token('didr_write') }
}

describe('facts 4.1 and 4.2: from nobody to a trusted issuer, by hand-made messages', () => {
  test('onboarding, accreditation, revocation', async () => {
    const one = newcomer(world.origin)
    const { did, ledgerKey, signingKey } = one.identity
    const post = (path: string, body: object) => one.request(path, { method: 'POST', body: JSON.stringify(body) })
    const { json: invitation } = await post('/double/onboarding', { did })
    await one.onboard(String(invitation?.credential))
    expect(await document(did)).toMatchObject({
      verificationMethod: [{ id: `${did}#${ledgerKey.kid}` }, { id: `${did}#${signingKey.kid}` }],
      assertionMethod: [`${did}#${signingKey.kid}`],
      capabilityInvocation: [`${did}#${ledgerKey.kid}`],
    })

    const { json } = await post('/double/accreditation', { did, role: 'TI' })
    const { attributeId, credential } = json as { attributeId: string; credential: string }
    expect(await attributeOf(did, attributeId)).toMatchObject({ body: '', issuerType: 'TI', tao: tao.did, rootTao: world.root.did })
    const token = await one.token('tir_invite', { credentials: [credential] })
    const receipt = await one.write(TIR_RPC, token, 'setAttributeData', {
      did,
      attributeId: `0x${attributeId}`,
      attributeData: hex(credential),
    })
    expect(receipt).toMatchObject({ status: '0x1', from: one.identity.address })
    expect(await attributeOf(did, attributeId)).toMatchObject({ body: credential, issuerType: 'TI' })
    expect(typeof (await one.token('tir_write'))).toBe('string')

    expect((await post('/double/revocation', { did })).json).toEqual({ revoked: [attributeId] })
    // The contract keeps no data with new metadata: the body of the latest revision is empty.
    expect(await attributeOf(did, attributeId)).toMatchObject({ body: '', issuerType: 'Revoked' })
  })
})

describe('facts 4: sendSignedTransaction refuses, in this order', () => {
  const service = {
    did: ti.did,
    service: JSON.stringify({ id: `${ti.did}#web`, type: 'LinkedDomains', serviceEndpoint: 'https://a.example' }),
  }
  const signed = (alter?: (unsigned: UnsignedTransaction) => UnsignedTransaction) =>
    asTi.signed(DIDR_RPC, tokens.didr, 'addService', service, alter)
  const send = (path: string, token: string, params: object) => asTi.rpc(path, token, 'sendSignedTransaction', params)
  const asVoter = createIdentity()

  test.each<[string, () => Promise<object>, RegExp]>([
    ['another protocol', async () => ({ ...(await signed()).params, protocol: 'btc' }), /protocol/],
    ['an incomplete transaction', async () => ({ ...(await signed()).params, unsignedTransaction: {} }), /incomplete/],
    [
      'a transaction that is not the signed one',
      async () => {
        const { params } = await signed()
        return { ...params, unsignedTransaction: { ...params.unsignedTransaction, gasLimit: '0x1' } }
      },
      /is not signedRawTransaction/,
    ],
    ['another r', async () => ({ ...(await signed()).params, r: '0x1' }), /is not signedRawTransaction/],
    [
      'the signature of another key',
      async () => signTransaction((await signed()).params.unsignedTransaction, asVoter.ledgerKey).params,
      /not that of from/,
    ],
    ['another chain', async () => (await signed((unsigned) => ({ ...unsigned, chainId: '0x1' }))).params, /chainId/],
    ['another contract', async () => (await signed((unsigned) => ({ ...unsigned, to: `0x${'22'.repeat(20)}` }))).params, /to is not/],
    ['another function', async () => (await signed((unsigned) => ({ ...unsigned, data: '0xdeadbeef' }))).params, /function called/],
    [
      'data cut off',
      async () => (await signed((unsigned) => ({ ...unsigned, data: unsigned.data.slice(0, 100) }))).params,
      /no call of updateBaseDocument/,
    ],
    [
      'bytes behind the data',
      async () => (await signed((unsigned) => ({ ...unsigned, data: `${unsigned.data}${'00'.repeat(32)}` }))).params,
      /data/,
    ],
    ['a nonce that was used', async () => (await signed((unsigned) => ({ ...unsigned, nonce: '0x0' }))).params, /Nonce too low/],
  ])('%s', async (_, params, message) => {
    const { status, json } = await send(DIDR_RPC, tokens.didr, await params())
    expect({ status, json }).toEqual({
      status: 400,
      json: { jsonrpc: '2.0', id: 1, error: { code: expect.any(Number), message: expect.stringMatching(message) } },
    })
  })

  test('a scope that does not allow the function; a call that the other registry built', async () => {
    const { params } = await signed()
    expect((await send(DIDR_RPC, tokens.tir, params)).json?.error).toMatchObject({ message: expect.stringMatching(/scope tir_write/) })
    expect((await send(TIR_RPC, tokens.tir, params)).json?.error).toMatchObject({ message: expect.stringMatching(/to is not/) })
  })

  test('arguments that the builder refuses', async () => {
    const { ledgerKey, publicKey } = asVoter
    const right = { did: ti.did, ...methodParameters(ledgerKey, publicKey) }
    const { params } = await asTi.signed(DIDR_RPC, tokens.didr, 'addVerificationMethod', right)
    const { unsignedTransaction: built } = params
    const wrong = built.data.replace(Buffer.from(ledgerKey.kid).toString('hex'), Buffer.from('A'.repeat(43)).toString('hex'))
    const altered = signTransaction({ ...built, data: wrong }, ti.identity.ledgerKey)
    expect((await send(DIDR_RPC, tokens.didr, altered.params)).json?.error).toMatchObject({ message: expect.stringMatching(/thumbprint/) })
  })

  test('with an invitation, another DID than that of the token', async () => {
    const [one, other] = [newcomer(world.origin), newcomer(world.origin)]
    const token = await one.token('didr_invite', { credentials: [world.onboard(one.identity.did)] })
    const params = {
      did: other.identity.did,
      baseDocument: BASE_DOCUMENT,
      ...methodParameters(one.identity.ledgerKey, one.identity.publicKey),
      ...times,
    }
    const built = await one.rpc(DIDR_RPC, token, 'insertDidDocument', { from: one.identity.address, ...params })
    expect(built.json?.error).toMatchObject({ message: expect.stringMatching(/subject of the token/) })
    const { params: sent } = await newcomer(world.origin, one.identity).signed(DIDR_RPC, tokens.didr, 'insertDidDocument', params)
    expect((await one.rpc(DIDR_RPC, token, 'sendSignedTransaction', sent)).json?.error).toMatchObject({
      message: expect.stringMatching(/subject of the token/),
    })
  })

  test('a signer that does not control the subject of the token, where issuers and schemas are written', async () => {
    const metadata = {
      did: ti.did,
      attributeId: `0x${'ab'.repeat(32)}`,
      issuerType: 3,
      taoDid: tao.did,
      taoAttributeId: `0x${tao.attributeId}`,
    }
    const { params } = await asTao.signed(TIR_RPC, await asTao.token('tir_write'), 'setAttributeMetadata', metadata)
    expect((await send(TIR_RPC, tokens.tir, params)).json?.error).toMatchObject({ message: expect.stringMatching(/not controlled/) })
  })

  test('no token, and one that is none', async () => {
    const { params } = await signed()
    for (const token of ['', 'a.b.c']) {
      expect(await send(DIDR_RPC, token, params)).toMatchObject({ status: 401, type: 'application/problem+json' })
    }
  })

  test('outside strict mode nobody is asked for a token, and the contract refuses all the same', async () => {
    world.settings.strict = false
    const one = newcomer(world.origin)
    const { did, ledgerKey, publicKey } = one.identity
    const first = { did, baseDocument: BASE_DOCUMENT, ...methodParameters(ledgerKey, publicKey), ...times }
    expect((await one.write(DIDR_RPC, '', 'insertDidDocument', first))?.status).toBe('0x1')
    expect((await one.write(DIDR_RPC, '', 'updateBaseDocument', { did: ti.did, baseDocument: BASE_DOCUMENT }))?.status).toBe('0x0')
    world.settings.strict = true
  })

  test('older builds answer errors with 200', async () => {
    world.settings.rpcErrorStatus = 200
    expect(await send(DIDR_RPC, tokens.didr, {})).toMatchObject({ status: 200, json: { error: { code: -32602 } } })
    world.settings.rpcErrorStatus = 400
  })

  test('the right one passes, once', async () => {
    const { params, hash } = await signed()
    expect((await send(DIDR_RPC, tokens.didr, params)).json?.result).toBe(`0x${hash.replace(/^0x/, '')}`)
    expect((await send(DIDR_RPC, tokens.didr, params)).json?.error).toMatchObject({ message: 'Known transaction' })
    expect(await document(ti.did)).toMatchObject({ service: [{ type: 'LinkedDomains' }] })
    expect((await asTi.write(DIDR_RPC, tokens.didr, 'revokeService', { did: ti.did, serviceId: `${ti.did}#web` }))?.status).toBe('0x1')
    expect(await document(ti.did)).not.toHaveProperty('service')
  })
})

describe('facts 4: builders', () => {
  const key = keyPair('ES256')
  const method = { did: ti.did, ...methodParameters(key, '') }
  test.each<[string, string, object, RegExp]>([
    ['unheard', DIDR_RPC, {}, /not found/],
    ['setAttributeData', DIDR_RPC, {}, /not found/],
    ['addVerificationMethod', DIDR_RPC, { ...method, did: 'did:ebsi:zzz' }, /did must be/],
    ['addVerificationMethod', DIDR_RPC, { ...method, from: 'nobody' }, /from/],
    ['addVerificationMethod', DIDR_RPC, { ...method, vMethodId: 'keys-1' }, /vMethodId must be a thumbprint/],
    ['addVerificationMethod', DIDR_RPC, { ...method, vMethodId: 'A'.repeat(43) }, /thumbprint of publicKey/],
    ['addVerificationMethod', DIDR_RPC, { ...method, isSecp256k1: true }, /no key/],
    ['addVerificationMethod', DIDR_RPC, { ...method, isSecp256k1: 'yes' }, /true or false/],
    ['addVerificationMethod', DIDR_RPC, { ...method, publicKey: hex(JSON.stringify(key.privateJwk)) }, /no key/],
    ['addVerificationRelationship', DIDR_RPC, { did: ti.did, name: 'friend', vMethodId: key.kid, ...times }, /name must be one of/],
    [
      'addVerificationRelationship',
      DIDR_RPC,
      { did: ti.did, name: 'authentication', vMethodId: key.kid, notBefore: 9, notAfter: 3 },
      /before/,
    ],
    ['revokeVerificationMethod', DIDR_RPC, { did: ti.did, vMethodId: key.kid, notAfter: now() + 500 }, /past/],
    ['expireVerificationMethod', DIDR_RPC, { did: ti.did, vMethodId: key.kid, notAfter: now() - 500 }, /future/],
    ['updateBaseDocument', DIDR_RPC, { did: ti.did, baseDocument: '{}' }, /@context/],
    ['addService', DIDR_RPC, { did: ti.did, service: '{}' }, /service must be/],
    ['revokeService', DIDR_RPC, { did: ti.did, serviceId: 'none' }, /no service/],
    ['setAttributeMetadata', TIR_RPC, { did: ti.did, attributeId: `0x${'1'.repeat(64)}`, issuerType: 5 }, /issuerType/],
    [
      'setAttributeData',
      TIR_RPC,
      { did: ti.did, attributeId: ti.attributeId, attributeData: hex(ti.credential) },
      /attributeId must be 0x/,
    ],
    ['setAttributeData', TIR_RPC, { did: ti.did, attributeId: `0x${ti.attributeId}`, attributeData: hex('text') }, /VC-JWT/],
    ['insertSchema', TSR_RPC, { schemaId: `0x${'1'.repeat(64)}`, schema: hex('{}'), metadata: hex('{}') }, /schemaId is not/],
    ['insertSchema', TSR_RPC, { schemaId: `0x${'1'.repeat(64)}`, schema: hex('{"$ref":"a.json"}'), metadata: hex('{}') }, /other files/],
  ])('%s on %s refuses %j', async (name, path, params, message) => {
    const token = { [DIDR_RPC]: tokens.didr, [TIR_RPC]: tokens.tir, [TSR_RPC]: tokens.tsr }[path] ?? ''
    const { status, json } = await asTi.rpc(path, token, name, { from: ti.identity.address, ...params })
    expect({ status, error: json?.error }).toEqual({
      status: 400,
      error: { code: expect.any(Number), message: expect.stringMatching(message) },
    })
  })

  test('a transaction of no value, with gas only where an estimate is possible', async () => {
    const build = async (params: object) =>
      (await asTi.rpc(DIDR_RPC, tokens.didr, 'addController', { from: ti.identity.address, ...params })).json?.result
    const shape = { from: ti.identity.address, value: '0x0', gasPrice: '0x0', chainId: '0x181f', nonce: expect.stringMatching(/^0x/) }
    expect(await build({ did: ti.did, controller: tao.did })).toMatchObject({ ...shape, gasLimit: '0x222e0' })
    expect(await build({ did: ti.did, controller: createIdentity().did })).toMatchObject({ ...shape, gasLimit: '0x1000000' })
  })

  test('what is no JSON-RPC', async () => {
    const post = (body: string) => asTi.request(DIDR_RPC, { method: 'POST', body, headers: { authorization: `Bearer ${tokens.didr}` } })
    for (const body of ['{', '{}', '[]', '{"jsonrpc":"2.0","id":1,"method":"addController","params":{}}']) {
      expect(await post(body)).toMatchObject({ status: 400, json: { jsonrpc: '2.0', error: { code: expect.any(Number) } } })
    }
  })
})

describe('facts 4.1: what the DID registry does', () => {
  test('keys: added, expired, revoked, rolled; moments in the past', async () => {
    const one = await registered()
    const write = (name: string, params: object) => one.write(DIDR_RPC, one.didr, name, { did: one.did, ...params })
    const [first, second] = [keyPair('ES256'), keyPair('ES256')]
    const begin = now()
    await write('addVerificationMethod', methodParameters(first, ''))
    expect(JSON.stringify(await document(one.did))).not.toContain(first.kid)
    const relationship = { name: 'assertionMethod', vMethodId: first.kid, notBefore: begin, notAfter: begin + 100_000 }
    expect((await write('addVerificationRelationship', relationship))?.status).toBe('0x1')
    expect((await write('addVerificationRelationship', relationship))?.status).toBe('0x0')
    expect(JSON.stringify(await document(one.did))).toContain(first.kid)

    const rollArgs = {
      did: one.did,
      ...methodParameters(second, ''),
      notBefore: begin,
      notAfter: begin + 100_000,
      oldVMethodId: first.kid,
      duration: 500,
    }
    const flat = await one.rpc(DIDR_RPC, one.didr, 'rollVerificationMethod', { from: one.identity.address, ...rollArgs })
    const nested = await one.rpc(DIDR_RPC, one.didr, 'rollVerificationMethod', { from: one.identity.address, rollArgs })
    expect(nested.json?.result).toEqual(flat.json?.result)
    expect((await write('rollVerificationMethod', { rollArgs }))?.status).toBe('0x1')
    const at = (seconds: number) => document(one.did, `?valid-at=${new Date(seconds * 1000).toISOString()}`)
    expect((await at(begin + 400))?.assertionMethod).toEqual(
      expect.arrayContaining([`${one.did}#${first.kid}`, `${one.did}#${second.kid}`]),
    )
    expect((await at(begin + 600))?.assertionMethod).not.toContain(`${one.did}#${first.kid}`)

    expect((await write('expireVerificationMethod', { vMethodId: second.kid, notAfter: begin + 800 }))?.status).toBe('0x1')
    expect((await at(begin + 900))?.assertionMethod).not.toContain(`${one.did}#${second.kid}`)
    expect((await write('revokeVerificationMethod', { vMethodId: second.kid, notAfter: begin - 5 }))?.status).toBe('0x1')
    expect(JSON.stringify(await document(one.did))).not.toContain(second.kid)
    expect((await write('revokeVerificationMethod', { vMethodId: second.kid, notAfter: begin - 5 }))?.status).toBe('0x0')
  })

  test('controllers write for another DID, until they are taken away', async () => {
    const [one, helper] = [await registered(), await registered()]
    const write = () => helper.write(DIDR_RPC, helper.didr, 'updateBaseDocument', { did: one.did, baseDocument: BASE_DOCUMENT })
    expect((await write())?.status).toBe('0x0')
    await one.write(DIDR_RPC, one.didr, 'addController', { did: one.did, controller: helper.did })
    expect((await write())?.status).toBe('0x1')
    await one.write(DIDR_RPC, one.didr, 'revokeController', { did: one.did, controller: helper.did })
    expect((await write())?.status).toBe('0x0')
  })

  test('a DID is inserted once', async () => {
    const one = await registered()
    const { ledgerKey, publicKey } = one.identity
    const again = { did: one.did, baseDocument: BASE_DOCUMENT, ...methodParameters(ledgerKey, publicKey), ...times }
    const receipt = await one.write(DIDR_RPC, one.didr, 'insertDidDocument', again)
    expect(receipt).toMatchObject({ status: '0x0', revertReason: `0x08c379a0${receipt?.revertReason?.toString().slice(10)}` })
    expect(Buffer.from(String(receipt?.revertReason).slice(2), 'hex').toString()).toContain('already exists')
  })
})

describe('facts 4.2: who may set an attribute', () => {
  const metadata = (params: object) => ({
    did: ti.did,
    attributeId: `0x${'cd'.repeat(32)}`,
    issuerType: 3,
    taoDid: ti.did,
    taoAttributeId: `0x${ti.attributeId}`,
    ...params,
  })
  const refused = async (params: object, as = asTi, scope = tokens.tir) =>
    Buffer.from(
      String((await as.write(TIR_RPC, scope, 'setAttributeMetadata', metadata(params)))?.revertReason ?? '').slice(2),
      'hex',
    ).toString()

  test('a TI accredits nobody, and nobody makes itself a root', async () => {
    expect(await refused({})).toContain('not TAO/RootTao')
    expect(await refused({ issuerType: 1, taoDid: ti.did, taoAttributeId: `0x${'0'.repeat(64)}` })).toContain('TIR:setAttributeMetadata')
    expect(await refused({ taoDid: tao.did, taoAttributeId: `0x${tao.attributeId}` })).toContain('not TAO/RootTao')
  })

  test('a TAO takes back only what is in its chain; nobody takes the id of another', async () => {
    const token = await asTao.token('tir_write')
    const own = { taoDid: tao.did, taoAttributeId: `0x${tao.attributeId}` }
    expect(
      await refused({ did: world.root.did, attributeId: `0x${world.root.attributeId}`, issuerType: 4, ...own }, asTao, token),
    ).toContain('of current did')
    expect(await refused({ did: tao.did, attributeId: `0x${ti.attributeId}`, ...own }, asTao, token)).toContain('already stored')
    expect(await refused({ ...own, taoAttributeId: `0x${'9'.repeat(64)}` }, asTao, token)).toContain('has not been found')
  })

  test('data only by the issuer itself, for an attribute that is there', async () => {
    const data = { did: ti.did, attributeId: `0x${'77'.repeat(32)}`, attributeData: hex(tao.credential) }
    expect((await asTi.write(TIR_RPC, tokens.tir, 'setAttributeData', data))?.status).toBe('0x0')
    const foreign = { ...data, attributeId: `0x${ti.attributeId}` }
    expect((await asTao.write(TIR_RPC, await asTao.token('tir_write'), 'setAttributeData', foreign))?.status).toBe('0x0')
  })
})

describe('facts 4.3: schemas', () => {
  test('inserted, its metadata changed, once', async () => {
    const { schemaId } = await import('./schema_entries.ts')
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties: { a: { type: 'string' } } }
    const id = schemaId(schema) ?? ''
    const params = { schemaId: id, schema: hex(JSON.stringify(schema)), metadata: hex('{"name":"a"}') }
    expect((await asTi.write(TSR_RPC, tokens.tsr, 'insertSchema', params))?.status).toBe('0x1')
    expect((await asTi.write(TSR_RPC, tokens.tsr, 'insertSchema', params))?.status).toBe('0x0')
    const path = `/trusted-schemas-registry/v3/schemas/${id}`
    expect((await outsider.request(path)).json).toEqual(schema)
    const titled = { ...params, schema: hex(JSON.stringify({ ...schema, title: 'A' })) }
    expect((await asTi.write(TSR_RPC, tokens.tsr, 'updateSchema', titled))?.status).toBe('0x1')
    const [{ schemaRevisionId = '' } = {}] = ((await outsider.request(`${path}/revisions`)).json?.items ?? []) as {
      schemaRevisionId?: string
    }[]
    const metadata = { schemaId: id, schemaRevisionId, metadata: hex('{"name":"b"}') }
    expect((await asTi.write(TSR_RPC, tokens.tsr, 'updateMetadata', metadata))?.status).toBe('0x1')
    expect((await outsider.request(`${path}/revisions/${schemaRevisionId}/metadata`)).json).toEqual({ name: 'b' })
  })
})
