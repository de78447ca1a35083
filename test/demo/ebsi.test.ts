import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from '../house/tree.ts'

const home = mkdtempSync(join(tmpdir(), 'symbolon-ebsi-demo-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('npm run demo -- --ebsi: from no identity to an accreditation that was taken back', { timeout: 180_000 }, () => {
  const demo = join(ROOT, 'test/demo/demo.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo, '--ebsi', '--home', home], { cwd: ROOT, encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toMatch(
    /^registry [\s\S]*\nidentity [\s\S]*\nonboard [\s\S]*\naccredit [\s\S]*\nissue [\s\S]*twice[\s\S]*\nbundle [\s\S]* \d+ parts\ncheck [\s\S]*is VALID[\s\S]*\nrevoke [\s\S]*NOT VALID/,
  )
  expect(stdout).toMatch(/\npath .*Accredited by (did:ebsi:z\w+), itself by (did:ebsi:z\w+)\. The root \2 /)
  expect(status).toBe(0)

  const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(home, file)).isFile())
  const contentOf = (file: string): string => readFileSync(join(home, file), 'latin1')
  const keys = files.filter((file) => /^issuer[\\/]ebsi[\\/].*\.pem$/.test(file))
  expect(keys).toHaveLength(2)
  for (const key of keys) {
    const [secret = ''] = contentOf(key).split('\n').slice(1)
    expect(secret.length).toBeGreaterThan(30)
    expect(files.filter((file) => file !== key && contentOf(file).includes(secret))).toEqual([])
    expect(stdout).not.toContain(secret)
    if (process.platform !== 'win32') expect(statSync(join(home, key)).mode & 0o077).toBe(0)
  }
  expect(stdout).not.toMatch(/eyJ[\w-]{8}|Bearer /)
})
