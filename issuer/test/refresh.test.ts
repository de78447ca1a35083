import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseCredential } from '@symbolon/credential'
import { createRevocation, type OurClient, privateKeyJwt } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { syntheticSource } from '../src/index.ts'
import { assertion } from './code_flow.ts'
import {
  ANDREI,
  accessToken,
  FORM,
  form,
  holderKey,
  newHome,
  offer,
  post,
  randomText,
  redeem,
  request,
  STATUTE,
  start,
  type TestIssuer,
  variants,
} from './fixture.ts'
import { details, dpopWallet, refusalOf, textsIn } from './wallet.ts'

const DAY = 86_400
let issuer: TestIssuer
beforeAll(async () => {
  issuer = await start(
    variants([STATUTE, 'pda1'], { brief: { change: { grants: ['urn:ietf:params:oauth:grant-type:pre-authorized_code'] } } }),
  )
})
afterAll(() => issuer.close())
afterEach(() => {
  issuer.clock.ahead = 0
})

const revoke = async (token: string, client: Record<string, string> = {}) => {
  const response = await fetch(`${issuer.url}/revoke`, {
    method: 'POST',
    headers: { 'content-type': FORM },
    body: createRevocation(token, client).body,
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : JSON.parse(text) }
}

describe('refresh token (RFC 6749 section 6)', () => {
  test('FAPI 2.0 5.3.2.1: brings another access token, again and again, and is not rotated', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens()
    const first = await wallet.refresh(refresh)
    expect(Object.keys(first.json)).toEqual(['access_token', 'token_type', 'expires_in', 'scope'])
    const second = await wallet.refresh(refresh)
    expect(new Set([access, first.json.access_token, second.json.access_token]).size).toBe(3)
    expect(textsIn(await wallet.credential(String(second.json.access_token)))).toHaveLength(1)
    // One access token at a time.
    expect(refusalOf(await wallet.credential(String(first.json.access_token)))).toEqual([401, 'invalid_token'])
  })

  test('OpenID4VCI 6.2: the identifiers stay the same', async () => {
    const wallet = dpopWallet(issuer)
    const { json, refresh } = await wallet.tokens({}, details(STATUTE))
    expect(json.authorization_details).toEqual([
      {
        type: 'openid_credential',
        credential_configuration_id: STATUTE,
        credential_identifiers: [expect.stringMatching(/^[A-Za-z0-9_-]{22}$/)],
      },
    ])
    expect((await wallet.refresh(refresh)).json.authorization_details).toEqual(json.authorization_details)
  })

  test('RFC 6749 6: names what was granted, never more; what is refused changes nothing', async () => {
    const wallet = dpopWallet(issuer)
    const { refresh } = await wallet.tokens()
    expect((await wallet.refresh(refresh, { scope: STATUTE })).json).toMatchObject({ scope: STATUTE })
    const access = String((await wallet.refresh(refresh)).json.access_token)
    for (const scope of ['pda1', `${STATUTE} pda1`, 'nonsense']) {
      expect(refusalOf(await wallet.refresh(refresh, { scope }))).toEqual([400, 'invalid_scope'])
    }
    expect(textsIn(await wallet.credential(access))).toHaveLength(1)
  })

  test('VI-19: what is fetched with it is read anew from the source', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens({ type: 'pda1', subject: ANDREI })
    const named = { credential_configuration_id: 'pda1' }
    const employer = async (token: string) => {
      const [text = ''] = textsIn(await wallet.credential(token, [holderKey()], named))
      return JSON.stringify((await parseCredential(text, primitives)).view.claims)
    }
    expect(await employer(access)).not.toContain('Nieuwe Werf')
    const source = new DatabaseSync(syntheticSource(issuer.home))
    source.prepare("update applicable_legislation set employer_name = 'Nieuwe Werf' where insz = ?").run(ANDREI)
    source.close()
    expect(await employer(String((await wallet.refresh(refresh)).json.access_token))).toContain('Nieuwe Werf')
  })

  test('RFC 9449 5: without a proof, by another key', async () => {
    const wallet = dpopWallet(issuer)
    const { refresh } = await wallet.tokens()
    expect(refusalOf(await wallet.refresh(refresh, {}, { change: null }))).toEqual([400, 'invalid_dpop_proof'])
    expect(refusalOf(await dpopWallet(issuer).refresh(refresh))).toEqual([400, 'invalid_grant'])
    expect((await wallet.refresh(refresh)).status).toBe(200)
  })

  test('RFC 6749 5.2: by another client, or by a client that says its name when there was none', async () => {
    const named = dpopWallet(issuer)
    const { refresh } = await named.tokens({}, { client_id: 'wallet.example' })
    for (const more of [{}, { client_id: 'other.example' }]) {
      expect(refusalOf(await named.refresh(refresh, more))).toEqual([400, 'invalid_grant'])
    }
    expect((await named.refresh(refresh, { client_id: 'wallet.example' })).status).toBe(200)
    const nameless = dpopWallet(issuer)
    const tokens = await nameless.tokens()
    expect(refusalOf(await nameless.refresh(tokens.refresh, { client_id: 'wallet.example' }))).toEqual([400, 'invalid_grant'])
  })

  test('one that nobody gave, an access token in its place, none', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens()
    expect(refusalOf(await wallet.refresh(randomText()))).toEqual([400, 'invalid_grant'])
    expect(refusalOf(await wallet.refresh(access))).toEqual([400, 'invalid_grant'])
    expect(refusalOf(await wallet.send('/token', 'grant_type=refresh_token', FORM))).toEqual([400, 'invalid_request'])
  })

  test('ends after 180 days, and no access token outlives it', async () => {
    const wallet = dpopWallet(issuer)
    const { refresh } = await wallet.tokens()
    issuer.clock.ahead = 180 * DAY - 100
    expect(refusalOf(await wallet.refresh(refresh))).toEqual([400, 'use_dpop_nonce'])
    const last = await wallet.refresh(refresh)
    expect(last.json.expires_in).toBeLessThanOrEqual(100)
    expect(last.json.expires_in).toBeGreaterThan(90)
    issuer.clock.ahead = 180 * DAY + 1
    expect(refusalOf(await wallet.refresh(refresh))).toEqual([400, 'invalid_grant'])
  })

  test('is not given where the brick does not name it', async () => {
    const { json } = await dpopWallet(issuer).tokens({ type: 'brief' })
    expect([json.token_type, json.refresh_token]).toEqual(['DPoP', undefined])
  })

  test('ends with its offer, and with all that was issued; a suspended type only waits', async () => {
    const wallet = dpopWallet(issuer)
    const withdrawn = await wallet.tokens()
    await issuer.admin('DELETE', `/offers/${withdrawn.id}`)
    expect(refusalOf(await wallet.refresh(withdrawn.refresh))).toEqual([400, 'invalid_grant'])
    const revoked = await wallet.tokens()
    textsIn(await wallet.credential(revoked.access))
    const { issuance } = (await issuer.admin('GET', `/offers/${revoked.id}`)).json
    await issuer.admin('POST', `/issuances/${issuance}/status`, { status: 'revoked', reason: 'test' })
    expect(refusalOf(await wallet.refresh(revoked.refresh))).toEqual([400, 'invalid_grant'])
    expect(refusalOf(await wallet.credential(revoked.access))).toEqual([401, 'invalid_token'])
  })
})

