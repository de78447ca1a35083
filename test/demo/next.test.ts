import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { next } from './next.ts'
import { nationalNumber } from './telling.ts'

const folder = mkdtempSync(join(tmpdir(), 'symbolon-next-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each(['.symbolon', 'my home', "the citizen's $HOME"])('a shell takes the data folder %s as it is', (home) => {
  mkdirSync(join(folder, home))
  const lines = next({ url: 'http://localhost:4107', verifierUrl: 'http://localhost:4108' }, home).split('\n')
  const first = lines.findIndex((line) => line.startsWith('export '))
  const script = [...lines.slice(first, first + 2), 'printf "%s|%s|%s" "$SYMBOLON_HOME" "$ISSUER_PORT" "$VERIFIER_PORT"'].join('\n')
  expect(execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' })).toBe(`${home}|4107|4108`)
  expect(readFileSync(join(folder, home, 'number.txt'), 'utf8').trim()).toBe(nationalNumber('P02'))
})
