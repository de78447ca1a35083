import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { parseCredential, parseManifest, readBundleDocument } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { parseJws } from '@symbolon/sd-jwt'
import { SettingsError } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { issuerSettings, startIssuer } from '../src/index.ts'
import { accessToken, credentialIn, issuance, issued, newHome, proof, request, STATUTE, start } from './fixture.ts'

const TYPES = join(import.meta.dirname, '../../specs/credentials')
const SOURCES = join(import.meta.dirname, '../sources')

async function faults(environment: Record<string, string>): Promise<string> {
  try {
    const issuer = await startIssuer(
      issuerSettings({ SYMBOLON_HOME: newHome(), ISSUER_PORT: '0', ISSUER_LOG_LEVEL: 'silent', ...environment }),
    )
    await issuer.close()
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.join('\n')
    throw error
  }
  return ''
}

const bricks = (): { types: string; sources: string; environment: Record<string, string> } => {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-bricks-'))
  const [types, sources] = [join(folder, 'types'), join(folder, 'sources')]
  cpSync(TYPES, types, { recursive: true })
  cpSync(SOURCES, sources, { recursive: true })
  return { types, sources, environment: { ISSUER_TYPES: types, ISSUER_SOURCES: sources } }
}

describe('what an issuer does not start with', () => {
  test('faults in types and sources, all at once', async () => {
    const { types, sources, environment } = bricks()
    writeFileSync(join(types, 'ehic', 'schema.json'), '{')
    writeFileSync(join(types, 'pid', 'display', 'nl.json'), '{}')
    writeFileSync(join(sources, 'pda1', 'claims.json'), '{"claims":[]}')
    cpSync(join(sources, 'pid'), join(sources, 'nothing'), { recursive: true })
    const found = await faults(environment)
    for (const place of ['ehic/schema.json', 'pid/display/nl.json', 'sources/pda1/claims.json', 'sources/nothing'])
      expect(found).toContain(place)
  })

  test('a query that the source does not understand, a connection that leads nowhere', async () => {
    const { sources, environment } = bricks()
    writeFileSync(join(sources, 'pid', 'query.sql'), 'select * from no_such_table where insz = :subject')
    expect(await faults(environment)).toMatch(/pid[\s\S]*query\.sql/)
    const other = bricks()
    writeFileSync(join(other.sources, 'ehic', 'source.json'), '{"kind":"sql","connection":"elsewhere"}')
    expect(await faults(other.environment)).toMatch(/no setting says where this connection leads/)
  })

  test('folders without types, without sources', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'symbolon-empty-'))
    expect(await faults({ ISSUER_TYPES: join(empty, 'nowhere') })).toMatch(/no such folder/)
    expect(await faults({ ISSUER_SOURCES: empty })).toMatch(/no credential type has a source/)
  })

  test('the same vct twice', async () => {
    const { types, environment } = bricks()
    cpSync(join(types, 'ehic'), join(types, 'ehic-again'), { recursive: true })
    expect(await faults(environment)).toMatch(/ehic, ehic-again: several types have the vct/)
  })

  test('a trust file that does not vouch for our own keys, for a type, or at all (KX-03)', async () => {
    const home = newHome()
    await (await start({ SYMBOLON_HOME: home })).close()
    const path = join(home, 'trust.json')
    const entries = JSON.parse(readFileSync(path, 'utf8')) as { for: string }[]
    writeFileSync(path, JSON.stringify(entries.filter((entry) => entry.for !== 'status')))
    expect(await faults({ SYMBOLON_HOME: home })).toMatch(
      /does not vouch for our own status key of eu.we-build.pda1.1 \(issuer_not_trusted\)/,
    )
    writeFileSync(path, '[]')
    expect(await faults({ SYMBOLON_HOME: home })).toMatch(/our own credential key[\s\S]*our own bundle key[\s\S]*our own access key/)
    writeFileSync(path, '{}')
    expect(await faults({ SYMBOLON_HOME: home })).toMatch(/trust\.json: trust_file_malformed/)
  })

  test('a database of another kind, a port out of range, an address with a slash at the end', () => {
    const settings = () =>
      issuerSettings({ ISSUER_DATABASE_URL: 'mysql://localhost/x', ISSUER_PORT: '99999', ISSUER_URL: 'http://localhost/' })
    expect(settings).toThrow(/ISSUER_DATABASE_URL[\s\S]*ISSUER_URL[\s\S]*ISSUER_PORT/)
  })

  test('a port that is taken; nothing stays open', async () => {
    const one = await start()
    expect(await faults({ ISSUER_PORT: String(one.port) })).toMatch(/ISSUER_PORT: cannot listen/)
    await one.close()
  })
})

