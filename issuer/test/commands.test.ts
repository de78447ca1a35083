import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { runVerbs } from '@symbolon/command-line'
import { openBundle, parseTrust, prepareAnchors } from '@symbolon/credential'
import { parseOfferLink } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERBS } from '../src/commands/index.ts'
import { command, type Outcome } from './command.ts'
import { issuance, LOTTE, newHome, STATUTE, start, type TestIssuer } from './fixture.ts'

const BIN = join(import.meta.dirname, '../bin/symbolon-issuer.js')
const folder = mkdtempSync(join(tmpdir(), 'symbolon-commands-'))
let issuer: TestIssuer

beforeAll(async () => {
  issuer = await start()
})
afterAll(() => issuer.close())

/** Runs the command as a person does, against the issuer of this test. */
const run = (
  args: string[],
  { stdin = '', environment = {} }: { stdin?: string; environment?: Record<string, string> } = {},
): Promise<Outcome> => command(args, { SYMBOLON_HOME: issuer.home, ISSUER_URL: issuer.url, ...environment }, stdin)

describe('offer', () => {
  test('takes the number from standard input or a file, and prints the link and the code apart', async () => {
    const { exit, out, err } = await run(['offer', STATUTE, '-', '--tx-code'], { stdin: `${LOTTE}\n` })
    expect(exit).toBe(0)
    expect(parseOfferLink(out.trimEnd())).toHaveProperty('offer')
    expect(err).toMatch(/^transaction code [0-9]{6}\n$/)
    const file = join(folder, 'number')
    writeFileSync(file, LOTTE)
    const { out: json } = await run(['offer', STATUTE, file, '--json'])
    expect(Object.keys(JSON.parse(json))).toEqual(['id', 'uri', 'credential_offer', 'expires_at'])
  })

  test.each([
    ['offer', ['offer', STATUTE, LOTTE]],
    ['status', ['status', '--subject', LOTTE]],
  ])('%s with the number in place of its file does not repeat it', async (_name, argv) => {
    const { exit, out, err } = await run([...argv, '--json'])
    expect([exit, JSON.parse(out).error]).toEqual([64, 'file_unreadable'])
    expect(out + err).not.toContain(LOTTE)
  })

  test('what the issuer refuses: exit 1 with its code', async () => {
    const { exit, out, err } = await run(['offer', STATUTE, '-', '--json'], { stdin: '00000000097' })
    expect([exit, JSON.parse(out).error]).toEqual([1, 'subject_not_found'])
    expect(err).not.toContain('00000000097')
  })

  test('a type that is misspelled: which there are', async () => {
    const { exit, out, err } = await run(['offer', 'be-social-statut', '-'], { stdin: LOTTE })
    expect([exit, out]).toEqual([1, ''])
    expect(err).toMatch(/there is no such credential type here; there are be-social-statute, /)
  })

  test('nobody there: exit 1; wrong usage: 64; wrong settings: 78', async () => {
    const away = await run(['offer', STATUTE, '-', '--json'], { stdin: LOTTE, environment: { ISSUER_URL: 'http://localhost:9' } })
    expect([away.exit, JSON.parse(away.out).error]).toEqual([1, 'issuer_unreachable'])
    const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = `http://127.0.0.1:${(other.address() as { port: number }).port}`
    const stranger = await run(['offer', STATUTE, '-', '--json'], { stdin: LOTTE, environment: { ISSUER_URL: address } })
    expect([stranger.exit, JSON.parse(stranger.out).error]).toEqual([1, 'answer_malformed'])
    other.close()
    expect((await run(['offer', STATUTE])).exit).toBe(64)
    expect((await run(['offer', STATUTE, '-'], { stdin: '\n' })).exit).toBe(64)
    expect((await run(['offer', STATUTE, join(folder, 'nowhere')])).exit).toBe(64)
    expect((await run(['offer', STATUTE, '-', '--home', newHome()], { stdin: LOTTE })).exit).toBe(78)
    const wrong = await run(['offer', STATUTE, '-'], { stdin: LOTTE, environment: { ISSUER_PORT: 'x', ISSUER_LOG_LEVEL: 'loud' } })
    expect(wrong.exit).toBe(78)
    expect(wrong.err).toMatch(/ISSUER_PORT[\s\S]*ISSUER_LOG_LEVEL/)
    expect((await run(['unknown'])).exit).toBe(64)
  })
})

