import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { type CredentialType, type Draft, formatNamed, parseCredential } from '@symbolon/credential'
import { type Held, matchDcql, parseDcql } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import { evaluate, parseQuestion, type Question } from '@symbolon/question'
import type { JsonObject, Jwk } from '@symbolon/sd-jwt'
import { brick } from '../brick.ts'
import { median } from '../measure.ts'
import type { LimitRow } from '../row.ts'

const HELD = 1000
const TURNS = 40
const HOLDER = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) as Jwk
const QUESTIONS = new URL('../../../specs/questions/', import.meta.url)

/** What deciding costs, in a wallet that holds a thousand credentials, and in a verifier that has verified what was shown. */
export async function benchDeciding(): Promise<LimitRow[]> {
  const types = ['be-social-statute', 'ehic', 'pda1'].map(brick)
  return [await matching(types), ...ruling(types)]
}

/** One query with sets of credentials and of claims, values, an array, an authority, held against a thousand credentials of three types. */
async function matching(types: readonly CredentialType[]): Promise<LimitRow> {
  const held: Held[] = []
  for (let index = 0; index < HELD; index++) {
    const type = types[index % types.length]
    if (type !== undefined) held.push({ view: await viewOf(type), authorityKeys: ['authority'] })
  }
  const [statute, ehic, pda1] = types.map(({ vct }) => vct)
  const of = (id: string, vct = '', more: JsonObject = {}): JsonObject => ({
    ...{ id, format: 'dc+sd-jwt', meta: { vct_values: [vct] } },
    ...more,
  })
  const query = parseDcql(
    {
      credentials: [
        of('statute', statute, {
          claims: [
            { id: 'a', path: ['statutes', 'companion'], values: ['yes'] },
            { id: 'b', path: ['statutes', 'parking_card'], values: ['yes', 'no'] },
            { id: 'c', path: ['birthdate'] },
          ],
          claim_sets: [['a', 'c'], ['b']],
        }),
        of('card', ehic, {
          trusted_authorities: [{ type: 'aki', values: ['authority'] }],
          claims: [{ path: ['subject', 'date_of_birth'] }],
        }),
        of('posting', pda1, {
          multiple: true,
          claims: [{ path: ['employmentSituations', null, 'name'] }, { path: ['subject', 'nationalities', null] }],
        }),
      ],
      credential_sets: [{ options: [['statute', 'card'], ['card']] }, { options: [['posting']], required: false }],
    },
    (place, what) => new Error(`${place} ${what}`),
  )
  if (matchDcql(query, held).selections.length === 0) throw new Error('nothing that is held answers the query')
  const value = timed(1, () => matchDcql(query, held)) * 1000
  return { name: `DCQL over ${HELD} held credentials`, value, unit: 'ms', limit: 10 }
}

async function viewOf(type: CredentialType) {
  const format = formatNamed('dc+sd-jwt')
  if (format === undefined) throw new Error('the format is not there')
  const times = { issuedAt: 1_781_474_400, notBefore: 1_781_474_400, expires: 1_782_856_800 }
  const draft: Draft = {
    type,
    claims: type.sample,
    issuer: 'https://issuer.example.be',
    algorithm: 'ES256',
    x5c: [],
    ...times,
    holderKey: HOLDER,
  }
  const text = (await format.build(draft, primitives)).seal(new Uint8Array(64))
  return (await parseCredential(text, primitives)).view
}

const OTHERS = ['be-social-statute-code', 'be-social-statute-paper', 'ehic-code', 'pda1-code', 'pda1-ebsi']

/** The rule of each question on the samples of its types; the slowest counts. */
function ruling(types: readonly CredentialType[]): LimitRow[] {
  // Other types say the same as these, in codes or in another form: the questions name them too.
  const known = new Map([...types, ...OTHERS.map(brick)].map((type) => [type.vct, type]))
  const views = new Map(types.map((type) => [type.name, [{ claims: type.sample }]]))
  const given = { country: 'DE', state: 'BE', employer: '0999999922' }
  const each = readdirSync(QUESTIONS).map((name) => {
    const { rule } = question(name, known)
    return timed(1000, () => evaluate(rule, { views, today: '2026-06-15', given })) * 1e6
  })
  return [{ name: `a rule over a view, the slowest of ${each.length}`, value: Math.max(...each), unit: 'µs', limit: 20 }]
}

function question(name: string, types: ReadonlyMap<string, CredentialType>): Question {
  const folder = new URL(`${name}/`, QUESTIONS)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))
  const files = Object.fromEntries(names.map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]))
  const { question } = parseQuestion({ name, files }, types)
  if (question === undefined) throw new Error(`the question ${name} cannot be read`)
  return question
}

/** The median of the seconds that something takes, measured so many times together. */
function timed(times: number, action: () => unknown): number {
  const seconds: number[] = []
  for (let turn = -5; turn < TURNS; turn++) {
    const start = performance.now()
    for (let n = 0; n < times; n++) action()
    if (turn >= 0) seconds.push((performance.now() - start) / 1000 / times)
  }
  return median(seconds)
}