describe('production', () => {
  const names = ['CREDENTIAL', 'STATUS', 'BUNDLE', 'ACCESS'].flatMap((purpose) => [
    `ISSUER_${purpose}_KEY_FILE`,
    `ISSUER_${purpose}_CHAIN_FILE`,
  ])

  test('has no defaults for addresses, secrets, keys and connections, and names all that is missing', () => {
    const settings = () => issuerSettings({ SYMBOLON_ENV: 'production' })
    for (const name of ['ISSUER_URL', 'ISSUER_ADMIN_TOKEN_FILE', 'ISSUER_SECRET_FILE', 'ISSUER_CONNECTIONS_FILE', ...names]) {
      expect(settings).toThrow(new RegExp(`${name}: is missing`))
    }
  })

  test('refuses the local authority for https; SYMBOLON_TLS is dev or nothing, and does not go with an address on http', () => {
    expect(() => issuerSettings({ SYMBOLON_ENV: 'production', SYMBOLON_TLS: 'dev' })).toThrow(
      /SYMBOLON_TLS: is a certificate for development/,
    )
    expect(() => issuerSettings({ SYMBOLON_TLS: 'yes' })).toThrow(/SYMBOLON_TLS: is not dev/)
    expect(() => issuerSettings({ SYMBOLON_TLS: 'dev', ISSUER_URL: 'http://localhost:4000' })).toThrow(/ISSUER_URL: is http although/)
  })

  test('refuses http, the token and the secret of development, and certificates of a development authority', async () => {
    const development = await start()
    await development.close()
    const own = join(development.home, 'own')
    writeFileSync(own, 'x'.repeat(43))
    const connections = join(development.home, 'connections.json')
    writeFileSync(connections, JSON.stringify({ synthetic: join(development.home, 'issuer', 'source.sqlite') }))
    const signers = Object.fromEntries(
      names.map((name) => [name, join(development.home, 'development-authority', name.split('_')[1]?.toLowerCase() ?? '', 'signer.pem')]),
    )
    const environment = {
      SYMBOLON_ENV: 'production',
      SYMBOLON_HOME: development.home,
      ISSUER_CONNECTIONS_FILE: connections,
      ISSUER_URL: 'http://issuer.example',
      ISSUER_ADMIN_TOKEN_FILE: join(development.home, 'issuer', 'admin-token'),
      ISSUER_SECRET_FILE: join(development.home, 'issuer', 'secret'),
      ...signers,
    }
    expect(() => issuerSettings(environment)).toThrow(
      /ISSUER_URL: is not https[\s\S]*ADMIN_TOKEN_FILE: is a secret made for[\s\S]*SECRET_FILE: is a secret made for/,
    )
    const rest = { ...environment, ISSUER_URL: 'https://issuer.example', ISSUER_ADMIN_TOKEN_FILE: own, ISSUER_SECRET_FILE: own }
    const found = await faults(rest)
    for (const purpose of ['CREDENTIAL', 'STATUS', 'BUNDLE', 'ACCESS'])
      expect(found).toContain(`ISSUER_${purpose}_KEY_FILE: the certificate is of a development authority`)
  })
})

