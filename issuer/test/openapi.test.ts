import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi } from '../src/openapi.ts'
import { LOTTE, STATUTE, start, type TestIssuer } from './fixture.ts'

interface Operation {
  readonly operationId?: string
  readonly security?: Record<string, unknown>[]
  readonly parameters?: { name: string; in: string }[]
  readonly requestBody?: { content: Record<string, { schema: { $ref?: string }; example?: unknown }> }
  readonly responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>
}
interface Schema {
  readonly required: string[]
  readonly properties: Record<string, unknown>
}
interface Description {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { schemas: Record<string, Schema> }
}

let issuer: TestIssuer
let description: Description

beforeAll(async () => {
  issuer = await start()
  description = (await (await fetch(`${issuer.url}/openapi.json`)).json()) as Description
})
afterAll(() => issuer.close())

const operations = () =>
  Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  )

/** The route table, as the running issuer answers: a method that is not described is 405, an address that is not described 404. */
describe('the description and the routes are the same table', () => {
  test('everything described is there', async () => {
    for (const { path, method } of operations()) {
      const address = issuer.url + path.replaceAll(/\{[a-z]+\}/g, 'x')
      const response = await fetch(address, { method: method.toUpperCase() })
      const body = await response.text()
      expect([path, method, response.status === 405 || body.includes('"not_found"')]).toEqual([path, method, false])
    }
  })

  test('everything there is described', () => {
    const there = issuer.routes.map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:([a-z]+)/g, '{$1}')}`)
    expect(there.sort()).toEqual(
      operations()
        .map(({ path, method }) => `${method} ${path}`)
        .sort(),
    )
  })
})

test('all addresses move with the path of the issuer, the well-known ones as their standards say', () => {
  const { paths } = openApi('https://issuer.example/tenant') as unknown as Description
  expect(Object.keys(paths)).toContain('/tenant/admin/offers')
  expect(Object.keys(paths)).toContain('/.well-known/openid-credential-issuer/tenant')
})

test('every reference leads somewhere, every parameter of a path is described', () => {
  const references = [...JSON.stringify(description).matchAll(/"\$ref":"#\/components\/schemas\/([A-Za-z]+)"/g)].map(([, name]) => name)
  expect(new Set(references)).toEqual(new Set(Object.keys(description.components.schemas)))
  for (const { path, operation } of operations()) {
    const named = [...path.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => name)
    expect((operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named)
  }
})

test('answers have the members that are described, and no others', async () => {
  const { schemas } = description.components
  const has = (name: string, value: unknown) => {
    const { required = [], properties = {} } = schemas[name] ?? {}
    const members = Object.keys(value as object)
    expect(required.filter((member) => !members.includes(member))).toEqual([])
    expect(members.filter((member) => !(member in properties))).toEqual([])
  }
  const example = (path: string) => description.paths[path]?.post?.requestBody?.content['application/json']?.example
  const made = await issuer.admin('POST', '/offers', example('/admin/offers'))
  expect(made.status).toBe(201)
  has('NewOffer', made.json)
  has('Offer', (await issuer.admin('GET', `/offers/${made.json.id}`)).json)
  const page = await issuer.admin('POST', '/issuances/search', example('/admin/issuances/search'))
  has('Page', page.json)
  has('Error', (await issuer.admin('POST', '/offers', {})).json)
  expect(example('/admin/offers')).toEqual({ type: STATUTE, subject: LOTTE, tx_code: true })
})

describe('/docs', () => {
  test('a page of our own under a strict policy, with nothing from anywhere else', async () => {
    const page = await fetch(`${issuer.url}/docs`)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    const html = await page.text()
    expect(html).not.toMatch(/https?:\/\/|<script>| style=| on[a-z]+=/)
    for (const [, asset = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const response = await fetch(issuer.url + asset)
      expect(response.status).toBe(200)
      expect(await response.text()).not.toMatch(/https?:\/\//)
    }
  })

  test('its script is one that an engine can read', async () => {
    const script = await (await fetch(`${issuer.url}/docs/page.js`)).text()
    expect(() => new Function(script)).not.toThrow()
    expect(script).not.toMatch(/__vite|import\(/)
  })
})
