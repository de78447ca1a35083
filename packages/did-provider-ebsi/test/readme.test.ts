import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startEbsiRegistry } from '../../../test/ebsi_registry/start.ts'

const here = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', here), 'utf8')
const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []

test('the agent of README.md runs against the registry and prints what it says', async () => {
  const double = await startEbsiRegistry({ bootstrap: { tao: true } })
  const { PATH = '' } = process.env
  const options = { cwd: fileURLToPath(here), env: { PATH, EBSI_REGISTRY: double.origin } }
  const run = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', example], options)
  expect(run.stdout).toBe('true\n')
  expect(example).toContain('// true')
  expect(double.state.ledger.height()).toBeGreaterThan(4)
  await double.close()
})

test('it is short', () => {
  expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('import ')).length).toBeLessThanOrEqual(30)
})
