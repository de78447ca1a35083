import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { tokenHash } from '../../src/service/index.ts'
import { answer, newHome, removeHomes, sources, startTest, writeParty } from './world.ts'

afterAll(removeHomes)

const MANY = 1000

test('one process serves a thousand small relying parties: each asks with its own name, and sees its own requests only', async () => {
  const issuer = await sources()
  const home = newHome()
  const folder = join(home, 'parties')
  // A hundred different certificates, used by ten each: making a thousand takes longer than serving them.
  for (let index = 0; index < MANY / 10; index++) await writeParty(home, folder, `party-${index}`)
  for (let index = MANY / 10; index < MANY; index++) {
    const path = join(folder, `party-${index}`)
    mkdirSync(path)
    cpSync(join(folder, `party-${index % (MANY / 10)}`), path, { recursive: true })
    const file = JSON.parse(readFileSync(join(path, 'relying_party.json'), 'utf8'))
    writeFileSync(
      join(path, 'relying_party.json'),
      JSON.stringify({ ...file, name: `Party ${index}`, token_hash: tokenHash(`token-of-party-${index}`) }),
    )
  }
  const verifier = await startTest(issuer, { SYMBOLON_HOME: home, VERIFIER_RELYING_PARTIES: folder })
  const ids: string[] = []
  for (let from = 0; from < MANY; from += 50) {
    const batch = Array.from({ length: 50 }, (_, at) =>
      verifier.call('/requests', { question: 'museum-reduced-price' }, `token-of-party-${from + at}`),
    )
    for (const { status, json } of await Promise.all(batch)) {
      expect(status).toBe(201)
      ids.push(String(json.id))
    }
  }
  expect(new Set(ids).size).toBe(MANY)
  const seen = await Promise.all(
    [7, 508, 999].flatMap((owner) =>
      [8, 509, owner].map((reader) => verifier.call(`/requests/${ids[owner]}`, undefined, `token-of-party-${reader}`)),
    ),
  )
  expect(seen.map(({ status }) => status)).toEqual([404, 404, 200, 404, 404, 200, 404, 404, 200])
  const { id, request } = await verifier.ask(undefined, {}, 'token-of-party-999')
  const other = await verifier.ask(undefined, {}, 'token-of-party-42')
  expect(request.clientId).not.toBe(other.request.clientId)
  await answer(await issuer.issue(), request)
  expect(await verifier.state(id, 'token-of-party-999')).toMatchObject({ answer: 'yes' })
  await verifier.close()
  issuer.close()
})
