import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERIFIER_SERVICE_CODES } from '../../src/service/index.ts'
import { answer, removeHomes, type Sources, sources, startTest, type TestVerifier } from './world.ts'

interface Schema {
  readonly required?: string[]
  readonly properties: Record<string, unknown>
}
interface Operation {
  readonly security?: object[]
  readonly responses: Record<string, { description: string }>
}
interface Description {
  readonly openapi: string
  readonly servers: { url: string }[]
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { schemas: Record<string, Schema> }
}

let issuer: Sources
let verifier: TestVerifier
let description: Description
beforeAll(async () => {
  issuer = await sources()
  verifier = await startTest(issuer)
  description = (await (await fetch(`${verifier.url}/openapi.json`)).json()) as Description
})
afterAll(async () => {
  await verifier.close()
  issuer.close()
  removeHomes()
})

const operations = () =>
  Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  )
const fits = (value: object, name: string): void => {
  const { required = [], properties } = description.components.schemas[name] ?? { properties: {} }
  expect(Object.keys(value).filter((member) => !(member in properties))).toEqual([])
  expect(required.filter((member) => !(member in value))).toEqual([])
}

describe('the description', () => {
  test('and the routes are the same table', () => {
    const there = verifier.routes.map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:([a-z]+)/g, '{$1}')}`)
    expect(there.sort()).toEqual(
      operations()
        .map(({ path, method }) => `${method} ${path}`)
        .sort(),
    )
    expect([description.openapi, description.servers]).toEqual(['3.1.0', [{ url: verifier.url }]])
  })

  test('names every code of ours, and says of each call of a relying party that it wants a token', () => {
    const words = operations()
      .flatMap(({ operation }) => Object.values(operation.responses).map(({ description }) => description))
      .join(' ')
    for (const code of Object.keys(VERIFIER_SERVICE_CODES)) expect(words).toContain(code)
    for (const { path, operation } of operations())
      expect([path, operation.security !== undefined]).toEqual([path, path.startsWith('/requests')])
  })

  test('fits what is answered: a request that was made, one that waits, one that was answered, and a refusal', async () => {
    const { json } = await verifier.call('/requests', { question: 'museum-reduced-price' })
    fits(json, 'Created')
    const { id, request } = await verifier.ask()
    fits(await verifier.state(id), 'State')
    await answer(await issuer.issue(), request)
    fits(await verifier.state(id), 'State')
    fits((await verifier.call('/requests', { question: 'nonesuch' })).json, 'Error')
  })
})

describe('for those who run it', () => {
  test('it is alive, ready, and counts questions and answers, and nothing of persons', async () => {
    for (const path of ['/healthz', '/readyz']) expect((await fetch(verifier.url + path)).status).toBe(200)
    const text = await (await fetch(`${verifier.url}/metrics`)).text()
    expect(text).toMatch(/symbolon_asked_total\{question="museum-reduced-price"\} \d/)
    expect(text).toMatch(/symbolon_answered_total\{question="museum-reduced-price",answer="yes"\} \d/)
  })

  test('an address that there is not, a method that there is not', async () => {
    expect((await fetch(`${verifier.url}/nowhere`)).status).toBe(404)
    expect((await fetch(`${verifier.url}/requests`, { method: 'DELETE' })).status).toBe(405)
  })
})
