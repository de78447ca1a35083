import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorsPage } from '../scripts/errors.ts'
import { ROOT } from './house/tree.ts'

test('specs/errors.md is what the tables of codes say; `npm run errors` writes it', async () => {
  expect(readFileSync(join(ROOT, 'specs/errors.md'), 'utf8')).toBe(await errorsPage())
})
