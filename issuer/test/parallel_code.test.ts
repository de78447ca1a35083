import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { type AuthorizationRequest, challengeOf, createVerifier, type Form, ProtocolError } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { openStore } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { slow, times } from '../../test/latency.ts'
import { openAuthorizations } from '../src/authorizations.ts'
import { openRequests, requestId } from '../src/authorize/requests.ts'
import { redeemAuthorizationCode } from '../src/grants/authorization_code.ts'
import { spending } from '../src/once.ts'
import { MIGRATIONS } from '../src/schema.ts'
import { openSecrets } from '../src/secrets.ts'
import { LOTTE, randomText, STATUTE, seconds } from './fixture.ts'

const types = new Map(readTypes(join(import.meta.dirname, '../../specs/credentials')).types.map((type) => [type.name, { type }]))
const URL_OF_ISSUER = 'https://issuer.example'
const REDIRECT = 'http://127.0.0.1:1/'
const BROWSER = 'b'.repeat(43)
const ROUNDS = 6
const REDEMPTIONS = 8

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    test('an authorization code redeemed by 8 at once over three slow connections: exactly one success, and it ends with the others', async () => {
      const url = await make()
      const secrets = openSecrets(randomText())
      const stores = await times(3, async () => slow(await openStore(url, MIGRATIONS)))
      const processes = stores.map((store) => {
        const authorizations = openAuthorizations(store, secrets, seconds)
        const redemption = redeemAuthorizationCode({ url: URL_OF_ISSUER, types, authorizations, secrets, primitives, now: seconds })
        const redeem = (form: Form) => spending(store, [], redemption.read(form, { caller: { clientId: 'wallet' }, jkt: 'key' }))
        return { authorizations, redeem, requests: openRequests(store, secrets, seconds) }
      })
      const [first] = processes
      if (first === undefined) throw new Error('no store')
      for (let round = 0; round < ROUNDS; round++) {
        const verifier = createVerifier(primitives.random)
        const request: AuthorizationRequest = {
          ...{ clientId: 'wallet', redirectUri: REDIRECT, codeChallenge: await challengeOf(verifier, primitives), locales: [] },
          wanted: { configurationIds: [STATUTE], byDetails: true },
        }
        const uri = await first.requests.push(request, [])
        await first.requests.signedIn(requestId(uri), BROWSER, { subject: LOTTE }, undefined)
        const code = await first.requests.grant(requestId(uri), BROWSER, request)
        const form = new Map(Object.entries({ code, redirect_uri: REDIRECT, code_verifier: verifier }))
        const ended = await Promise.allSettled(
          Array.from({ length: REDEMPTIONS }, (_, at) => processes[at % processes.length]?.redeem(form)),
        )
        const granted = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
        const refused = ended.flatMap((one) =>
          one.status === 'rejected' ? [one.reason instanceof ProtocolError ? one.reason.code : one.reason] : [],
        )
        expect(granted).toHaveLength(1)
        expect(refused).toEqual(Array(REDEMPTIONS - 1).fill('invalid_grant'))
        await expect(first.authorizations.accessOf(granted[0]?.accessToken ?? '')).rejects.toMatchObject({ code: 'invalid_token' })
      }
      expect(await stores[0]?.get("select count(*) as n from pushed_requests where state = 'redeemed' and subject is null")).toEqual({
        n: ROUNDS,
      })
      for (const store of stores) await store.close()
    })
  })
}
