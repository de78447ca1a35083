import { readFileSync } from 'node:fs'
import { primitives } from '@symbolon/primitives/node'
import {
  base64url,
  type ConcealedPath,
  compileFrame,
  conceal,
  type DigestTotal,
  type JsonObject,
  parseSdJwt,
  parseSdJwtJson,
  reveal,
  type SdJwtCode,
  SdJwtError,
  select,
  serialize,
  verifySdJwt,
} from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import {
  AUDIENCE,
  bind,
  CNF,
  core,
  craft,
  disclosure,
  ENVELOPE,
  issue,
  issuerSigns,
  NONCE,
  NOW,
  options,
  peerAccepts,
  vc,
} from './sd_jwt_peers.ts'

const bearer = { ...options, keyBinding: 'forbidden' } as const
const given = disclosure('given_name', 'Zoë')

it.each(['core', 'sd-jwt-vc'])('the oracle is @sd-jwt/%s 0.20.0', (name) => {
  const manifest = new URL('../package.json', import.meta.resolve(`@sd-jwt/${name}`))
  expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe('0.20.0')
})

describe('what we issue they verify', () => {
  it.each<[string, JsonObject, ConcealedPath[], DigestTotal[]]>([
    [
      'flat',
      { given_name: 'Zoë', age: 37, married: false, middle: null },
      ['given_name', 'age', 'married', 'middle'].map((name) => ({ path: [name] })),
      [],
    ],
    [
      'nested',
      { address: { street: 'A', city: { name: 'B', code: 1 } } },
      [{ path: ['address', 'street'] }, { path: ['address', 'city', 'code'] }],
      [],
    ],
    [
      'recursive',
      { address: { street: 'A', city: { name: 'B' } } },
      [{ path: ['address'] }, { path: ['address', 'city'] }, { path: ['address', 'city', 'name'] }],
      [],
    ],
    [
      'arrays',
      { list: ['a', { b: 1, c: 2 }, ['d', 'e']] },
      [{ path: ['list', 0] }, { path: ['list', 1] }, { path: ['list', 1, 'b'] }, { path: ['list', 2, 1] }],
      [],
    ],
    [
      'decoys',
      { a: 1, list: ['x', 'y'] },
      [{ path: ['a'] }, { path: ['list', null] }],
      [
        { path: [], total: 9 },
        { path: ['list'], total: 5 },
      ],
    ],
    ['nothing concealed', { a: 1 }, [], []],
  ])('%s', async (_, claims, concealed, totals) => {
    const issued = await issue(claims, concealed, totals)
    for (const peer of [vc, core]) {
      const { payload } = await peer.verify(issued, { currentDate: NOW })
      expect(payload).toEqual({ ...ENVELOPE, ...claims })
    }
    // With all disclosures and a key binding of ours.
    const { payload, kb } = await vc.verify(await bind(issued), { currentDate: NOW, keyBindingNonce: NONCE })
    expect(payload).toMatchObject(claims)
    expect(kb?.payload).toMatchObject({ aud: AUDIENCE, nonce: NONCE })
    // With no disclosure at all.
    await vc.verify(await bind(serialize(parseSdJwt(issued).jwt, [])), { currentDate: NOW, keyBindingNonce: NONCE })
  })

  it('with part of the disclosures, they see what we see', async () => {
    const issued = parseSdJwt(
      await issue(
        { a: 1, b: { c: 2, d: 3 }, list: ['x', 'y'] },
        [['a'], ['b'], ['b', 'c'], ['list', null]].map((path) => ({ path })),
      ),
    )
    const revealed = await reveal(issued, primitives)
    for (const paths of [
      [['a']],
      [['b', 'c']],
      [
        ['b', 'd'],
        ['list', 1],
      ],
      [['list', null]],
    ]) {
      const presentation = await bind(serialize(issued.jwt, select(revealed, paths)))
      const ours = await verifySdJwt(presentation, options)
      const theirs = await vc.verify(presentation, { currentDate: NOW, keyBindingNonce: NONCE })
      expect(theirs.payload).toEqual(ours.claims)
    }
  })
})

