import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { type Once, ProtocolError, preAuthorizedCode } from '@symbolon/openid4vc'
import type { Jwk } from '@symbolon/sd-jwt'
import { type CertifiedSigner, openStore, type Store } from '@symbolon/service'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { slow, times } from '../../test/latency.ts'
import type { Access } from '../src/authorizations.ts'
import { redeemPreAuthorizedCode } from '../src/grants/pre_authorized_code.ts'
import { type Claimed, claimedNonce, claimedProof, spending } from '../src/once.ts'
import { openRecords } from '../src/records.ts'
import { MIGRATIONS } from '../src/schema.ts'
import { openSecrets } from '../src/secrets.ts'
import { statusForms } from '../src/status_forms/index.ts'
import { holderKey, LOTTE, randomText, STATUTE, seconds } from './fixture.ts'

const types = new Map(readTypes(join(import.meta.dirname, '../../specs/credentials')).types.map((type) => [type.name, { type }]))
const SETTINGS = { url: 'https://issuer.example', offerLife: 600, statusListSize: 4096, statusTtl: 60, evidenceLife: 600 }
/** Nothing is signed here. */
const NOBODY = {} as CertifiedSigner
const ROUNDS = 8
const AT_ONCE = 8

/** What became of many at once: the results, and the codes of the refusals. */
async function outcomes<T>(asked: Promise<T>[]): Promise<{ done: T[]; codes: string[] }> {
  const settled = await Promise.allSettled(asked)
  const done = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const codes = settled.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []))
  return { done, codes }
}

function codeOf(error: unknown): string {
  if (error instanceof ProtocolError) return error.code
  throw error
}

