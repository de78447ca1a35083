import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { NOW } from '../artefacts.ts'
import { answer, answerOf, post, removeHomes, shown, sources, startTest, type TestVerifier, YES } from './world.ts'

afterAll(removeHomes)

/** Of the question, in seconds. */
const RETENTION = 15 * 60

/** Everything the verifier wrote, as bytes read as Latin-1: whatever stands there in clear is found. */
function written({ home }: TestVerifier): string {
  const folder = join(home, 'verifier')
  return readdirSync(folder)
    .filter((name) => name.startsWith('verifier.sqlite'))
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n')
}

const rows = ({ home }: TestVerifier, sql: string) => {
  const database = new DatabaseSync(join(home, 'verifier', 'verifier.sqlite'), { readOnly: true })
  const found = database.prepare(sql).all()
  database.close()
  return found
}

test('VP-26: no claim, presentation, key, nonce, code or token in the log, the answers or the database', async () => {
  const issuer = await sources()
  const verifier = await startTest(issuer)
  const token = readFileSync(join(verifier.home, 'verifier', 'token'), 'utf8').trim()
  const credential = await issuer.issue()
  const said: string[] = []
  const secrets: string[] = [token, credential.me.jwk.x as string, credential.text.split('~')[0] ?? '']
  // Every way it can end, and what is wrong on the way.
  for (const more of [{}, { device: 'same', redirect_uri: 'http://localhost:4002/return' }]) {
    const { id, request } = await verifier.ask(undefined, more)
    const text = await shown(credential, request)
    const wrong = await answerOf(request, {
      'limited-income': [await shown(credential, request, undefined, { nonce: 'another-nonce-that-is-long' })],
    })
    for (const body of [wrong, `response=${text}`, 'vp_token=1&state=2']) said.push(JSON.stringify(await post(request, body)))
    const { json } = await answer(credential, request)
    const code = json.redirect_uri === undefined ? 'none' : new URL(String(json.redirect_uri)).searchParams.get('response_code')
    said.push(JSON.stringify(await verifier.call(`/requests/${id}/complete`, { response_code: `${code}x` })))
    said.push(
      JSON.stringify(await verifier.call(`/requests/${id}/complete`, { response_code: code })),
      JSON.stringify(await verifier.state(id)),
    )
    secrets.push(
      text,
      ...text.split('~').filter((part) => part.length > 10),
      String(code),
      request.nonce,
      request.state ?? '',
      'another-nonce-that-is-long',
    )
    const { x, y } = request.clientMetadata.encryptionKeys[0]?.jwk ?? {}
    secrets.push(String(x), String(y), request.responseUri.split('/').at(-1) ?? '')
  }
  await fetch(`${verifier.url}/requests/91641210452?insz=91641210452`)
  await verifier.call('/requests', { question: '91641210452' }, 'token-of-91641210452')
  const claims = [...JSON.stringify(YES).matchAll(/"([^"]{6,})"/g)]
    .map(([, value = '']) => value)
    .filter((value) => /[^a-z_0-9-]/.test(value))
  expect(claims.length).toBeGreaterThan(5)
  const log = verifier.lines.join('')
  expect(verifier.lines.length).toBeGreaterThan(10)
  const database = written(verifier)
  for (const secret of [...secrets.filter((one) => one.length > 5), ...claims, '91641210452']) {
    expect(log).not.toContain(secret)
    expect(said.join('')).not.toContain(secret)
  }
  for (const secret of secrets.filter((one) => one.length > 5))
    expect(rows(verifier, 'select * from requests').some((row) => JSON.stringify(row).includes(secret))).toBe(false)
  for (const claim of claims) expect(database).not.toContain(claim)
  await verifier.close()
  issuer.close()
})

test('retention: the key is gone with the answer, the answer when the question says, and then nothing is left', async () => {
  const issuer = await sources()
  const verifier = await startTest(issuer)
  const [answered, waiting, refused] = [
    await verifier.ask(),
    await verifier.ask(undefined, { device: 'same', redirect_uri: 'http://localhost:4002/return' }),
    await verifier.ask(),
  ]
  expect(rows(verifier, 'select count(*) as n from requests where secret is not null')).toEqual([{ n: 3 }])
  await answer(await issuer.issue(), answered.request)
  await post(refused.request, String(new URLSearchParams({ error: 'access_denied', state: refused.request.state ?? '' })))
  expect(rows(verifier, 'select count(*) as n from requests where secret is not null')).toEqual([{ n: 1 }])
  const question = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../specs/questions/museum-reduced-price/question.json'), 'utf8'),
  )
  expect(question.retention).toBe(`${RETENTION / 60}m`)
  verifier.clock.now = NOW + RETENTION - 1
  expect(await verifier.state(answered.id)).toMatchObject({ state: 'answered', answer: 'yes' })
  verifier.clock.now = NOW + RETENTION
  for (const { id } of [answered, refused])
    expect(await verifier.call(`/requests/${id}`)).toMatchObject({ status: 404, json: { error: 'request_not_found' } })
  expect(await verifier.state(waiting.id)).toEqual({ state: 'expired', reasons: [] })
  verifier.clock.now = NOW + RETENTION + 300
  await verifier.close()
  // What is over goes at the next sweep, also when the process was stopped in between.
  const again = await startTest(issuer, { SYMBOLON_HOME: verifier.home }, { now: NOW + RETENTION + 300 })
  expect(rows(again, 'select count(*) as n from requests')).toEqual([{ n: 0 }])
  await again.close()
  issuer.close()
})
