import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { start, type TestIssuer } from './fixture.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await start({ SYMBOLON_TLS: 'dev' })
})
afterAll(() => issuer.close())

/** Asks over https, trusting the local authority of the home and nobody else. */
function ask(path: string): Promise<{ headers: Record<string, string | string[] | undefined>; body: string }> {
  const ca = readFileSync(join(issuer.home, 'development-authority', 'tls', 'authority.crt'), 'utf8')
  return new Promise((resolve, reject) => {
    const asked = request(`${issuer.url}${path}`, { ca, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () => resolve({ headers: response.headers, body }))
    })
    asked.on('error', reject).end()
  })
}

test('SYMBOLON_TLS=dev: the issuer is at https://localhost, and says so', async () => {
  expect(issuer.url).toBe(`https://localhost:${issuer.port}`)
  const { body } = await ask('/.well-known/openid-credential-issuer')
  expect(JSON.parse(body)).toMatchObject({ credential_issuer: issuer.url, credential_endpoint: `${issuer.url}/credential` })
})

test('a browser that comes once is not told to stay with https on localhost for ever (RFC 6797 8.1)', async () => {
  expect((await ask('/healthz')).headers).not.toHaveProperty('strict-transport-security')
  const behind = await start({ ISSUER_URL: 'https://issuer.example' })
  const response = await fetch(`http://localhost:${behind.port}/healthz`)
  expect(response.headers.get('strict-transport-security')).toMatch(/max-age/)
  await behind.close()
})
