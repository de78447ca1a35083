import { mkdir, readFile, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { bundleDocument, type Part } from '@symbolon/credential'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBundle } from '../src/bundle_file.ts'
import { bundle, DAY, type Party } from './artefacts.ts'
import { runHere } from './run.ts'
import { makeWorld, WHO, type World } from './world.ts'

/** This verb goes by the clock of the machine. */
const CLOCK = Math.floor(Date.now() / 1000)

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.remove())

const part = (id: string): Part => ({
  ...{ kind: 'status_list', id: `https://issuer.example.be/${id}`, mediaType: 'application/statuslist+jwt', content: `the list ${id}` },
})
const [ONE, TWO, THREE] = [part('one'), part('two'), part('three')]
const made = (parts: readonly Part[], by: Party = world.bundler, times: Parameters<typeof bundle>[2] = {}) =>
  bundle(by, parts, { created: CLOCK - 60, validUntil: CLOCK + DAY, ...times })

let desks = 0
/** A desk with a data folder of its own, to which a stick is brought. */
async function newDesk() {
  const name = `desk-${++desks}`
  await mkdir(world.file(name))
  const [home, out] = [world.file(name), world.file(`${name}/bundle.json`)]
  const take = async (text: string) => {
    const stick = await world.write(`${name}/stick.json`, text)
    const ran = await runHere(['bundle', 'fetch', stick, '--out', out, '--trust', world.file('trust.json'), '--home', home, '--json'])
    return { ...ran, data: JSON.parse(ran.stdout) }
  }
  return { home, out, take, kept: () => readFile(out, 'utf8') }
}

