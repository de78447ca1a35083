import { afterAll, beforeAll, expect, test } from 'vitest'
import { holderKey, start, type TestIssuer, variants } from './fixture.ts'
import { type DpopWallet, dpopWallet, refusalOf, textsIn } from './wallet.ts'

const NAMED = { credential_configuration_id: 'few' }
let issuer: TestIssuer
beforeAll(async () => {
  issuer = await start(variants([], { few: { change: { copies: 2 } } }))
})
afterAll(() => issuer.close())

const renewed = async (wallet: DpopWallet, refresh: string): Promise<string> => String((await wallet.refresh(refresh)).json.access_token)

test('what never arrives, again and again: a hundred deliveries within a day, and no index is used for more', async () => {
  const wallet = dpopWallet(issuer)
  const { access, refresh } = await wallet.tokens({ type: 'few' })
  const lost = [holderKey()]
  for (let time = 0; time < 100; time++) expect(textsIn(await wallet.credential(access, lost, NAMED))).toHaveLength(1)
  expect(refusalOf(await wallet.credential(access, lost, NAMED))).toEqual([400, 'credential_request_denied'])
  const again = await wallet.credential(await renewed(wallet, refresh), [holderKey()], NAMED)
  expect(refusalOf(again)).toEqual([400, 'credential_request_denied'])
  issuer.clock.ahead = 86_401
  const later = dpopWallet(issuer, wallet.key)
  expect(textsIn(await later.credential(await renewed(later, refresh), [holderKey()], NAMED))).toHaveLength(1)
})
