import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../run.ts'
import { answer, fetchRequest, newHome, post, removeHomes, type Sources, sources, startTest, type TestVerifier } from './world.ts'

const BIN = fileURLToPath(new URL('../../bin/symbolon-verifier.js', import.meta.url))

let issuer: Sources
let verifier: TestVerifier
beforeAll(async () => {
  issuer = await sources()
  verifier = await startTest(issuer)
})
afterAll(async () => {
  await verifier.close()
  issuer.close()
  removeHomes()
})

/** `ask` as a process of its own, and what it prints until it has said the link. */
async function asking(question: string, more: readonly string[] = []) {
  const env = { PATH: process.env.PATH ?? '', HOME: verifier.home }
  const argv = [BIN, 'ask', question, '--home', verifier.home, '--url', verifier.url, ...more]
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  const ended = once(child, 'close').then(([code]) => ({ code, ...said }))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text
  })
  const link = new Promise<string>((found) =>
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text
      const [uri] = said.stderr.match(/openid4vp:\S+(?=\n)/) ?? []
      if (uri !== undefined) found(uri)
    }),
  )
  const request = async () => fetchRequest(new URLSearchParams((await link).split('?')[1]).get('request_uri') ?? '')
  return { request, ended }
}

describe('ask', () => {
  it('prints the link, waits, and ends with the answer: exit 0 for yes', async () => {
    const { request, ended } = await asking('museum-reduced-price', ['--lang', 'fr'])
    await answer(await issuer.issue(), await request())
    const { code, stdout } = await ended
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'yes'])
    expect(stdout).toMatch(/Selon les sources/)
  })

  it('exit 1 when the person says no, with the reason; 2 when nobody answered in time', async () => {
    const { request, ended } = await asking('parking-space', ['--json'])
    const asked = await request()
    await post(asked, String(new URLSearchParams({ error: 'access_denied', state: asked.state ?? '' })))
    const refused = await ended
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { state: 'refused', reasons: [{ code: 'access_denied' }] }])
    const late = await asking('parking-space', ['--json'])
    await late.request()
    verifier.clock.now += 300
    const expired = await late.ended
    verifier.clock.now -= 300
    expect([expired.code, JSON.parse(expired.stdout)]).toEqual([2, { state: 'expired', reasons: [] }])
  })

  it('--no-wait prints the link; --given says what the question wants, and a fault is the one of the verifier', async () => {
    const ask = (...argv: string[]) => run(['ask', ...argv, '--home', verifier.home, '--url', verifier.url, '--no-wait', '--json'])
    const given = await ask('legislation-applies', '--given', 'country=DE', '--given', 'employer=0999999922')
    expect(given.exit).toBe(0)
    expect(JSON.parse(given.stdout)).toEqual({ id: expect.any(String), uri: expect.stringMatching(/^openid4vp:/) })
    const wrong = await ask('legislation-applies', '--given', 'country=DE')
    expect([wrong.exit, JSON.parse(wrong.stdout).error]).toEqual([1, 'given_wrong'])
    const unknown = await ask('nonesuch')
    expect([unknown.exit, JSON.parse(unknown.stdout).error]).toEqual([1, 'question_not_allowed'])
  })

  it('verifier_unreachable: nobody there, or somebody else', async () => {
    const home = ['--home', verifier.home, '--json']
    const nobody = await run(['ask', 'parking-space', '--url', 'http://localhost:9', ...home])
    expect([nobody.exit, JSON.parse(nobody.stdout).error]).toEqual([1, 'verifier_unreachable'])
    const other = await run(['ask', 'parking-space', '--url', issuer.url, ...home])
    expect([other.exit, JSON.parse(other.stdout).error]).toEqual([1, 'verifier_unreachable'])
    const token = join(newHome(), 'token')
    expect((await run(['ask', 'parking-space', '--url', verifier.url, '--token-file', token])).exit).toBe(64)
    writeFileSync(token, 'another-token\n')
    const stranger = await run(['ask', 'parking-space', '--url', verifier.url, '--token-file', token, '--json'])
    expect([stranger.exit, JSON.parse(stranger.stdout).error]).toEqual([1, 'invalid_token'])
    expect(stranger.stdout + stranger.stderr).not.toContain('another-token')
  })
})

describe('serve', () => {
  it('answers until it is asked to stop, then ends with 0; the same home is the same relying party again', async () => {
    const home = newHome()
    const env = { PATH: process.env.PATH ?? '', HOME: home, SYMBOLON_HOME: home, VERIFIER_PORT: '0', VERIFIER_LOG_LEVEL: 'silent' }
    for (const round of [1, 2]) {
      const child = spawn(process.execPath, [BIN, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      const ended = once(child, 'close')
      const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string]
      const [url = ''] = said.match(/http:\/\/localhost:\d+/) ?? []
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
      const asked = await run(['ask', 'parking-space', '--home', home, '--url', url, '--no-wait'])
      expect([round, asked.exit, asked.stdout.startsWith('openid4vp:')]).toEqual([round, 0, true])
      child.kill(round === 1 ? 'SIGTERM' : 'SIGINT')
      expect(await ended).toEqual([0, null])
    }
  })

  it('exit 78 with every wrong setting at once, before it listens', async () => {
    const env = { VERIFIER_PORT: 'x', VERIFIER_REQUEST_LIFE: '1', VERIFIER_PRIVATE_NETWORKS: 'some', VERIFIER_URL: 'ftp://x' }
    const ran = await run(['serve', '--home', newHome()], { env })
    expect(ran.exit).toBe(78)
    for (const name of Object.keys(env)) expect(ran.stderr).toContain(name)
  })

  it('production refuses http, made-up relying parties and made-up secrets', async () => {
    const ran = await run(['serve', '--home', newHome()], { env: { SYMBOLON_ENV: 'production', VERIFIER_URL: 'http://verifier.example' } })
    expect(ran.exit).toBe(78)
    for (const name of ['VERIFIER_URL', 'VERIFIER_SECRET_FILE', 'VERIFIER_RELYING_PARTIES']) expect(ran.stderr).toContain(name)
  })
})
