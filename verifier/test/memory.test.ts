import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ISSUER, NOW } from './artefacts.ts'
import { type Ran, run, runHere } from './run.ts'
import { codes, makeWorld, type PrintedReport, WHO, type World } from './world.ts'

/** `bundle inspect` goes by the clock of the machine. */
const CLOCK = Math.floor(Date.now() / 1000)
const FOREVER = CLOCK + 1_000_000

let world: World
beforeAll(async () => {
  world = await makeWorld()
  await world.writeBundle('older.json', world.bundler, [world.list], { created: NOW - 3600, validUntil: FOREVER })
  await world.writeBundle('newer.json', world.bundler, [world.list], { created: NOW - 60, validUntil: FOREVER })
  await world.writeBundle('other.json', world.bundler, [world.list], {
    ...{ created: NOW - 7200, validUntil: FOREVER, issuer: 'https://other.example.be' },
  })
})
afterAll(() => world.remove())

let homes = 0
/** A data folder that is there, empty. */
async function newHome(): Promise<string> {
  const home = world.file(`home-${++homes}`)
  await mkdir(home)
  return home
}

const report = async (
  bundle: string,
  home: string,
  more: { at?: string; argv?: string[] } = {},
): Promise<Ran & { report: PrintedReport }> => {
  const { at, argv = [] } = more
  return world.check(await world.shown(), [...WHO, ...argv], { bundle: world.file(bundle), home, ...(at !== undefined && { at }) })
}
const rollback = async (...made: Parameters<typeof report>) => {
  const ran = await report(...made)
  return [ran.exit, codes(ran.report).rollback]
}

describe('check remembers the newest bundle of each issuer', () => {
  test('and an older one afterwards is not known, with both times', async () => {
    const home = await newHome()
    expect(await rollback('older.json', home)).toEqual([0, 'pass bundle_newest_seen'])
    expect(await rollback('newer.json', home)).toEqual([0, 'pass bundle_newest_seen'])
    expect(await rollback('newer.json', home)).toEqual([0, 'pass bundle_newest_seen'])
    const ran = await report('older.json', home)
    expect(ran).toMatchObject({ exit: 2, report: { outcome: 'unknown' } })
    const found = ran.report.checks.find(({ id }) => id === 'rollback')
    expect(found).toMatchObject({ code: 'bundle_older_than_seen', facts: { issuer: ISSUER, at: NOW - 3600, seen: NOW - 60 } })
    expect(await rollback('other.json', home)).toEqual([0, 'pass bundle_newest_seen'])
  })

  test('and a question over an older one is never yes', async () => {
    const home = await newHome()
    const asked = { argv: ['--question', 'train-reduction'] }
    expect(await report('newer.json', home, asked)).toMatchObject({ exit: 0, report: { answer: 'yes' } })
    expect(await report('older.json', home, asked)).toMatchObject({ exit: 2, report: { answer: 'unknown' } })
  })

  test('and a clock that was turned back is told, also with the bundle of another issuer', async () => {
    const home = await newHome()
    await report('newer.json', home)
    const at = String(NOW - 1800)
    expect((await rollback('other.json', home, { at }))[1]).toBe('unknown bundle_clock_behind')
  })

  test('in a file that nobody else reads, with nothing left beside it', async () => {
    const home = await newHome()
    await report('newer.json', home)
    const { mode } = await stat(`${home}/verifier/bundles.json`)
    expect(mode & 0o777).toBe(0o600)
    expect((await readdir(`${home}/verifier`)).sort()).toEqual(['bundles.json', 'bundles.json.lock'])
    expect(JSON.parse(await readFile(`${home}/verifier/bundles.json`, 'utf8'))).toEqual({ seen: [{ iss: ISSUER, iat: NOW - 60 }] })
  })

  test('but not the one of a stranger', async () => {
    const home = await newHome()
    await world.writeBundle('strange.json', world.stranger, [world.list], { created: NOW - 1, validUntil: FOREVER })
    await report('strange.json', home)
    expect(await rollback('newer.json', home)).toEqual([0, 'pass bundle_newest_seen'])
  })

  test('and one from the future is not remembered', async () => {
    const home = await newHome()
    await world.writeBundle('future.json', world.bundler, [world.list], { created: NOW + 3600, validUntil: FOREVER })
    expect(codes((await report('future.json', home)).report).bundle).toBe('unknown bundle_from_the_future')
    expect(await rollback('newer.json', home)).toEqual([0, 'pass bundle_newest_seen'])
  })

  test('in each language', async () => {
    const home = await newHome()
    await report('newer.json', home)
    for (const [language, words] of Object.entries({
      nl: 'nieuwere bundel',
      fr: 'dossier plus récent',
      de: 'neueres Bündel',
      en: 'newer bundle',
    })) {
      const argv = [...world.argv(undefined, { bundle: world.file('older.json'), home }), ...WHO, '--lang', language]
      const { exit, stdout } = await runHere(argv)
      expect([exit, stdout.toLowerCase()]).toEqual([2, expect.stringContaining(words.toLowerCase())])
    }
  })

  test('and many at the same time forget nothing', async () => {
    const home = await newHome()
    const issuers = Array.from({ length: 6 }, (_, number) => `https://issuer-${number}.example.be`)
    for (const [number, issuer] of issuers.entries())
      await world.writeBundle(`many-${number}.json`, world.bundler, [world.list], { created: NOW - 60, validUntil: FOREVER, issuer })
    const argv = (number: number) => [...world.argv(undefined, { bundle: world.file(`many-${number}.json`), home }), ...WHO]
    const ran = await Promise.all(issuers.map((_, number) => run(argv(number))))
    expect(ran.map(({ exit }) => exit)).toEqual(issuers.map(() => 0))
    const { seen } = JSON.parse(await readFile(`${home}/verifier/bundles.json`, 'utf8'))
    expect(seen.map(({ iss }: { iss: string }) => iss).sort()).toEqual(issuers)
  })
})