const once = (): Once => ({ value: randomText(), expires: seconds() + 300 })

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(`${title}, three slow connections`, () => {
    let stores: Store[]
    let processes: ReturnType<typeof open>[]
    const secrets = openSecrets(randomText())

    beforeAll(async () => {
      const url = await make()
      stores = await times(3, async () => slow(await openStore(url, MIGRATIONS)))
      processes = stores.map(open)
    })
    afterAll(async () => {
      for (const store of stores) await store.close()
    })

    function open(store: Store) {
      const records = openRecords(store, secrets, statusForms(NOBODY, null, seconds), SETTINGS, seconds)
      const redemption = redeemPreAuthorizedCode({ ...records, url: SETTINGS.url, types, secrets, now: seconds })
      return { ...records, redemption }
    }
    const at = (turn: number) => processes[turn % processes.length] as ReturnType<typeof open>

    const offered = (txCode = false) =>
      at(0).offers.create({ type: STATUTE, subject: LOTTE, grant: preAuthorizedCode, txCode, byReference: false, codes: undefined })
    function redeem(turn: number, code: string, txCode?: string) {
      const form = new Map([['pre-authorized_code', code], ...(txCode === undefined ? [] : [['tx_code', txCode] as const])])
      return spending(at(turn).store, [], at(turn).redemption.read(form, { caller: {}, jkt: undefined }))
    }
    async function access(): Promise<Access> {
      const { accessToken } = await redeem(1, (await offered()).secret)
      return at(2).authorizations.accessOf(accessToken)
    }
    function record(turn: number, access: Access, keys: Jwk[], claimed: Claimed[]) {
      const [authorized] = access.types
      const type = types.get(STATUTE)?.type
      if (authorized === undefined || type === undefined) throw new Error('nothing to record')
      return at(turn).deliveries.record({ access, authorized, leading: undefined, type, expires: seconds() + 600, holders: keys, claimed })
    }
    const freshNonce = () => [claimedNonce(once())]
    const live = (access: Access) =>
      at(0).store.get(
        `select count(*) as n, sum(copies) as copies from deliveries where issuance_id = $1 and state in ('sent', 'accepted')`,
        access.authorizationId,
      )

    test.each([
      ['a code', false],
      ['a code with a transaction code', true],
    ])('%s redeemed by 8 at once: exactly one success, every time', async (_what, txCode) => {
      for (let round = 0; round < ROUNDS; round++) {
        const made = await offered(txCode)
        const { done, codes } = await outcomes(Array.from({ length: AT_ONCE }, (_, turn) => redeem(turn, made.secret, made.txCode)))
        expect(done).toHaveLength(1)
        expect(codes).toEqual(Array(AT_ONCE - 1).fill('invalid_grant'))
        const found = await at(1).authorizations.accessOf(String(done[0]?.accessToken))
        expect(found).toMatchObject({ authorizationId: made.id, subject: LOTTE })
      }
    })

    test.each([
      ['one c_nonce', 'invalid_nonce', (shared: Once) => [claimedNonce(shared)]],
      ['one DPoP proof', 'invalid_dpop_proof', (shared: Once) => [...freshNonce(), claimedProof(shared, 401)]],
    ])('%s used by 8 at once: exactly one delivery, every time', async (_what, code, claim) => {
      for (let round = 0; round < ROUNDS; round++) {
        const shared = once()
        const allowed = await access()
        const asked = Array.from({ length: AT_ONCE }, (_, turn) => record(turn, allowed, [holderKey().jwk], claim(shared)))
        const { done, codes } = await outcomes(asked)
        expect(done).toHaveLength(1)
        expect(codes).toEqual(Array(AT_ONCE - 1).fill(code))
        expect(await live(allowed)).toEqual({ n: 1, copies: 1 })
      }
    })

    test('the same keys asked for by 8 at once: the last set is good, and every other copy revoked', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const allowed = await access()
        const keys = [holderKey().jwk, holderKey().jwk, holderKey().jwk]
        const { done } = await outcomes(Array.from({ length: AT_ONCE }, (_, turn) => record(turn, allowed, keys, freshNonce())))
        expect(done).toHaveLength(AT_ONCE)
        expect(new Set(done.map(({ notificationId }) => notificationId)).size).toBe(AT_ONCE)
        expect(await live(allowed)).toEqual({ n: 1, copies: 3 })
        const last = await at(0).store.get('select max(number) as number from deliveries where issuance_id = $1', allowed.authorizationId)
        expect(last?.number).toBe(AT_ONCE)
      }
    })

    test('other keys asked for by 8 at once, and what one of them says of its own: all stay good but that one', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const allowed = await access()
        const { done } = await outcomes(
          Array.from({ length: AT_ONCE }, (_, turn) => record(turn, allowed, [holderKey().jwk], freshNonce())),
        )
        expect(await live(allowed)).toEqual({ n: AT_ONCE, copies: AT_ONCE })
        const id = String(done[0]?.notificationId)
        const told = times(AT_ONCE, (turn) => at(turn).deliveries.notify(allowed, { id, event: 'credential_failure' }, []))
        expect((await told).length).toBe(AT_ONCE)
        expect(await live(allowed)).toEqual({ n: AT_ONCE - 1, copies: AT_ONCE - 1 })
      }
    })

    test('no more copies at once than one access token brings', async () => {
      const allowed = await access()
      const { done, codes } = await outcomes(
        Array.from({ length: AT_ONCE }, (_, turn) => {
          const keys = Array.from({ length: 7 }, () => holderKey().jwk)
          return record(turn, allowed, keys, freshNonce())
        }),
      )
      expect(done).toHaveLength(4)
      expect(codes).toEqual(Array(4).fill('credential_request_denied'))
      expect(await live(allowed)).toEqual({ n: 4, copies: 28 })
    })

    test('one offer made anew by 8 at once: one new offer, and the old one is dead', async () => {
      const made = await offered(true)
      const wish = { ...(await at(0).offers.wishOf(made.id)), byReference: false }
      const settled = await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, turn) => at(turn).offers.renew(made.id, wish)))
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const codes = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
      expect(codes).toEqual(Array(AT_ONCE - 1).fill('offer_forgotten'))
      await expect(redeem(0, made.secret, made.txCode)).rejects.toThrow('invalid_grant')
    })
  })
}
