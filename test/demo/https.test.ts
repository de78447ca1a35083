import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from '../house/tree.ts'

const home = mkdtempSync(join(tmpdir(), 'symbolon-https-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('SYMBOLON_TLS=dev: the same walk over https, with every command line', { timeout: 120_000 }, async () => {
  const environment = { ...process.env, SYMBOLON_HOME: home, SYMBOLON_TLS: 'dev', ISSUER_PORT: '0', VERIFIER_PORT: '0' }
  const child = spawn(process.execPath, [join(ROOT, 'test/demo/start.ts')], { cwd: ROOT, env: environment })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('exit $?')) child.kill('SIGTERM')
    })
  await new Promise((done) => child.once('close', done))
  expect(said).toMatch(/VALID\n[\s\S]*NOT VALID[\s\S]*the service reads: yes/)
  expect(said).toMatch(/The issuer stays up at https:\/\/localhost:\d+ /)
  expect(said).toMatch(/^export SYMBOLON_HOME=.* SYMBOLON_TLS=dev ISSUER_PORT=\d+ VERIFIER_PORT=\d+$/m)
})
