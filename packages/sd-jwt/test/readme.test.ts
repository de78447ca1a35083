import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const packages = new URL('../../', import.meta.url)

it.each([
  ['sd-jwt', "{ iss: 'https://issuer.example', statutes: [ 'social tariff' ] }\n"],
  ['primitives', 'true\n'],
])('the example of %s runs and prints what it says', (name, printed) => {
  const [, example = ''] = readFileSync(new URL(`${name}/README.md`, packages), 'utf8').match(/```ts\n(.*?)```/s) ?? []
  const run = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: fileURLToPath(packages),
    encoding: 'utf8',
  })
  expect(run).toBe(printed)
  expect(example).toContain(`// ${printed.trim()}`)
})