describe('what they issue we verify', () => {
  const claims = { given_name: 'Zoë', age: 37, address: { street: 'A', city: 'B' }, list: ['x', 'y'] }
  const frame = {
    _sd: ['given_name', 'age', 'address'],
    address: { _sd: ['street'], _sd_decoy: 2 },
    list: { _sd: [0, 1] },
    _sd_decoy: 3,
  }

  it.each([
    ['@sd-jwt/sd-jwt-vc', vc, (hide: object) => vc.issue({ ...ENVELOPE, ...claims }, hide)],
    ['@sd-jwt/core', core, (hide: object) => core.issue({ ...ENVELOPE, ...claims }, hide, { header: { typ: 'dc+sd-jwt' } })],
  ])('%s', async (name, peer, issueOf) => {
    const issued = await issueOf(frame)
    const all = await verifySdJwt(issued, bearer)
    expect(all.claims).toEqual({ ...ENVELOPE, ...claims })
    expect(parseSdJwt(issued).disclosures.length, name).toBe(6)

    const kb = { payload: { iat: NOW - 5, aud: AUDIENCE, nonce: NONCE } }
    const presentation = await peer.present(issued, { given_name: true, address: { street: true }, list: { 1: true } }, { kb })
    const { claims: seen, keyBinding } = await verifySdJwt(presentation, options)
    expect(seen).toEqual({ ...ENVELOPE, given_name: 'Zoë', address: { street: 'A', city: 'B' }, list: ['y'] })
    expect(keyBinding).toMatchObject({ audience: AUDIENCE, nonce: NONCE, issuedAt: NOW - 5 })

    for (const document of [peer.toFlattenJSON(presentation).toJson(), peer.toGeneralJSON(presentation).toJson()]) {
      const read = await verifySdJwt(parseSdJwtJson(JSON.stringify(document)), options)
      expect(read.claims).toEqual(seen)
    }
  })
})

