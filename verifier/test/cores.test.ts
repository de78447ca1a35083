import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { packCode, showAudience, unpackCode } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerLinesOf } from '../src/stream.ts'
import { brick, issue, show } from './artefacts.ts'
import { type Ran, run, runHere } from './run.ts'
import { codes, makeWorld, WHO, type World } from './world.ts'

const BIN = fileURLToPath(new URL('../bin/symbolon-verifier.js', import.meta.url))

let world: World
let card: string
let code: string
beforeAll(async () => {
  world = await makeWorld()
  card = await show(await issue(world.issuer, brick('ehic').type, { holder: world.me }), [['document_number']], world.me)
  code = await packCode(card, primitives)
})
afterAll(() => world.remove())

const argv = (cores: string): string[] => [...world.argv('-'), ...WHO, '--stream', '--cores', cores]
const numbers = (stdout: string): number[] => stdout.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line).line))

describe('check --stream --cores', () => {
  test('says byte by byte what one core says, in the order of the lines', async () => {
    const strange = [await world.shown(), 'hello', '', 'SY1:', `${code}A`, card.slice(0, -9), '  ', '\u0000']
    const lines: (string | Uint8Array)[] = Array.from({ length: 400 }, (_, at) =>
      at % 3 === 0 ? (strange[at % 8] ?? '') : at % 2 ? code : card,
    )
    lines[40] = 'x'.repeat(3 * 1024 * 1024)
    lines[41] = Buffer.from([0xff, 0xc3, 0x28, 0x7e])
    lines[399] = card
    const stdin = Buffer.concat(lines.flatMap((line, at) => [Buffer.from(line), Buffer.from(at < 399 ? '\n' : '')]))
    const [one, several] = await Promise.all([run(argv('1'), { stdin }), run(argv('3'), { stdin })])
    expect({ exit: several.exit, stderr: several.stderr, isSame: several.stdout === one.stdout }).toEqual({
      exit: 0,
      stderr: '',
      isSame: true,
    })
    expect(numbers(several.stdout)).toEqual(lines.flatMap((line, at) => (line.toString().trim() === '' ? [] : at + 1)))
    expect(several.stdout.match(/"outcome":"pass","checks"/g)?.length).toBeGreaterThan(200)
  })

  test.each(['1', '3'])('tells what was read before from what is new, in the order of the lines, on %s', async (cores) => {
    await mkdir(world.file(`home-${cores}`))
    const credential = await issue(world.issuer, brick('ehic').type, { holder: world.me })
    const showings = await Promise.all(
      Array.from({ length: 120 }, (_, at) => show(credential, [], world.me, { audience: showAudience(), nonce: `${at}` })),
    )
    // The same showing as a text and as a code, close together and far apart.
    const lines = await Promise.all(
      [...showings, ...showings].map((text, at) => (at % 2 === 0 ? text : packCode(showings[Math.floor(at / 4)] ?? text, primitives))),
    )
    const known = new Set<string>()
    const expected = await Promise.all(
      lines.map(async (line) => {
        const text = line.startsWith('SY1:') ? await unpackCode(line, primitives) : line
        const code = known.has(text) ? 'fail shown_before' : 'pass not_shown_before'
        known.add(text)
        return code
      }),
    )
    const given = [...world.argv('-', { home: world.file(`home-${cores}`) }), '--stream', '--cores', cores]
    const { exit, stdout } = await run(given, { stdin: lines.join('\n') })
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => codes(JSON.parse(line)).replay)
    expect({ exit, found }).toEqual({ exit: 0, found: expected })
  })

  test('ends at once with a bundle that is not trusted, and with no input', async () => {
    const bundle = await world.writeBundle('strange.json', world.stranger, [world.list])
    const refused = await runHere([...world.argv('-', { bundle }), ...WHO, '--stream', '--cores', 'all', '--json'], `${card}\n${card}\n`)
    expect({ exit: refused.exit, ...JSON.parse(refused.stdout) }).toMatchObject({ exit: 1, checks: [{ code: 'bundle_not_trusted' }] })
    expect(await run(argv('2'))).toEqual({ exit: 0, stdout: '', stderr: '' })
  })

  test.each(['0', '-1', '65', '1.5', 'many', '02'])('is wrong usage with %s', async (cores) => {
    expect(await runHere([...world.argv('-'), '--stream', `--cores=${cores}`])).toMatchObject({ exit: 64, stdout: '' })
  })

  test('goes with --stream only', async () => {
    expect(await runHere([...world.argv(), '--cores', '2'])).toMatchObject({
      exit: 64,
      stdout: '',
      stderr: expect.stringContaining('--stream'),
    })
  })

  test.each(['1', '2'])(
    'ends with 78 on %s when nobody takes the answers, also while the next line is a long time coming',
    async (cores) => {
      const child = spawn(process.execPath, [BIN, ...argv(cores)], { stdio: 'pipe' })
      child.stdout.destroy()
      child.stdin.write(`${card}\n`)
      const [said] = await once(child.stderr.setEncoding('utf8'), 'data')
      expect(await once(child, 'close')).toEqual([78, null])
      expect(said).toContain('line 1 has no answer')
    },
  )

  test('ends with 70 and no gap when a thread dies', async () => {
    const dying = "import { isMainThread } from 'node:worker_threads'\nif (!isMainThread) setTimeout(() => process.exit(0), 900)\n"
    const preload = await world.write('dying.mjs', dying)
    const { exit, stdout, stderr } = await flooded(['--import', preload, BIN, ...argv('2')])
    const answered = numbers(stdout)
    expect(exit).toBe(70)
    expect(answered).toEqual(answered.map((_, at) => at + 1))
    expect(stderr).toContain(`line ${answered.length + 1} has no answer: a thread has ended`)
  })
})