describe('a home', () => {
  test('is of its owner alone, and survives a restart with all that was issued', async () => {
    const first = await start()
    const { id } = await issuance(first)
    await first.close()
    for (const path of ['', 'issuer', 'development-authority']) expect(statSync(join(first.home, path)).mode & 0o077).toBe(0)
    for (const name of readdirSync(join(first.home, 'issuer'))) {
      expect([name, statSync(join(first.home, 'issuer', name)).mode & 0o077]).toEqual([name, 0])
    }
    const second = await start({ SYMBOLON_HOME: first.home })
    const { json } = await second.admin('POST', '/issuances/search', {})
    expect((json.issuances as { id: string }[]).map((found) => found.id)).toEqual([id])
    expect(second.token).toBe(first.token)
    await second.close()
  })

  test('at another address: what was issued before is still answered for, under the address it says', async () => {
    const listOf = async (text: string) => (await parseCredential(text, primitives)).view.status?.uri
    const first = await start()
    const { id, texts } = await issuance(first)
    const before = await listOf(texts[0] ?? '')
    await first.close()
    const second = await start({ SYMBOLON_HOME: first.home })
    expect(second.url).not.toBe(first.url)
    const after = await listOf(await issued(second))
    await second.admin('POST', `/issuances/${id}/status`, { status: 'revoked', reason: 'test' })
    const { manifest, parts } = readBundleDocument(await (await fetch(`${second.url}/bundle`)).text())
    const lists = parseManifest(manifest).manifest.entries.filter(({ kind }) => kind === 'status_list')
    expect(new Set(lists.map((list) => list.id))).toEqual(new Set([before, after]))
    const old = parts.get(lists.find((list) => list.id === before)?.digest ?? '') ?? ''
    expect(parseJws(old).payload.sub).toBe(before)
    expect(after).toContain(second.url)
    await second.close()
  })

  test('a database elsewhere, by its URL', async () => {
    const path = join(newHome(), 'elsewhere', 'records.sqlite')
    const issuer = await start({ ISSUER_DATABASE_URL: pathToFileURL(path).href })
    await issued(issuer)
    await issuer.close()
    expect(new DatabaseSync(path).prepare('select count(*) as n from issuances').get()).toEqual({ n: 1 })
    expect(existsSync(join(issuer.home, 'issuer', 'issuer.sqlite'))).toBe(false)
  })
})

test('closing while it issues: what was begun is finished, nothing fails by it', async () => {
  const issuer = await start()
  const tokens = await Promise.all(Array.from({ length: 10 }, () => accessToken(issuer)))
  const proofs = await Promise.all(tokens.map(() => proof(issuer)))
  const answers = tokens.map((token, at) => request(issuer, token, STATUTE, [proofs[at] ?? '']).catch(() => 'not accepted'))
  await Promise.race(answers)
  await issuer.close()
  const delivered = (await Promise.all(answers)).filter((answer) => typeof answer !== 'string')
  expect(delivered.length).toBeGreaterThan(0)
  expect(delivered.map(({ status }) => status)).toEqual(delivered.map(() => 200))
  const database = new DatabaseSync(join(issuer.home, 'issuer', 'issuer.sqlite'))
  expect(database.prepare('select count(*) as n from copies').get()).toEqual({ n: delivered.length })
  database.close()
})

test('not ready, and no signature, when a certificate has ended while it ran', async () => {
  const issuer = await start()
  try {
    expect((await fetch(`${issuer.url}/readyz`)).status).toBe(200)
    const token = await accessToken(issuer)
    credentialIn(await request(issuer, token))
    issuer.clock.ahead = 366 * 86_400
    expect((await fetch(`${issuer.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${issuer.url}/bundle`)).status).toBe(500)
    expect(issuer.lines.join('')).toContain('certificate_expired')
    expect((await fetch(`${issuer.url}/healthz`)).status).toBe(200)
  } finally {
    await issuer.close()
  }
})
