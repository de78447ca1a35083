import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { packCode } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runVerifier } from '../src/index.ts'
import { brick, issue, show, statusList } from './artefacts.ts'
import { run, runHere } from './run.ts'
import { codes, makeWorld, type PrintedReport, WHO, type World } from './world.ts'

let world: World
let card: string
beforeAll(async () => {
  world = await makeWorld()
  card = await show(await issue(world.issuer, brick('ehic').type, { holder: world.me }), [['document_number']], world.me)
})
afterAll(() => world.remove())

type Line = PrintedReport & { readonly line: number; readonly answer?: string }
const streamed = async (input: string, more: readonly string[] = WHO, over = {}) => {
  const ran = await runHere([...world.argv('-', over), '--stream', ...more], input)
  const lines: Line[] =
    ran.stdout === ''
      ? []
      : ran.stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
  return { ...ran, lines }
}

describe('check --stream', () => {
  test('says of every line what check says of it alone, in order', async () => {
    const shown = (await world.shown()).trim()
    const stolen = `${shown.slice(0, shown.lastIndexOf('~'))}~`
    const all = [shown, await packCode(card, primitives), 'hello', stolen, 'SY1:hello', `${shown.slice(0, -2)}AA`, card]
    const { exit, stderr, lines } = await streamed(`${all.join('\r\n')}\n`)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7])
    for (const [at, text] of all.entries()) {
      const { line: _, ...report } = lines[at] as Line
      expect(report).toEqual((await world.check(text)).report)
    }
    expect(lines.map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'fail', 'fail', 'fail', 'fail', 'pass'])
  })

  test('counts empty lines without an answer, and needs no line feed at the end', async () => {
    const { lines } = await streamed(`\n  \n${card}\n\n${card}`)
    expect(lines.map(({ line, outcome }) => [line, outcome])).toEqual([
      [3, 'pass'],
      [5, 'pass'],
    ])
    expect((await streamed('')).lines).toEqual([])
  })

  test('answers a question', async () => {
    const { lines, exit } = await streamed(`${card}\nhello\n`, [...WHO, '--question', 'health-cover-abroad'])
    const alone = await runHere([...world.argv('-'), '--json', ...WHO, '--question', 'health-cover-abroad'], card)
    const { line: _, ...first } = lines[0] as Line
    expect(first).toEqual(JSON.parse(alone.stdout))
    expect({ exit, answers: lines.map(({ answer }) => typeof answer) }).toEqual({ exit: 0, answers: ['string', expect.any(String)] })
  })

  test('passes over a line that is longer than any presentation, and one that is no text', async () => {
    const { lines } = await streamed(`${'~'.repeat(3 * 1024 * 1024)}\n${card}\n\u0000\ufffd~\n${card}\n`)
    expect(lines.map(codes).map(({ structure }) => structure)).toEqual([
      'fail format_not_known',
      'pass well_formed',
      expect.stringMatching(/^fail /),
      'pass well_formed',
    ])
  })

  test('ends at once with a bundle that is not trusted, or whose list revokes, and says so', async () => {
    const strange = await world.writeBundle('strange.json', world.stranger, [world.list])
    const refused = await streamed(`${card}\n`, [...WHO, '--json'], { bundle: strange })
    expect({ exit: refused.exit, found: codes(JSON.parse(refused.stdout)) }).toEqual({
      exit: 1,
      found: { bundle: 'fail bundle_not_trusted' },
    })
    const revoked = await world.writeBundle('revoked.json', world.bundler, [await statusList(world.lists, { 7: 1 })])
    const { lines } = await streamed(`${card}\n`, WHO, { bundle: revoked })
    expect(lines.map(codes)).toEqual([expect.objectContaining({ status: 'fail revoked' })])
  })

  test('ends with 78 and the first line without an answer when nobody takes the answers', async () => {
    let taken = 0
    const full = new Writable({ write: (_chunk, _encoding, done) => done(taken++ < 2 ? null : new Error('EPIPE')) })
    const stdin = Readable.from(Array.from({ length: 4 }, () => Buffer.from(`${card}\n`)))
    let said = ''
    const stderr = new Writable({
      write(chunk, _encoding, done) {
        said += chunk
        done()
      },
    })
    expect(await runVerifier([...world.argv('-'), ...WHO, '--stream'], { stdin, stdout: full, stderr })).toBe(78)
    expect(said).toContain('line 3 has no answer')
  })

  test('is for standard input', async () => {
    expect(await run([...world.argv(), '--stream'])).toMatchObject({ exit: 64, stdout: '' })
  })
})

describe('check --stream as a process, without a network', () => {
  const isolated = spawnSync('unshare', ['-rn', 'true']).status === 0

  const runs = isolated || process.env.SYMBOLON_REQUIRE_ALL === '1'
  test.runIf(runs).each(['1', '2'])('answers each line before the next one comes, on cores: %s', async (cores) => {
    const bin = fileURLToPath(new URL('../bin/symbolon-verifier.js', import.meta.url))
    const argv = ['-rn', process.execPath, bin, ...world.argv('-'), ...WHO, '--stream', '--cores', cores]
    const child = spawn('unshare', argv, { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env.PATH ?? '' } })
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    for (const [line, text] of [card, await packCode(card, primitives), 'hello'].entries()) {
      child.stdin.write(`${text}\n`)
      const { value = '' } = await answers.next()
      expect(JSON.parse(value)).toMatchObject({ line: line + 1, outcome: line < 2 ? 'pass' : 'fail' })
    }
    child.stdin.end()
    expect(await once(child, 'close')).toEqual([0, null])
  })
})
