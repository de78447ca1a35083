import { verifyOffline } from '@symbolon/credential'
import { describe, expect, test } from 'vitest'
import { PRIMITIVES, TYPES, vectorFolder } from './vector_folder.ts'
import type { Vector } from './vectors/presentations/vector.ts'

const { read, files, others, vectors, anchorsBy } = vectorFolder<Vector>('presentations')
const isNegative = ({ expect: { outcome } }: Vector): boolean => outcome !== 'pass'

/** The pitfalls that can be seen in a presentation, its bundle or its trust file; the others are flows, settings or code. */
const PITFALLS = [
  ...['SD-01', 'SD-02', 'SD-03', 'SD-04', 'SD-05', 'SD-06', 'SD-07', 'SD-08', 'SD-09', 'SD-10', 'SD-11', 'SD-12', 'SD-13', 'SD-14'],
  ...['SD-15', 'SD-16', 'SD-17', 'SD-18', 'SD-19', 'SD-20', 'SD-21', 'SD-22', 'SD-23', 'SD-24', 'SD-26', 'SD-27', 'SD-28', 'SD-29'],
  ...['TM-01', 'TM-02', 'TM-03', 'TM-04', 'TM-05', 'TM-06', 'ST-01', 'ST-02', 'ST-03', 'ST-04', 'ST-05', 'ST-06', 'ST-07', 'ST-08'],
  ...['KX-01', 'KX-02', 'KX-04', 'KX-06', 'KX-12', 'KX-14', 'OF-02', 'OF-03', 'OF-04', 'OF-05'],
]

function bundleText({ bundle }: Vector): string {
  const document = typeof bundle === 'string' ? (JSON.parse(read(`shared/${bundle}.json`)) as Exclude<Vector['bundle'], string>) : bundle
  if ('text' in document) return document.text
  const parts = Object.entries(document.parts).map(([digest, part]) => [
    digest,
    typeof part === 'string' ? part : read(`shared/${part.file}`),
  ])
  return JSON.stringify({ ...document, parts: Object.fromEntries(parts) })
}

describe.each(PRIMITIVES)('on the %s primitives', (_, primitives) => {
  const anchorsOf = anchorsBy(primitives)

  test.each(vectors.map((vector) => [vector.fault, vector.spec, vector] as const))('%s (%s)', async (_, __, vector) => {
    const { presentation, audience, nonce, maxStatusAge, now, expect: main, also = [] } = vector
    const policy = { types: TYPES, maxStatusAge, ...(audience !== undefined && { audience }), ...(nonce !== undefined && { nonce }) }
    const report = await verifyOffline(presentation, bundleText(vector), {
      anchors: await anchorsOf(vector.trust),
      policy,
      now,
      primitives,
    })
    const found = report.checks.map(({ id, outcome, code }) => ({ check: id, outcome, code }))
    const { check, outcome, code } = main
    expect(found).toContainEqual({ check, outcome, code })
    for (const { reason, ...finding } of also) {
      expect(found).toContainEqual(finding)
      expect(reason).not.toBe('')
    }
    const named = new Set([main, ...also].map((finding) => finding.check))
    expect(found.filter((finding) => finding.outcome !== 'pass' && !named.has(finding.check))).toEqual([])
    expect(report.outcome).toBe([main, ...also].some((finding) => finding.outcome === 'fail') ? 'fail' : main.outcome)
    for (const { spec } of report.checks) expect(spec).not.toBe('')
  })
})

describe('the folder', () => {
  test('has every file under the name of its fault, and nothing that is no vector', () => {
    expect(vectors.map(({ fault }) => `${fault}.json`)).toEqual(files)
    expect(others).toEqual(['README.md', 'generate.ts', 'making', 'shared', 'vector.ts'])
  })

  test('has 200 negative vectors, and positive ones beside them', () => {
    expect(vectors.filter(isNegative).length).toBeGreaterThanOrEqual(200)
    expect(vectors.length).toBe(252)
  })

  test('a positive vector is named so, and only such a one', () => {
    for (const vector of vectors) expect.soft(/^valid(-|$)/.test(vector.fault), vector.fault).toBe(!isNegative(vector))
  })

  test('has a vector for every pitfall that can be seen in a presentation, and no other', () => {
    expect([...new Set(vectors.flatMap(({ pitfall = [] }) => pitfall))].sort()).toEqual([...PITFALLS].sort())
  })

  test('no two vectors are of one presentation, bundle, trust file and question', () => {
    const essence = ({ fault: _, description: __, pitfall: ___, spec: ____, expect: _____, ...rest }: Vector) => JSON.stringify(rest)
    expect(new Set(vectors.map(essence)).size).toBe(vectors.length)
  })

  test('no file is large', () => {
    for (const file of files) expect.soft(read(file).length, file).toBeLessThan(16_000)
  })
})
