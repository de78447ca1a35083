import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newHolder } from '../flows/holder.ts'
import { ourServer, registered } from '../flows/our_server.ts'
import { EHIC, type Setting, startSetting } from '../flows/setting.ts'
import { type Asking, CASES } from './authorization_cases.ts'
import { type PeerProvider, providerVersion, startProvider } from './oidc_provider.ts'

/** Both answers to some requests, where they differ, and why. */
interface Difference {
  readonly names: readonly string[]
  readonly ours: string
  readonly theirs: string
  readonly why: string
}

const both = (what: string): string[] => [`RFC 7523 3: pushed with an assertion ${what}`, `RFC 7523 3: redeemed with an assertion ${what}`]

/**
 * Our authorization server beside `oidc-provider`, which is certified for FAPI 2.0: told the same, word for word, both must answer alike.
 *
 * Where they do not, it stands here.
 */
const DIFFERENCES: readonly Difference[] = [
  {
    names: ['RFC 9126 2.1: pushed with a request_uri'],
    ...{ ours: '400 invalid_request', theirs: '400 request_uri_not_supported' },
    why: 'their code is one of OpenID Connect Core 3.1.2.6; RFC 9126 2.1 forbids the parameter and names no code of its own',
  },
  {
    names: ['RFC 9101 6.1: pushed with a request object that is none'],
    ...{ ours: '400 invalid_request', theirs: '400 request_not_supported' },
    why: 'their code is one of OpenID Connect Core 3.1.2.6; ours is no OpenID provider',
  },
  {
    names: ['RFC 6749 3.3: pushed with unknown scopes only'],
    ...{ ours: '400 invalid_scope', theirs: '201' },
    why: 'OpenID4VCI 5.1.2 has unknown scopes ignored; then nothing is left that a person could agree to',
  },
  {
    names: ['RFC 9126 2.3: pushed with GET'],
    ...{ ours: '405 method_not_allowed', theirs: '404' },
    why: 'RFC 9126 2.3 asks for 405',
  },
  {
    names: ['RFC 9449 10: pushed with the thumbprint of another key'],
    ...{ ours: '400 invalid_dpop_proof', theirs: '400 invalid_request' },
    why: 'RFC 9449 10.1 asks for a refusal and names no code',
  },
  {
    names: [...both('of another subject'), ...both('that is no JWT')],
    ...{ ours: '401 invalid_client', theirs: '400 invalid_request' },
    why: 'RFC 7521 4.2.1: an assertion that is not valid is invalid_client',
  },
  {
    names: ['RFC 9449 4.3: pushed with a proof of tomorrow', 'RFC 9449 4.3: pushed with a proof of yesterday'],
    ...{ ours: '400 invalid_dpop_proof', theirs: '201' },
    why: 'RFC 9449 4.3 lets a nonce of the server stand for the time; ours looks at both',
  },
  {
    names: ['RFC 9449 4.3: redeemed with a proof of tomorrow', 'RFC 9449 4.3: redeemed with a proof of yesterday'],
    ...{ ours: '400 invalid_dpop_proof', theirs: '200' },
    why: 'as for what is pushed',
  },
  {
    names: ['RFC 9449 11.1: pushed with a proof used before'],
    ...{ ours: '400 invalid_dpop_proof', theirs: '400 invalid_request' },
    why: 'RFC 9449 5: whatever is wrong with a proof is invalid_dpop_proof',
  },
  {
    names: ['RFC 9126 4: opened without having been pushed'],
    ...{ ours: 'page 400', theirs: 'client invalid_request' },
    why: 'only what was pushed counts here, so no address of the front channel is followed, registered or not (RFC 9126 4, RFC 9700 4.11)',
  },
  {
    names: ['RFC 7636 4.1: redeemed with a verifier that is too short'],
    ...{ ours: '400 invalid_grant', theirs: '400 invalid_request' },
    why: 'RFC 7636 4.6: a verifier that does not fit the challenge is invalid_grant, whatever its form',
  },
  {
    names: ['RFC 9449 4.3: redeemed with a proof none', 'RFC 9449 5: refreshed without a proof'],
    ...{ ours: '400 invalid_dpop_proof', theirs: '400 invalid_grant' },
    why: 'RFC 9449 5: the code of a proof that is not as it must be, and so of one that is not there',
  },
  {
    names: ['RFC 9449 5: refreshed with another DPoP key'],
    ...{ ours: '400 invalid_grant', theirs: '200' },
    why: 'RFC 9449 5 binds the refresh tokens of public clients only; ours are bound to the key for every client',
  },
]

const client = { id: 'wallet', redirectUri: 'http://127.0.0.1:5555/back', key: newHolder() }
const other = { id: 'other', redirectUri: 'http://127.0.0.1:5556/back', key: newHolder() }

let setting: Setting
let peer: PeerProvider
let ours: Asking
let theirs: Asking
beforeAll(async () => {
  // It speaks of what a quick start leaves out.
  for (const method of ['info', 'warn'] as const) vi.spyOn(console, method).mockImplementation(() => undefined)
  setting = await startSetting([client, other].map(registered))
  peer = await startProvider([client, other], EHIC)
  const asking = { client, other, ask: { scope: EHIC } }
  ours = { ...asking, server: ourServer(setting) }
  theirs = { ...asking, server: peer }
})
afterAll(async () => {
  await peer.close()
  await setting.close()
})

it('the peer is oidc-provider 9.13.3', () => {
  expect(providerVersion()).toBe('9.13.3')
})

const differing = DIFFERENCES.flatMap(({ names, ...rest }) => names.map((name) => ({ name, ...rest })))

describe('both answer alike', () => {
  it.each(CASES.filter((known) => !differing.some(({ name }) => name === known.name)))('$name', async ({ run }) => {
    expect(await run(ours)).toBe(await run(theirs))
  })
})

describe('they answer differently, for a reason', () => {
  it.each(differing)('$name: ours $ours, theirs $theirs, because $why', async ({ name, ...expected }) => {
    const run = CASES.find((known) => known.name === name)?.run ?? (() => Promise.resolve('no such case'))
    expect({ ours: await run(ours), theirs: await run(theirs) }).toMatchObject({ ours: expected.ours, theirs: expected.theirs })
  })
})