/** A check of input that never ends. */
async function flooded(args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, args, { stdio: 'pipe' })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk
    })
  child.stdin.on('error', () => undefined)
  const flood = (): void => {
    while (child.stdin.write(`${code}\n`.repeat(16)));
  }
  child.stdin.on('drain', flood)
  flood()
  const [exit] = await once(child, 'close')
  return { exit, ...printed }
}

describe('a fast writer waits for a slow reader', () => {
  test.each(['1', '2'])('as a process on %s', async (cores) => {
    const child = spawn(process.execPath, [BIN, ...argv(cores)], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.on('error', () => undefined)
    let taken = 0
    const give = (): unknown =>
      child.stdin.write(`${code}\n`.repeat(16), (error) => {
        taken += 16
        if (!error) give()
      })
    give()
    // Until it has taken nothing for a while, after it has begun to answer.
    await once(child.stdout, 'readable')
    for (let before = -1; before !== taken; ) {
      before = taken
      await new Promise((done) => setTimeout(done, 500))
    }
    expect(taken * code.length).toBeLessThan(1024 * 1024)
    child.kill()
    await once(child, 'close')
  })

  test('with judges that are far ahead, and an output that takes its time', async () => {
    let [read, written] = [0, 0]
    const most: number[] = []
    const input = Readable.from(
      (function* () {
        for (; read < 2000; read += 32) yield Buffer.from('line\n'.repeat(32))
      })(),
    )
    const output = new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        written += String(chunk).split('\n').length - 1
        most.push(read - written)
        setImmediate(done)
      },
    })
    const look = async (lines: readonly unknown[]) => ({ once: [], answers: async () => lines.map(() => '{"outcome":"pass"}') })
    await answerLinesOf(input, output, { look, atOnce: 4 }, () => {
      throw new Error('nothing was read before')
    })
    expect(written).toBe(2016)
    // What is open, the batch whose turn it is to be handed out, and what the input holds ready (16 chunks).
    expect(Math.max(...most)).toBeLessThan((4 + 1 + 17) * 32)
  })
})