describe('revocation (RFC 7009)', () => {
  test('2.1: a refresh token ends with all its access tokens; an access token alone', async () => {
    const wallet = dpopWallet(issuer)
    const { access, refresh } = await wallet.tokens()
    expect((await revoke(access)).status).toBe(200)
    expect(refusalOf(await wallet.credential(access))).toEqual([401, 'invalid_token'])
    const again = String((await wallet.refresh(refresh)).json.access_token)
    expect((await revoke(refresh)).status).toBe(200)
    expect(refusalOf(await wallet.refresh(refresh))).toEqual([400, 'invalid_grant'])
    expect(refusalOf(await wallet.credential(again))).toEqual([401, 'invalid_token'])
  })

  test('2.2: a token that is not known is answered like one that was; twice is once', async () => {
    expect(await revoke(randomText())).toEqual({ status: 200, json: {} })
    const token = await accessToken(issuer)
    for (let time = 0; time < 2; time++) expect((await revoke(token)).status).toBe(200)
    expect((await request(issuer, token)).status).toBe(401)
  })

  test('2.1: of another client it is refused, and lives on', async () => {
    const { access } = await dpopWallet(issuer).tokens({}, { client_id: 'wallet.example' })
    expect(refusalOf(await revoke(access))).toEqual([400, 'invalid_grant'])
    expect(refusalOf(await revoke(access, { client_id: 'other.example' }))).toEqual([400, 'invalid_grant'])
    expect((await revoke(access, { client_id: 'wallet.example' })).status).toBe(200)
  })

  test('2.1: no token, no form', async () => {
    expect(refusalOf(await post(`${issuer.url}/revoke`, form({ token_type_hint: 'access_token' }), FORM))).toEqual([400, 'invalid_request'])
    expect(refusalOf(await post(`${issuer.url}/revoke`, '{}', 'application/json'))).toEqual([400, 'invalid_request'])
  })
})