test('status lists, revokes, and says when it is too late', async () => {
  const { id } = await issuance(issuer)
  const listed = await run(['status', '--subject', '-', '--json'], { stdin: LOTTE })
  expect(JSON.parse(listed.out).issuances.map((one: { id: string }) => one.id)).toContain(id)
  const revoked = await run(['status', id, 'revoked', '--reason', 'the source changed'])
  expect([revoked.exit, revoked.out]).toEqual([0, expect.stringContaining('revoked')])
  const back = await run(['status', id, 'valid', '--reason', 'a slip', '--json'])
  expect([back.exit, JSON.parse(back.out).error]).toEqual([1, 'revocation_final'])
  expect((await run(['status', id, 'revoked'])).exit).toBe(64)
})

test('bundle writes what a verifier opens', async () => {
  const file = join(folder, 'bundle.json')
  const { exit, out } = await run(['bundle', file, '--json'])
  expect([exit, JSON.parse(out).issuer]).toEqual([0, issuer.url])
  const anchors = await prepareAnchors(parseTrust(readFileSync(join(issuer.home, 'trust.json'), 'utf8')), primitives)
  const bundle = await openBundle(readFileSync(file, 'utf8'), { anchors, primitives, now: Math.floor(Date.now() / 1000) })
  expect(bundle.manifest.issuer).toBe(issuer.url)
})

test('keys shows four of them, by what others may know', async () => {
  const { exit, out } = await run(['keys', '--json'])
  expect(exit).toBe(0)
  expect(JSON.parse(out).map((key: { purpose: string }) => key.purpose)).toEqual(['credential', 'status', 'bundle', 'access'])
  expect(out).not.toContain('PRIVATE')
})

describe('check', () => {
  test('the bricks and sources of this repository', async () => {
    const { exit, out, err } = await run(['check', '--json'])
    expect([exit, err]).toEqual([0, ''])
    expect(JSON.parse(out).types).toContain(STATUTE)
  })

  test('every fault, and exit 78', async () => {
    const { exit, err } = await run(['check'], {
      environment: { ISSUER_TYPES: folder, ISSUER_SOURCES: join(import.meta.dirname, '../sources') },
    })
    expect(exit).toBe(78)
    expect(err).toMatch(/sources\/ehic: there is no credential type[\s\S]*sources\/pid: there is no credential type/)
  })
})

test('serve says where it answers, and stops when it is asked to', async () => {
  const home = newHome()
  const env = { ...process.env, SYMBOLON_HOME: home, ISSUER_PORT: '0' }
  const child = spawn(process.execPath, [BIN, 'serve'], { env })
  let err = ''
  const url = await new Promise<string>((resolve) => {
    child.stderr.on('data', (chunk) => {
      err += chunk
      const found = /the issuer answers at (\S+);/.exec(err)
      if (found) resolve(found[1] ?? '')
    })
  })
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
  expect(existsSync(join(home, 'issuer', 'issuer.sqlite-wal'))).toBe(false)
})

test.each(['serve', 'offer', 'status', 'bundle', 'keys', 'check'])('%s --help has an example', async (name) => {
  const stdout = new PassThrough()
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() }
  expect(await runVerbs({ program: 'symbolon-issuer', summary: '', verbs: VERBS, argv: [name, '--help'], ...streams })).toBe(0)
  expect(String(stdout.read())).toContain('example: ')
})