describe('bundle fetch from a file', () => {
  test('keeps the same document that the network would have brought, and remembers it', async () => {
    const desk = await newDesk()
    const { text } = await made([ONE, TWO])
    expect(await desk.take(text)).toMatchObject({ exit: 0, data: { fetched: 2, kept: 0, remembered: true, anchor: 'Test bundles' } })
    expect(await desk.kept()).toBe(text)
    expect(JSON.parse(await readFile(`${desk.home}/verifier/bundles.json`, 'utf8')).seen).toMatchObject([{ iat: CLOCK - 60 }])
  })

  test('by standard input', async () => {
    const { text } = await made([ONE])
    const argv = ['--out', world.file('piped.json'), '--trust', world.file('trust.json'), '--home', world.file('nowhere')]
    const ran = await runHere(['bundle', 'fetch', '-', ...argv, '--json'], text)
    expect([ran.exit, JSON.parse(ran.stdout).remembered]).toEqual([0, false])
    expect(ran.stderr).toContain('which bundles were seen is not kept')
    await expect(stat(world.file('nowhere'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('with only what is new completes the bundle held', async () => {
    const desk = await newDesk()
    await desk.take((await made([ONE, TWO])).text)
    const newer = await made([ONE, THREE], world.bundler, { created: CLOCK - 30 })
    const news = new Map([...newer.parts].filter(([, content]) => content === THREE.content))
    expect(await desk.take(bundleDocument(newer.manifest, news))).toMatchObject({ exit: 0, data: { fetched: 1, kept: 1 } })
    expect(await desk.kept()).toBe(newer.text)
  })

  test('with a part missing that is not held either keeps what was there', async () => {
    const desk = await newDesk()
    const held = await made([ONE])
    await desk.take(held.text)
    const newer = await made([ONE, TWO, THREE], world.bundler, { created: CLOCK - 30 })
    const some = new Map([...newer.parts].filter(([, content]) => content === THREE.content))
    expect(await desk.take(bundleDocument(newer.manifest, some))).toMatchObject({ exit: 1, data: { error: 'bundle_incomplete' } })
    expect(await desk.kept()).toBe(held.text)
  })

  test('that is older than the one held, or than one that was seen, is refused', async () => {
    const desk = await newDesk()
    const [older, newer] = [await made([ONE]), await made([TWO], world.bundler, { created: CLOCK - 30 })]
    await desk.take(newer.text)
    expect(await desk.take(older.text)).toMatchObject({ exit: 1, data: { error: 'bundle_rollback' } })
    expect(await desk.kept()).toBe(newer.text)
    const argv = ['--out', world.file('elsewhere.json'), '--trust', world.file('trust.json'), '--home', desk.home, '--json']
    const ran = await runHere(['bundle', 'fetch', await world.write('older.json', older.text), ...argv])
    expect([ran.exit, JSON.parse(ran.stdout).error]).toEqual([1, 'bundle_rollback'])
    await expect(stat(world.file('elsewhere.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('with a memory that cannot be read is exit 78, and nothing is kept', async () => {
    const desk = await newDesk()
    await world.write(`desk-${desks}/verifier/bundles.json`, 'x')
    expect(await desk.take((await made([ONE])).text)).toMatchObject({ exit: 78, data: { error: 'bundle_memory_malformed' } })
    await expect(desk.kept()).rejects.toMatchObject({ code: 'ENOENT' })
  })

  const altered = async () => {
    const { manifest, parts } = await made([ONE])
    return bundleDocument(manifest, new Map([...parts.keys()].map((digest) => [digest, 'another'])))
  }
  const unlisted = async () => {
    const { manifest, parts } = await made([ONE])
    return bundleDocument(manifest, new Map([...parts, ['A'.repeat(43), 'more']]))
  }
  test.each([
    ['of a stranger', async () => (await made([ONE], world.stranger)).text, 'bundle_not_trusted'],
    ['with a part that was changed', altered, 'bundle_altered'],
    ['with a part that the manifest does not list', unlisted, 'bundle_malformed'],
    ['past its end', async () => (await made([ONE], world.bundler, { validUntil: CLOCK - 1 })).text, 'bundle_expired'],
    ['from the future', async () => (await made([ONE], world.bundler, { created: CLOCK + DAY })).text, 'bundle_from_the_future'],
    [
      'of another issuer',
      async () => (await made([ONE], world.bundler, { created: CLOCK, issuer: 'https://x.example' })).text,
      'bundle_of_other',
    ],
    ['that was cut off', async () => (await made([ONE])).text.slice(0, -5), 'bundle_malformed'],
    ['that is none', async () => '{}', 'bundle_malformed'],
  ])('%s is refused, and the one held stays', async (_name, text, code) => {
    const desk = await newDesk()
    const held = await made([TWO])
    await desk.take(held.text)
    expect(await desk.take(await text())).toMatchObject({ exit: 1, data: { error: code } })
    expect(await desk.kept()).toBe(held.text)
  })
})

describe('a bundle compressed with gzip', () => {
  test('is read wherever a bundle is, and kept so where its name says it', async () => {
    const { text } = await made([ONE, TWO])
    const [stick, out] = [await world.write('stick.json.gz', gzipSync(text)), world.file('kept.json.gz')]
    const by = ['--trust', world.file('trust.json'), '--home', world.file('nowhere')]
    expect(await runHere(['bundle', 'fetch', stick, '--out', out, ...by])).toMatchObject({ exit: 0 })
    expect(gunzipSync(await readFile(out)).toString()).toBe(text)
    expect((await runHere(['bundle', 'inspect', out, ...by])).exit).toBe(0)
    const newer = await made([TWO, THREE], world.bundler, { created: CLOCK - 30 })
    const ran = await runHere(['bundle', 'fetch', await world.write('newer.json', newer.text), '--out', out, ...by, '--json'])
    expect(JSON.parse(ran.stdout)).toMatchObject({ fetched: 1, kept: 1 })
    expect(gunzipSync(await readFile(out)).toString()).toBe(newer.text)
  })

  test('is what a check goes by', async () => {
    const { text } = await bundle(world.bundler, [world.list])
    const path = await world.write('checked.json.gz', gzipSync(text))
    expect((await world.check(await world.shown(), WHO, { bundle: path })).exit).toBe(0)
  })

  test('that is broken, or is no text, is a failed check', async () => {
    const whole = gzipSync((await bundle(world.bundler, [world.list])).text)
    for (const bytes of [
      whole.subarray(0, -9),
      whole.subarray(0, 2),
      gzipSync(Buffer.from([0xff])),
      Buffer.concat([whole, Buffer.from('x')]),
    ]) {
      const ran = await world.check(await world.shown(), WHO, { bundle: await world.write('broken.json.gz', bytes) })
      expect([ran.exit, ran.report.checks[0]?.code]).toEqual([1, 'bundle_malformed'])
    }
  })

  test('is not inflated beyond the largest bundle', async () => {
    const path = await world.write('bomb.json.gz', gzipSync(Buffer.alloc(100_000, ' ')))
    expect((await readBundle(path, Readable.from([]), 100_000)).length).toBe(100_000)
    await expect(readBundle(path, Readable.from([]), 99_999)).rejects.toMatchObject({ code: 'file_not_text' })
  })

  test('that can no longer be read is replaced', async () => {
    const { text } = await made([ONE])
    const out = await world.write('replaced.json.gz', gzipSync(text).subarray(0, -9))
    const argv = ['--out', out, '--trust', world.file('trust.json'), '--home', world.file('nowhere')]
    expect((await runHere(['bundle', 'fetch', await world.write('good.json', text), ...argv])).exit).toBe(0)
    expect(gunzipSync(await readFile(out)).toString()).toBe(text)
  })
})