describe('where nothing can be remembered it is said', () => {
  test('without a data folder, which is not made', async () => {
    expect(await rollback('older.json', world.file('nowhere'))).toEqual([0, 'pass bundle_memory_missing'])
    await expect(stat(world.file('nowhere'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('where the memory is a folder', async () => {
    const home = await newHome()
    await mkdir(`${home}/verifier/bundles.json`, { recursive: true })
    expect(await rollback('older.json', home)).toEqual([0, 'pass bundle_memory_missing'])
  })

  test('where a file stands in its place', async () => {
    const home = await newHome()
    await world.write(`home-${homes}/verifier`, 'a file')
    expect(await rollback('older.json', home)).toEqual([0, 'pass bundle_memory_missing'])
  })

  // The lock cannot be taken: as on a disk that cannot be written, but for whoever may do everything too.
  test('where nothing can be written; what is remembered still counts', async () => {
    const home = await newHome()
    await report('newer.json', home)
    await rm(`${home}/verifier/bundles.json.lock`)
    await mkdir(`${home}/verifier/bundles.json.lock`)
    expect(await rollback('older.json', home)).toEqual([2, 'unknown bundle_older_than_seen'])
    expect(await rollback('other.json', home)).toEqual([0, 'pass bundle_memory_missing'])
  })

  test('a memory that cannot be read is not taken for an empty one, and stays as it is', async () => {
    const home = await newHome()
    await world.write(`home-${homes}/verifier/bundles.json`, '{"seen":[')
    expect(await rollback('older.json', home)).toEqual([2, 'unknown bundle_memory_malformed'])
    expect(await readFile(`${home}/verifier/bundles.json`, 'utf8')).toBe('{"seen":[')
  })
})

describe('bundle inspect', () => {
  const inspect = async (bundle: string, home: string, ...more: string[]) =>
    runHere(['bundle', 'inspect', world.file(bundle), '--trust', world.file('trust.json'), '--home', home, ...more])

  test('says that a newer one was seen, and exits 2', async () => {
    const home = await newHome()
    expect((await inspect('older.json', home)).exit).toBe(0)
    expect((await inspect('newer.json', home)).exit).toBe(0)
    const ran = await inspect('older.json', home, '--json')
    expect(ran.exit).toBe(2)
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'unknown',
      check: { outcome: 'pass' },
      rollback: { code: 'bundle_older_than_seen', facts: { at: NOW - 3600, seen: NOW - 60 } },
    })
    expect((await inspect('older.json', home, '--lang', 'en')).stdout).toMatch(
      /^Bundle: right\..*\nEarlier bundles: not known\. A newer bundle/,
    )
  })

  test('says where nothing is kept', async () => {
    const ran = await inspect('older.json', world.file('nowhere'), '--json')
    expect([ran.exit, JSON.parse(ran.stdout).rollback.code]).toEqual([0, 'bundle_memory_missing'])
  })

  test('remembers none of a stranger, and compares it with none', async () => {
    const home = await newHome()
    const ran = await inspect('strange.json', home, '--json')
    expect([ran.exit, JSON.parse(ran.stdout).rollback]).toEqual([1, undefined])
    expect(await readdir(home)).toEqual([])
  })
})
