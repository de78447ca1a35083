import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { isObject, type Json, type JsonObject } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseLength } from '../src/time.ts'
import { brick, DAY, issue, NOW, show, statusList } from './artefacts.ts'
import { makeWorld, WHO, type World } from './world.ts'

const QUESTIONS = join(import.meta.dirname, '../../specs/questions')

interface Sample {
  readonly claims: { readonly [type: string]: JsonObject }
  readonly given?: Readonly<Record<string, string>>
  readonly today: string
  readonly answer: string
}
interface Asked {
  readonly name: string
  /** The oldest status evidence that counts, in seconds. */
  readonly limit: number
  readonly type: string
  readonly claims: JsonObject
  readonly given: readonly string[]
}

/** Every question of the repository that asks for an SD-JWT VC, with claims of one credential to which its answer is yes. */
const ASKED: readonly Asked[] = readdirSync(QUESTIONS).flatMap((name) => {
  const json = (file: string) => JSON.parse(readFileSync(join(QUESTIONS, name, file), 'utf8'))
  const samples: Sample[] = json('samples.json')
  const yes = samples.find(({ answer, claims, today }) => answer === 'yes' && today === '2026-06-15' && Object.keys(claims).length === 1)
  const [[type, claims] = ['', {}]] = Object.entries(yes?.claims ?? {})
  const given = Object.entries(yes?.given ?? {}).flatMap(([member, value]) => ['--given', `${member}=${value}`])
  const limit = parseLength(json('question.json').max_status_age) ?? Number.NaN
  return brick(type).type.vcdm === undefined ? { name, limit, type, claims, given } : []
})

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.remove())

/** One value over another, member by member and element by element: a question's samples hold only what it looks at. */
function laid(under: Json | undefined, over: Json): Json {
  if (Array.isArray(over))
    return Array.isArray(under) && over.length > 0 ? over.map((value, at) => laid(under[at], value)) : (under ?? over)
  if (!isObject(over)) return over
  const below = isObject(under) ? under : {}
  return { ...below, ...Object.fromEntries(Object.entries(over).map(([name, value]) => [name, laid(below[name], value)])) }
}

/** The sample of the type with these claims in it, everything shown. */
async function shown({ type: name, claims }: Asked, over: Parameters<typeof issue>[2] = {}): Promise<string> {
  const { type } = brick(name)
  const text = await issue(world.issuer, type, { holder: world.me, claims: laid(type.sample, claims) as JsonObject, ...over })
  return show(text, (await parseCredential(text, primitives)).view.disclosable, world.me)
}

async function ask(asked: Asked, text: string, bundle: string, ...more: string[]) {
  const ran = await world.check(text, [...WHO, '--question', asked.name, ...asked.given, ...more], { bundle })
  const { answer, reasons, outcome } = JSON.parse(ran.stdout)
  return { exit: ran.exit, answer, outcome, reasons: reasons.map(({ code }: { code: string }) => code) }
}

/** A bundle made now whose list is so old: as one that was not renewed in time, or merged of one. */
const aged = async (age: number) =>
  world.writeBundle(`aged-${age}.json`, world.bundler, [await statusList(world.lists, {}, NOW - age)], {
    created: NOW - Math.min(age, 6 * DAY),
  })

test('all questions but the one of EBSI are tried', () => {
  expect(ASKED).toHaveLength(readdirSync(QUESTIONS).length - 1)
})

describe('an old bundle answers as long as the question allows, and is never yes beyond it', () => {
  test.each(ASKED)('$name: $limit s', async (asked) => {
    const text = await shown(asked)
    expect(await ask(asked, text, await aged(asked.limit))).toMatchObject({ exit: 0, answer: 'yes' })
    const unknown = { exit: 2, answer: 'unknown', outcome: 'unknown', reasons: ['status_too_old'] }
    expect(await ask(asked, text, await aged(asked.limit + 1))).toEqual(unknown)
    // Whoever asks more closely is heard, whoever asks less closely is not.
    expect(await ask(asked, text, await aged(asked.limit), '--max-age', '1m')).toEqual(unknown)
    expect(await ask(asked, text, await aged(asked.limit + 1), '--max-age', '99d')).toEqual(unknown)
  })
})

describe('a credential that lives a day needs no status, so the age of the bundle says nothing about it', () => {
  const short = { index: null, from: NOW - 3600, until: NOW + 23 * 3600 }

  test.each(ASKED)('$name', async (asked) => {
    const old = await world.writeBundle('empty.json', world.bundler, [], { created: NOW - 60 * DAY })
    expect(await ask(asked, await shown(asked, short), old)).toMatchObject({ exit: 0, answer: 'yes' })
    const longer = await ask(asked, await shown(asked, { ...short, until: NOW + 23 * 3600 + 1 }), old)
    expect(longer).toMatchObject({ exit: 2, answer: 'unknown', reasons: ['status_missing'] })
  })

  test('but one that is over answers nothing', async () => {
    const [asked] = ASKED
    if (asked === undefined) throw new Error('there is no question')
    const over = await world.writeBundle('over.json', world.bundler, [], { created: NOW - 60 * DAY, validUntil: NOW })
    expect(await ask(asked, await shown(asked, short), over)).toMatchObject({ exit: 2, answer: 'unknown', reasons: ['bundle_expired'] })
  })
})