describe('where they accept and we refuse', () => {
  it('the happy flow, of which each case changes one thing, both accept', async () => {
    const text = await bind(await craft([given]))
    expect(await peerAccepts(text)).toBe(true)
    expect((await verifySdJwt(text, options)).claims).toMatchObject({ given_name: 'Zoë' })
  })

  it.each<[string, SdJwtCode, () => Promise<string>]>([
    ['SD-03: an identical disclosure twice', 'disclosure_repeated', async () => bind(`${await craft([given])}${given}~`)],
    ['SD-05: a disclosure named _sd', 'reserved_name', async () => bind(await craft([disclosure('_sd', 'x')]))],
    ['SD-06: a disclosure named exp', 'claim_not_disclosable', async () => bind(await craft([disclosure('exp', NOW + 9)]))],
    ['SD-06: a disclosure named nbf', 'claim_not_disclosable', async () => bind(await craft([disclosure('nbf', NOW - 9)]))],
    ['SD-06: a disclosure named status', 'claim_not_disclosable', async () => bind(await craft([disclosure('status', 'none')]))],
    [
      'SD-06: a disclosure named vct',
      'claim_not_disclosable',
      async () => {
        const hidden = disclosure('vct', 'https://issuer.example/vct/b')
        const { vct, ...envelope } = ENVELOPE
        expect(vct).toBeDefined()
        return bind(serialize(await issuerSigns({ ...envelope, _sd: [await primitives.digest('sha-256', hidden)] }), [hidden]))
      },
    ],
    ['SD-13: alg none in the header', 'algorithm_not_allowed', async () => bind(await craft([given], { alg: 'none', typ: 'dc+sd-jwt' }))],
    [
      'SD-13: alg RS256 in the header of an ES256 signature',
      'algorithm_not_allowed',
      async () => bind(await craft([given], { alg: 'RS256', typ: 'dc+sd-jwt' })),
    ],
    ['SD-14: typ JWT', 'type_wrong', async () => bind(await craft([given], { alg: 'ES256', typ: 'JWT' }))],
    ['SD-14: no typ', 'type_wrong', async () => bind(await craft([given], { alg: 'ES256' }))],
    ['SD-14: typ vc+sd-jwt', 'type_wrong', async () => bind(await craft([given], { alg: 'ES256', typ: 'vc+sd-jwt' }))],
    [
      'SD-15: an unknown name in crit',
      'critical_header_unknown',
      async () => bind(await craft([given], { alg: 'ES256', typ: 'dc+sd-jwt', crit: ['x'], x: 1 })),
    ],
    ['SD-16: no vct', 'claim_missing', async () => bind(`${await issuerSigns({ iss: ENVELOPE.iss, cnf: CNF })}~`)],
    [
      'SD-18: a key binding for another verifier',
      'key_binding_audience_wrong',
      async () => bind(await craft([given]), { payload: { aud: 'https://other.example' } }),
    ],
    [
      'SD-18: a key binding whose audience is an array',
      'key_binding_malformed',
      async () => bind(await craft([given]), { payload: { aud: [AUDIENCE] } }),
    ],
    [
      'SD-19: a key binding one year old',
      'key_binding_too_old',
      async () => bind(await craft([given]), { payload: { iat: NOW - 31_536_000 } }),
    ],
  ])('%s -> %s', async (_, code, text) => {
    const presentation = await text()
    expect(await peerAccepts(presentation)).toBe(true)
    await expect(verifySdJwt(presentation, options)).rejects.toMatchObject({ code })
  })

  it('SD-17: the key binding stripped although the issuer named a holder key -> key_binding_missing', async () => {
    const stripped = await craft([given])
    const { payload } = await vc.verify(stripped, { currentDate: NOW })
    expect(payload).toMatchObject({ cnf: CNF, given_name: 'Zoë' })
    await expect(verifySdJwt(stripped, options)).rejects.toMatchObject({ code: 'key_binding_missing' })
  })

  it('SD-16: they issue without vct; what they issue we refuse -> claim_missing', async () => {
    const payload: { iss: string; vct: string } = JSON.parse('{"iss":"https://issuer.example"}')
    const issued = await vc.issue(payload)
    await expect(verifySdJwt(issued, bearer)).rejects.toMatchObject({ code: 'claim_missing' })
  })

  it('SD-30: a frame that names a claim that is not there -> claim_not_there', async () => {
    const frame: object = { _sd: ['given_name', 'absent'] }
    const issued = await vc.issue({ ...ENVELOPE, given_name: 'Zoë' }, frame)
    expect(parseSdJwt(issued).disclosures.map(({ name }) => name)).toEqual(['given_name'])
    const ours = conceal({ given_name: 'Zoë' }, compileFrame([{ path: ['given_name'] }, { path: ['absent'] }]), primitives)
    await expect(ours).rejects.toMatchObject({ code: 'claim_not_there' })
  })

  it('the text changed in one place: of as many as there are places they accept some, we none', async () => {
    const presentation = await bind(await craft([given, disclosure('age', 37)]))
    const accepted = { theirs: 0, ours: 0 }
    let tried = 0
    for (let place = 0; place < presentation.length; place++) {
      for (const other of ['\n', '=', '+']) {
        tried++
        const changed = presentation.slice(0, place) + other + presentation.slice(place)
        if (await peerAccepts(changed)) accepted.theirs++
        const ours = await verifySdJwt(changed, options).catch((error: unknown) => error)
        if (!(ours instanceof SdJwtError)) accepted.ours++
      }
    }
    expect(tried).toBe(3 * presentation.length)
    expect(accepted.ours).toBe(0)
    expect(accepted.theirs).toBeGreaterThan(0)
  })

  it('SD-27, SD-28: spare bits, and a member twice', async () => {
    const text = await bind(await craft([given]))
    const last = text.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spare = text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(last) + 1)
    expect(await peerAccepts(spare)).toBe(true)
    await expect(verifySdJwt(spare, options)).rejects.toMatchObject({ code: 'base64url_malformed' })

    const twice = base64url.encodeText('["c2FsdHNhbHRzYWx0c2FsdA","address",{"city":"A","city":"B"}]')
    const repeated = await bind(await craft([twice]))
    expect(await peerAccepts(repeated)).toBe(true)
    await expect(verifySdJwt(repeated, options)).rejects.toMatchObject({ code: 'json_member_repeated' })
  })
})
