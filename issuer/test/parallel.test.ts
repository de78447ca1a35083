import { parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import {
  accessToken,
  credentialIn,
  issuance,
  issued,
  offer,
  proof,
  redeem,
  request,
  STATUTE,
  start,
  statusIn,
  type TestIssuer,
} from './fixture.ts'

const times = <T>(count: number, action: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => action(index)))
const referenceOf = async (text: string) => (await parseCredential(text, primitives)).view.status

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    let issuer: TestIssuer
    /** A second process on the same database, as far as the database can tell: another connection. */
    let second: TestIssuer

    beforeAll(async () => {
      const ISSUER_DATABASE_URL = await make()
      issuer = await start({ ISSUER_DATABASE_URL })
      second = await start({ ISSUER_DATABASE_URL, SYMBOLON_HOME: issuer.home, ISSUER_URL: issuer.url })
    })
    afterAll(async () => {
      await issuer.close()
      await second.close()
    })

    test('100 issuances at once: every index is another one (ST-11)', async () => {
      const texts = await times(100, () => issued(issuer))
      const references = await Promise.all(texts.map(referenceOf))
      expect(new Set(references.map((reference) => `${reference?.uri} ${reference?.index}`)).size).toBe(100)
    })

    test('one code redeemed by 8 at once: one gets a token', async () => {
      for (const wish of [{}, { tx_code: true }]) {
        const made = await offer(issuer, wish)
        const answers = await times(8, () => redeem(issuer, made))
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400])
        for (const { json } of answers.filter(({ status }) => status === 400)) expect(json.error).toBe('invalid_grant')
      }
    })

    test('20 wrong transaction codes at once: no more are compared than one after another, then the offer is dead', async () => {
      const made = await offer(issuer, { tx_code: true })
      const wrong = made.txCode === '000000' ? '000001' : '000000'
      const answers = await times(20, () => redeem(issuer, { code: made.code, txCode: wrong }))
      const compared = answers.filter(({ json }) => /is wrong|too often/.test(String(json.error_description)))
      expect(compared).toHaveLength(5)
      expect((await redeem(issuer, made)).json.error).toBe('invalid_grant')
    })

    test('one proof used by 8 at once: one credential', async () => {
      const tokens = await times(8, () => accessToken(issuer))
      const jwt = await proof(issuer)
      const answers = await Promise.all(tokens.map((token) => request(issuer, token, STATUTE, [jwt])))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400])
      for (const { json } of answers.filter(({ status }) => status === 400)) expect(json.error).toBe('invalid_nonce')
    })

    test('40 requests at once with one token: no more copies than the type allows', async () => {
      const token = await accessToken(issuer)
      const answers = await times(40, () => request(issuer, token))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(30)
      expect(new Set(answers.filter(({ status }) => status === 400).map(({ json }) => json.error))).toEqual(
        new Set(['credential_request_denied']),
      )
    })

    test('revocations at once, while the list is fetched again and again: all take effect (ST-12)', async () => {
      const made = await times(10, async () => {
        const { id, texts } = await issuance(issuer)
        return { id, text: texts[0] ?? '' }
      })
      const uri = (await referenceOf(made[0]?.text ?? ''))?.uri ?? ''
      const changes = made.map(({ id }) => issuer.admin('POST', `/issuances/${id}/status`, { status: 'revoked', reason: 'test' }))
      const fetches = times(20, async () => (await fetch(uri)).text())
      expect((await Promise.all(changes)).map(({ status }) => status)).toEqual(Array(10).fill(200))
      await fetches
      const token = await (await fetch(uri)).text()
      for (const { text } of made) expect(statusIn(token, (await referenceOf(text))?.index)).toBe(1)
    })

    test('two processes on one database: indices stay apart, a code is redeemed once, a revocation of one is served by the other', async () => {
      const other = { ...second, url: `http://localhost:${second.port}` }
      const made = await offer(issuer)
      const answers = await Promise.all([redeem(issuer, made), redeem(other, made), redeem(issuer, made), redeem(other, made)])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
      const token = String(answers.find(({ status }) => status === 200)?.json.access_token)
      const proofs = await times(20, () => proof(issuer))
      const texts = await Promise.all(proofs.map((jwt, at) => request(at % 2 === 0 ? issuer : other, token, STATUTE, [jwt])))
      const references = await Promise.all(texts.map(async (answer) => referenceOf(credentialIn(answer))))
      expect(new Set(references.map((reference) => `${reference?.uri} ${reference?.index}`)).size).toBe(20)
      const { issuance: id } = (await other.admin('GET', `/offers/${made.id}`)).json
      expect((await issuer.admin('POST', `/issuances/${id}/status`, { status: 'revoked', reason: 'test' })).status).toBe(200)
      const list = new URL(references[0]?.uri ?? '').pathname
      const served = await (await fetch(other.url + list)).text()
      for (const reference of references) expect(statusIn(served, reference?.index)).toBe(1)
    })
  })
}
