import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RefusedError, SettingsError, UsageError } from '@symbolon/command-line'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { keepRenewed, type Renewal, type Timer } from '../src/keep_renewed.ts'
import { waitAfterFailure, waitAfterSuccess } from '../src/schedule.ts'
import { bundle, DAY, type MadeBundle } from './artefacts.ts'
import { runHere } from './run.ts'
import { makeWorld, type World } from './world.ts'

const BIN = new URL('../bin/symbolon-verifier.js', import.meta.url).pathname
const CLOCK = Math.floor(Date.now() / 1000)
const NOW = 1_781_474_400
const calm = { every: undefined, chance: 0 }

describe('when a bundle is renewed', () => {
  test.each([
    ['when it says so', NOW + 900, 900],
    ['at most once a minute', NOW + 5, 60],
    ['at most once a minute, also long after it said', NOW - DAY, 60],
    ['at least once a day', NOW + 90 * DAY, DAY],
  ])('%s', (_name, nextUpdate, wait) => {
    expect(waitAfterSuccess(nextUpdate, NOW, calm)).toBe(wait)
  })

  test('as often as was asked for, whatever the bundle says', () => {
    expect(waitAfterSuccess(NOW + 900, NOW, { ...calm, every: 5 })).toBe(5)
    expect(waitAfterSuccess(NOW + 900, NOW, { ...calm, every: 7 * DAY })).toBe(7 * DAY)
  })

  test('never all desks in one second: up to a tenth later, never sooner', () => {
    expect(waitAfterSuccess(NOW + 900, NOW, { ...calm, chance: 0.5 })).toBeCloseTo(945)
    expect(waitAfterFailure(1, { ...calm, chance: 1 })).toBeCloseTo(66)
  })

  test('after failures ever later, and at last once an hour', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 2000].map((failures) => waitAfterFailure(failures, calm))).toEqual([
      60, 120, 240, 480, 960, 1920, 3600, 3600, 3600,
    ])
    expect([1, 2, 3].map((failures) => waitAfterFailure(failures, { ...calm, every: 2 }))).toEqual([2, 4, 8])
  })
})

describe('renewing until it is stopped', () => {
  const good: Renewal = { data: { fetched: 1 }, text: 'renewed', nextUpdate: NOW + 900 }
  /** These outcomes one after another, then it is stopped. */
  async function through(outcomes: readonly (Renewal | Error)[]) {
    const [said, waits, stopping] = [[] as object[], [] as number[], new AbortController()]
    const left = [...outcomes]
    const timer: Timer = {
      ...{ every: undefined, stop: stopping.signal, now: () => NOW, chance: () => 0 },
      async renew() {
        const outcome = left.shift()
        if (outcome instanceof Error) throw outcome
        return outcome ?? good
      },
      explain(error) {
        if (error instanceof RefusedError || error instanceof SettingsError || error instanceof UsageError) return error
        throw error
      },
      say: (_text, data) => said.push(data),
      async sleep(seconds) {
        waits.push(seconds)
        if (left.length === 0) stopping.abort()
      },
    }
    await keepRenewed(timer)
    return { said, waits }
  }
  const failed = new RefusedError('download_failed', 'not there')

  test('says each renewal and when the next is', async () => {
    expect(await through([good, good])).toEqual({ waits: [900, 900], said: Array(2).fill({ at: NOW, next: NOW + 900, fetched: 1 }) })
  })

  test('goes on after failures, and begins anew with a short wait after a success', async () => {
    const { said, waits } = await through([failed, failed, good, failed])
    expect(waits).toEqual([60, 120, 900, 60])
    expect(said[0]).toEqual({ at: NOW, next: NOW + 60, error: 'download_failed', message: 'not there' })
  })

  test('ends at once where it was called or set up wrongly; later that passes', async () => {
    await expect(through([new UsageError('wrong')])).rejects.toMatchObject({ exit: 64 })
    await expect(through([new SettingsError(['wrong'])])).rejects.toMatchObject({ exit: 78 })
    expect((await through([good, new SettingsError(['wrong'])])).waits).toEqual([900, 60])
  })

  test('does not hide a fault of its own', async () => {
    await expect(through([good, new TypeError('ours')])).rejects.toThrow('ours')
  })
})

