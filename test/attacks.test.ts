import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './house/tree.ts'

/** What is wrong with a proof of specs/attacks.md; null when the vector, or the test of that title, is there. */
function fault(proof: string): string | null {
  const [file = '', title] = proof.split(' › ')
  if (title === undefined) return existsSync(join(ROOT, 'test/vectors', `${file}.json`)) ? null : 'there is no such vector'
  if (!existsSync(join(ROOT, file))) return 'there is no such file'
  const titles = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\b(?:test|it)\(\s*(['"`])(.*?)\1,/g)].map((match) => match[2])
  return titles.includes(title) ? null : 'there is no test of this title'
}

const page = readFileSync(join(ROOT, 'specs/attacks.md'), 'utf8')
const rows = page.split('\n').filter((line) => /^\| /.test(line) && !/^\| (attack|---)/.test(line))

describe('specs/attacks.md', () => {
  test('has a proof in every row', () => {
    expect(rows.length).toBeGreaterThan(40)
    expect(rows.filter((row) => !/ \| `[^|]+` \|$/.test(row))).toEqual([])
  })

  test('every proof is there', () => {
    const proofs = rows.flatMap((row) => [...(row.split(' | ')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, proof]) => proof ?? ''))
    const faults = proofs.map((proof) => [proof, fault(proof)]).filter(([, found]) => found !== null)
    expect(faults).toEqual([])
  })

  test('a proof that is not there is noticed', () => {
    expect(fault('presentations/no-such-fault')).not.toBeNull()
    expect(fault('test/no-such.test.ts › title')).not.toBeNull()
    expect(fault('test/attacks.test.ts › no such title')).not.toBeNull()
    expect(fault('test/attacks.test.ts › every proof is there')).toBeNull()
  })
})
