import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { jwkThumbprint, parseCredential } from '@symbolon/credential'
import { createRevocation } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { expect, test } from 'vitest'
import { syntheticSource } from '../src/index.ts'
import {
  accessToken,
  credentialIn,
  FORM,
  holderKey,
  LOTTE,
  NOBODY,
  nonce,
  offer,
  proof,
  randomText,
  redeem,
  request,
  STATUTE,
  start,
  type TestIssuer,
} from './fixture.ts'
import { dpopWallet, textsIn } from './wallet.ts'

/** Everything the issuer wrote but the source it was given, as bytes read as Latin-1: whatever stands there in clear is found. */
function written(issuer: TestIssuer): string {
  const folder = join(issuer.home, 'issuer')
  const files = readdirSync(folder).filter((name) => name.startsWith('issuer.sqlite'))
  return files.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n')
}

test('nothing personal and nothing secret in the log, the errors or the database', async () => {
  const issuer = await start({ ISSUER_LOG_LEVEL: 'debug' })
  const secrets: string[] = [issuer.token]
  const answers: string[] = []
  const note = (answer: { status: number; json: unknown }): typeof answer => {
    if (answer.status >= 400) answers.push(JSON.stringify(answer.json))
    return answer
  }
  // A whole life, and every way it can go wrong.
  const key = holderKey()
  const made = await offer(issuer, { tx_code: true })
  const token = String((await redeem(issuer, made)).json.access_token)
  const used = await nonce(issuer)
  const jwt = await proof(issuer, { nonce: used }, key)
  const text = credentialIn(await request(issuer, token, STATUTE, [jwt]))
  const { view, proof: signed } = await parseCredential(text, primitives)
  note(await request(issuer, token, STATUTE, [jwt]))
  note(await request(issuer, token, 'ehic'))
  note(await request(issuer, randomText()))
  note(await redeem(issuer, made))
  const guessed = await offer(issuer, { tx_code: true })
  const wrong = guessed.txCode === '735135' ? '735136' : '735135'
  for (let attempt = 0; attempt < 5; attempt++) note(await redeem(issuer, { code: guessed.code, txCode: wrong }))
  for (const subject of [NOBODY, `${LOTTE} `, `${LOTTE}\n`]) note(await issuer.admin('POST', '/offers', { type: STATUTE, subject }))
  note(await issuer.admin('POST', '/offers', { type: STATUTE, subject: LOTTE, insz: LOTTE }))
  await issuer.admin('POST', '/issuances/search', { subject: LOTTE })
  await fetch(`${issuer.url}/${LOTTE}?subject=${LOTTE}`)
  await fetch(`${issuer.url}/admin/offers/${LOTTE}`, { headers: { authorization: `Bearer ${LOTTE}` } })
  // The same with a key of the wallet's own, two copies and a lost answer.
  const [wallet, lost] = [dpopWallet(issuer), [holderKey(), holderKey()]]
  const bound = await wallet.tokens({}, { client_id: 'wallet.example' })
  const first = await wallet.credential(bound.access, lost)
  const second = await wallet.credential(bound.access, lost)
  note(await wallet.notify(bound.access, first.json.notification_id, 'credential_accepted'))
  note(await wallet.credential(bound.access, lost, undefined, { change: { address: issuer.url } }))
  note(await wallet.refresh(bound.refresh))
  await wallet.notify(bound.access, second.json.notification_id, 'credential_accepted')
  // A fault of our own: a source that is gone in the middle of the day.
  const source = new DatabaseSync(syntheticSource(issuer.home))
  source.exec('alter table persons rename to people')
  source.close()
  note(await issuer.admin('POST', '/offers', { type: STATUTE, subject: LOTTE }))
  note(await request(issuer, await lateToken(issuer)))

  const disclosed = [...JSON.stringify(view.claims).matchAll(/"([^"]{6,})"/g)].map(([, value = '']) => value)
  secrets.push(made.code, made.txCode ?? '', guessed.code, guessed.txCode ?? '', wrong, token, jwt, key.jwk.x ?? '', key.jwk.y ?? '', text)
  secrets.push(Buffer.from(signed.signature).toString('base64url'))
  secrets.push(bound.access, bound.refresh, wallet.key.jwk.x ?? '', ...textsIn(first), ...textsIn(second))
  for (const { jwk } of [key, ...lost]) secrets.push(jwk.x ?? '', jwk.y ?? '', await jwkThumbprint(jwk, primitives))
  const persons = [LOTTE, NOBODY, 'Lotte', 'Proefstuk', 'Gent']
  const log = issuer.lines.join('')
  expect(issuer.lines.length).toBeGreaterThan(20)
  expect(answers.length).toBeGreaterThan(14)
  // Words of the type, the version of the catalogue and dates say nothing about a person, and some stand in a log for reasons of its own.
  const personal = [...persons, ...disclosed.filter((value) => !/^([a-z_]+|[0-9]{4}-[0-9-]+)$/.test(value))]
  for (const needle of [...secrets, used, ...personal]) {
    expect([needle, log.includes(needle), answers.join('').includes(needle)]).toEqual([needle, false, false])
  }
  await issuer.close()
  const database = written(issuer)
  expect(database).toContain(made.id)
  // A used nonce is remembered until it has expired: it is random and stands in no credential.
  for (const needle of [
    ...secrets.filter((one) => one !== wrong && one !== made.txCode && one !== guessed.txCode),
    LOTTE,
    NOBODY,
    'Lotte',
    'Proefstuk',
  ]) {
    expect([needle, database.includes(needle)]).toEqual([needle, false])
  }
})

