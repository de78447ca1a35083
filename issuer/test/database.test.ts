import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, SettingsError } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { issuerSettings } from '../src/index.ts'
import { issued, start } from './fixture.ts'

const URL_WITH_PASSWORD = 'postgres://issuer:hunter2-hunter2@db.example/issuer'

function written(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'symbolon-settings-')), 'database-url')
  writeFileSync(path, content)
  return path
}

function faults(environment: Record<string, string>): string {
  try {
    issuerSettings(environment)
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.join('\n')
    throw error
  }
  return ''
}

describe('where the database is', () => {
  test('may stand in a file', () => {
    expect(issuerSettings({ ISSUER_DATABASE_URL_FILE: written(`${URL_WITH_PASSWORD}\n`) }).databaseUrl).toBe(URL_WITH_PASSWORD)
  })

  test.each([
    ['is said twice', { ISSUER_DATABASE_URL: URL_WITH_PASSWORD, ISSUER_DATABASE_URL_FILE: written(URL_WITH_PASSWORD) }, /keep one of them/],
    ['is in a file that is not there', { ISSUER_DATABASE_URL_FILE: 'hunter2-hunter2' }, /cannot be read/],
    ['is of no known kind', { ISSUER_DATABASE_URL_FILE: written('mysql://hunter2-hunter2@db') }, /not a database/],
    [
      'is far away and no word is said on TLS',
      { SYMBOLON_ENV: 'production', ISSUER_DATABASE_URL: URL_WITH_PASSWORD },
      /sslmode=verify-full/,
    ],
  ])('is refused when it %s; the fault does not repeat it', (_what, environment, fault) => {
    expect(faults(environment)).toMatch(fault)
    expect(faults(environment)).not.toContain('hunter2')
  })
})

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    test('what nobody could have written into it is not found in it', async () => {
      const issuer = await start({ ISSUER_DATABASE_URL_FILE: written(await make()) })
      for (const path of ['/status-lists/%00', '/bundle/parts/a%00b', '/status-lists/nothing', '/status-lists/%F0%9F%99%82']) {
        expect([path, (await fetch(issuer.url + path)).status]).toEqual([path, 404])
      }
      expect((await issuer.admin('GET', '/offers/%00')).status).toBe(404)
      await issuer.close()
    })
  })
}

const postgres = DATABASES[1]
describe.runIf(postgres?.there)(postgres?.title ?? '', () => {
  test('a database that goes away: not ready, nothing issued, no crash, no address in the log; ready when it is back', async () => {
    const url = await postgres?.make()
    const beside = await postgres?.make()
    if (url === undefined || beside === undefined) throw new Error('no database')
    const issuer = await start({ ISSUER_DATABASE_URL: url })
    const administrator = await openStore(beside, [])
    const name = new URL(url).pathname.slice(1)
    const ready = async () => (await fetch(`${issuer.url}/readyz`)).status
    try {
      expect(await ready()).toBe(200)
      await administrator.run(`alter database ${name} with allow_connections false`)
      await administrator.get('select count(pg_terminate_backend(pid)) as n from pg_stat_activity where datname = $1', name)
      expect(await ready()).toBe(503)
      const refused = await issuer.admin('POST', '/issuances/search', {})
      expect([refused.status, refused.json.error]).toEqual([500, 'server_error'])
      expect((await fetch(`${issuer.url}/healthz`)).status).toBe(200)
      await administrator.run(`alter database ${name} with allow_connections true`)
      expect(await ready()).toBe(200)
      expect(await issued(issuer)).toContain('~')
      const log = issuer.lines.join('')
      expect(log).toContain('a request failed')
      for (const secret of [url, new URL(url).searchParams.get('password') ?? new URL(url).password]) expect(log).not.toContain(secret)
    } finally {
      await administrator.close()
      await issuer.close()
    }
  })
})