describe('a wallet that the institution registers no more', () => {
  test('RFC 6749 5.2: says its name and has its key, and gets no more tokens', async () => {
    const home = newHome()
    const clients = join(home, 'clients.json')
    const [proving, dpop] = [holderKey(), holderKey()]
    const client: OurClient = { id: 'proving', authentication: privateKeyJwt, key: { signer: proving.signer } }
    const known = { ...{ client_id: 'proving', name: 'W', redirect_uris: ['https://w.example/'] }, authentication: 'private_key_jwt' }
    writeFileSync(clients, JSON.stringify([{ ...known, jwks: { keys: [proving.jwk] } }]))
    const first = await start({ SYMBOLON_HOME: home, ISSUER_CLIENTS_FILE: clients })
    const { refresh } = await dpopWallet(first, dpop).tokens({}, await assertion(first, client))
    expect((await dpopWallet(first, dpop).refresh(refresh, await assertion(first, client))).status).toBe(200)
    await first.close()
    const second = await start({ SYMBOLON_HOME: home })
    try {
      const answer = await dpopWallet(second, dpop).refresh(refresh, { client_id: 'proving' })
      expect(refusalOf(answer)).toEqual([401, 'invalid_client'])
    } finally {
      await second.close()
    }
  })
})

describe('who may redeem an offer (the `clients` of the brick)', () => {
  test('OpenID4VCI 6.3: where only registered wallets may, no other is served, and the code stays good', async () => {
    const strict = await start(variants([], { strict: { change: { clients: ['registered'] } } }))
    try {
      const made = await offer(strict, { type: 'strict' })
      const answer = await redeem(strict, made)
      expect(refusalOf(answer)).toEqual([401, 'invalid_client'])
      expect((await strict.admin('GET', `/offers/${made.id}`)).json.state).toBe('open')
      const metadata = await (await fetch(`${strict.url}/.well-known/oauth-authorization-server`)).json()
      expect(metadata['pre-authorized_grant_anonymous_access_supported']).toBe(false)
    } finally {
      await strict.close()
    }
  })

  test('a wallet that says its name proves its keys in that name, or in none (OpenID4VCI F.1)', async () => {
    const wallet = dpopWallet(issuer)
    const { access } = await wallet.tokens({}, { client_id: 'wallet.example' })
    expect(textsIn(await wallet.credential(access, [holderKey()]))).toHaveLength(1)
  })
})