/** A token from before the source broke is not to be had any more; any other is as good for a request that fails at the source. */
async function lateToken(issuer: TestIssuer): Promise<string> {
  return accessToken(issuer).catch(() => randomText())
}

test('a subject is kept sealed for the minutes it is needed, and wiped afterwards', async () => {
  const issuer = await start()
  const token = await accessToken(issuer)
  await request(issuer, token)
  const dead = await offer(issuer)
  const database = new DatabaseSync(join(issuer.home, 'issuer', 'issuer.sqlite'), { readOnly: true })
  const inTable = (table: string) => Number(database.prepare(`select count(*) as n from ${table} where subject is not null`).get()?.n)
  const kept = () => inTable('offers') + inTable('authorizations')
  expect(kept()).toBe(2)
  await issuer.admin('DELETE', `/offers/${dead.id}`)
  expect(kept()).toBe(1)
  await issuer.close()
  await (await start({ SYMBOLON_HOME: issuer.home })).close()
  expect(kept()).toBe(1)
  await (await start({ SYMBOLON_HOME: issuer.home }, 301)).close()
  expect(kept()).toBe(0)
  database.close()
})

test("the thumbprint of the wallet's own key, its client and the marks of its holder keys are there as long as a token lives, and no longer", async () => {
  const issuer = await start()
  const database = new DatabaseSync(join(issuer.home, 'issuer', 'issuer.sqlite'), { readOnly: true })
  const rows = () => database.prepare('select client_id, jkt, sent from authorizations').all()
  const wallet = dpopWallet(issuer)
  const { access, refresh } = await wallet.tokens({}, { client_id: 'wallet.example' })
  const key = holderKey()
  const fetched = await wallet.credential(access, [key])
  const jkt = await jwkThumbprint(wallet.key.jwk, primitives)
  const mark = expect.stringMatching(/^\[\{"issuance":"[A-Za-z0-9_-]{22}","delivery":1,"marks":"[A-Za-z0-9_-]{22}"\}\]$/)
  expect(rows()).toEqual([{ client_id: 'wallet.example', jkt, sent: mark }])
  await wallet.notify(access, fetched.json.notification_id, 'credential_accepted')
  expect(rows()).toEqual([{ client_id: 'wallet.example', jkt, sent: null }])
  const body = createRevocation(refresh, { client_id: 'wallet.example' }).body
  await fetch(`${issuer.url}/revoke`, { method: 'POST', headers: { 'content-type': FORM }, body })
  expect(rows()).toEqual([])
  const other = await wallet.tokens()
  await wallet.credential(other.access)
  expect(rows()).toEqual([{ client_id: null, jkt, sent: mark }])
  await issuer.close()
  await (await start({ SYMBOLON_HOME: issuer.home }, 180 * 86_400 + 1)).close()
  expect(rows()).toEqual([])
  database.close()
})