describe('bundle fetch on a timer', () => {
  let world: World
  let server: Server
  let url: string
  let served: MadeBundle
  let child: ChildProcess | undefined

  beforeAll(async () => {
    world = await makeWorld()
    server = createServer(({ url = '' }, response) => {
      const content = url === '/bundle/manifest' ? served.manifest : served.parts.get(url.replace('/bundle/parts/', ''))
      response.writeHead(content === undefined ? 404 : 200).end(content)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bundle`
  })
  afterEach(() => child?.kill('SIGKILL'))
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await world.remove()
  })

  const made = (created: number, by = world.bundler) => bundle(by, [world.list], { created, validUntil: CLOCK + DAY })

  /** The program, and each line of JSON that it says, as it comes. */
  function start(...more: string[]) {
    const argv = [
      'bundle',
      'fetch',
      url,
      '--out',
      world.file('timed.json'),
      '--trust',
      world.file('trust.json'),
      '--home',
      world.file('timed'),
    ]
    const started = spawn(process.execPath, [BIN, ...argv, '--json', ...more], { stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    const lines: Record<string, unknown>[] = []
    started.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trim().split('\n')) lines.push(JSON.parse(line))
    })
    const ended = once(started, 'close')
    return { lines, ended, started, line: (number: number) => expect.poll(() => lines[number], { timeout: 15_000, interval: 50 }) }
  }
  const kept = () => readFile(world.file('timed.json'), 'utf8')

  test('renews, keeps the good one when a bad one is offered, goes on, and ends cleanly', async () => {
    const first = await made(CLOCK - 100)
    served = first
    const { lines, line, ended, started } = start('--every', '1s')
    await line(0).toMatchObject({ fetched: 1, kept: 0, next: expect.any(Number) })
    served = await made(CLOCK - 50, world.stranger)
    await expect.poll(() => lines.at(-1)?.error, { timeout: 15_000 }).toBe('bundle_not_trusted')
    expect(await kept()).toBe(first.text)
    served = await made(CLOCK - 200)
    await expect.poll(() => lines.at(-1)?.error, { timeout: 15_000 }).toBe('bundle_rollback')
    served = await made(CLOCK - 20)
    await expect.poll(() => lines.at(-1)?.created, { timeout: 15_000 }).toBe(CLOCK - 20)
    expect(await kept()).toBe(served.text)
    started.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  test('waits as long as the bundle says, and ends in the middle of it', async () => {
    served = await made(CLOCK)
    const { line, ended, started, lines } = start('--timer')
    await line(0).toMatchObject({ kept: 1 })
    const { at, next } = lines[0] as { at: number; next: number }
    expect(next - at).toBeGreaterThan(3000)
    started.kill('SIGINT')
    expect(await ended).toEqual([0, null])
  })

  test.each([
    [['-', '--timer'], 64, 'standard input comes only once'],
    [['x', '--every', '0s'], 64, '--every is no length of time'],
    [['x', '--every', 'often'], 64, '--every is no length of time'],
    [['absent.json', '--timer'], 64, 'there is no such file'],
    [['https://issuer.example.be/bundle', '--timer', '--trust', 'absent.json'], 78, 'there is no trust file'],
  ])('%j ends at once', async (argv, exit, message) => {
    const trust = argv.includes('--trust') ? [] : ['--trust', world.file('trust.json')]
    const ran = await runHere(['bundle', 'fetch', ...argv, ...trust, '--home', world.file('nowhere')])
    expect([ran.exit, ran.stderr]).toEqual([exit, expect.stringContaining(message)])
  })
})
