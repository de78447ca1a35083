import {
  type Bundle,
  CredentialError,
  type Memory,
  type Outcome,
  openChallenge,
  openForCheck,
  parseSeen,
  type Report,
  unpackCode,
  verifyBy,
} from '@symbolon/credential'
import { describe, expect, test } from 'vitest'
import { PRIMITIVES, TYPES, vectorFolder } from './vector_folder.ts'
import type { Finding, Vector } from './vectors/codes/vector.ts'

const { read, files, others, vectors, anchorsBy } = vectorFolder<Vector>('codes')
const byName = new Map(vectors.map((vector) => [vector.fault, vector]))
const isNegative = ({ expect: { outcome } }: Vector): boolean => outcome !== 'pass'

const bundleText = ({ bundle }: Vector): string => (typeof bundle === 'string' ? read(`shared/${bundle}.json`) : JSON.stringify(bundle))

function memoryOf({ seen }: Vector): { readonly memory?: Memory } {
  if (seen === undefined) return {}
  try {
    return { memory: parseSeen(seen) }
  } catch {
    return { memory: 'malformed' }
  }
}

/** The outcome of the whole, and what was found at each stage. */
interface Judged {
  readonly outcome: Outcome
  readonly found: readonly Finding[]
}

const alone = (finding: Finding): Judged => ({ outcome: finding.outcome, found: [finding] })
const reported = ({ outcome, checks }: Report): Judged => ({
  outcome,
  found: checks.map(({ id, outcome, code }) => ({ stage: id, outcome, code })),
})
const refused = (stage: string, error: unknown): Finding => {
  if (error instanceof CredentialError) return { stage, outcome: 'fail', code: error.code }
  throw error
}

/** What a wallet finds that scans a challenge; what is wrong with it as a code is found before what is wrong in it. */
async function asked(challenge: string, context: Parameters<typeof openChallenge>[1]): Promise<Judged> {
  try {
    const { asker } = await openChallenge(challenge, context)
    return alone({ stage: 'challenge', outcome: asker.outcome, code: asker.outcome === 'pass' ? 'asker_known' : 'asker_unknown' })
  } catch (error) {
    const found = refused('challenge', error)
    return alone(found.code.startsWith('code_') ? { ...found, stage: 'unpack' } : found)
  }
}

/** What a verifier finds that scans a code, with nothing but a bundle: in this order, and no further than the first that ends it. */
async function shown(code: string, vector: Vector, bundle: Bundle, context: Parameters<typeof openChallenge>[1]): Promise<Judged> {
  let text: string
  try {
    text = await unpackCode(code, context.primitives, bundle.dictionaries)
  } catch (error) {
    return alone(refused('unpack', error))
  }
  const policy = { types: TYPES, maxStatusAge: vector.maxStatusAge ?? 0, ...vector.asked }
  return reported(await verifyBy(bundle, text, { ...context, policy, ...memoryOf(vector) }))
}

describe.each(PRIMITIVES)('on the %s primitives', (_, primitives) => {
  const anchorsOf = anchorsBy(primitives)

  async function judged(vector: Vector): Promise<Judged> {
    const context = { anchors: await anchorsOf(vector.trust), primitives, now: vector.now }
    if (vector.challenge !== undefined) return asked(vector.challenge, context)
    const opened = await openForCheck(bundleText(vector), context)
    return 'report' in opened ? reported(opened.report) : shown(vector.code ?? '', vector, opened.bundle, context)
  }

  test.each(vectors.map((vector) => [vector.fault, vector.spec, vector] as const))('%s (%s)', async (_, __, vector) => {
    const { expect: main, also = [] } = vector
    const { outcome, found } = await judged(vector)
    expect(found).toContainEqual(main)
    for (const { reason, ...finding } of also) {
      expect(found).toContainEqual(finding)
      expect(reason).not.toBe('')
    }
    const named = new Set([main, ...also].map(({ stage }) => stage))
    expect(found.filter((finding) => finding.outcome !== 'pass' && !named.has(finding.stage))).toEqual([])
    expect(outcome).toBe([main, ...also].some((finding) => finding.outcome === 'fail') ? 'fail' : main.outcome)
  })
})

describe('the folder', () => {
  test('has every file under the name of its fault, and nothing that is no vector', () => {
    expect(vectors.map(({ fault }) => `${fault}.json`)).toEqual(files)
    expect(others).toEqual(['README.md', 'generate.ts', 'making', 'shared', 'vector.ts'])
  })

  test('has 80 negative vectors of codes and bundles, some of challenges, and positive ones beside them', () => {
    const negative = vectors.filter(isNegative)
    expect(negative.filter(({ code }) => code !== undefined).length).toBeGreaterThanOrEqual(80)
    expect(negative.filter(({ challenge }) => challenge !== undefined).length).toBeGreaterThanOrEqual(30)
    expect(vectors.length - negative.length).toBeGreaterThanOrEqual(6)
    expect(vectors.length).toBe(298)
  })

  test('has a vector that fails at each stage', () => {
    const stages = new Set(vectors.filter(isNegative).map(({ expect: { stage } }) => stage))
    expect([...stages].sort()).toEqual([
      ...['binding', 'bundle', 'challenge', 'rollback', 'signature', 'status', 'structure', 'trust', 'type', 'unpack', 'validity'],
    ])
  })

  test('a positive vector is named so, and only such a one', () => {
    for (const vector of vectors) expect.soft(/^valid-/.test(vector.fault), vector.fault).toBe(!isNegative(vector))
  })

  test('a negative vector differs in one member from the one it was made of, which nothing speaks against', () => {
    const inputs = ['now', 'code', 'challenge', 'bundle', 'trust', 'asked', 'seen', 'maxStatusAge'] as const
    for (const vector of vectors.filter(isNegative)) {
      const of = byName.get(vector.of ?? '')
      expect.soft(of?.expect.outcome, vector.fault).toMatch(/pass|unknown/)
      const changed = inputs.filter((name) => JSON.stringify(vector[name]) !== JSON.stringify(of?.[name]))
      expect.soft(changed, vector.fault).toHaveLength(1)
    }
  })

  test('no two vectors are of the same code, bundle, trust file and question', () => {
    const essence = ({ fault: _, description: __, spec: ___, of: ____, expect: _____, also: ______, ...rest }: Vector) =>
      JSON.stringify(rest)
    expect(new Set(vectors.map(essence)).size).toBe(vectors.length)
  })

  test('no file is large', () => {
    for (const file of files) expect.soft(read(file).length, file).toBeLessThan(16_000)
  })
})
