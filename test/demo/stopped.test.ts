import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'symbolon-stopped-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a demonstration that is stopped in the middle leaves nothing behind', async () => {
  const demo = spawn(process.execPath, [join(import.meta.dirname, 'demo.ts')], { env: { ...process.env, TMPDIR: folder } })
  await once(demo.stdout, 'data')
  expect(readdirSync(folder)).toHaveLength(1)
  demo.kill('SIGINT')
  expect(await once(demo, 'close')).toEqual([130, null])
  expect(readdirSync(folder)).toEqual([])
})
