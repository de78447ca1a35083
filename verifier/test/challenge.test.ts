import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { type Check, ownChallenge } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkOnce, onceOf } from '../src/once.ts'
import { openReplayMemory, replayMemory } from '../src/replay.ts'
import { answerLinesOf, judgesAt } from '../src/stream.ts'
import { runHere } from './run.ts'
import { makeWorld, type World } from './world.ts'

let world: World
let home: string
beforeAll(async () => {
  world = await makeWorld()
  home = mkdtempSync(join(tmpdir(), 'symbolon-challenge-'))
})
afterAll(async () => {
  await world.remove()
  rmSync(home, { recursive: true })
})

describe('the memory of what was read', () => {
  it('knows it again until it can be forgotten, in any process, in a file of its owner alone', () => {
    const [one, other] = [openReplayMemory(join(home, 'verifier')), openReplayMemory(join(home, 'verifier'))]
    expect(one?.note('a', 200, 100)).toBeNull()
    expect(other?.note('a', 200, 130)).toBe(100)
    expect(other?.note('b', 200, 130)).toBeNull()
    expect(one?.note('b', 200, 131)).toBe(130)
    expect(one?.note('a', 400, 201)).toBeNull()
    expect(statSync(join(home, 'verifier', 'shown.db')).mode & 0o777).toBe(0o600)
    one?.close()
    other?.close()
  })

  it('of ten that note the same at once, one hears that it is new', () => {
    const memories = Array.from({ length: 10 }, () => openReplayMemory(join(home, 'verifier')))
    expect(memories.map((memory) => memory?.note('c', 300, 100)).filter((since) => since === null)).toHaveLength(1)
    for (const memory of memories) memory?.close()
  })

  it('a clock that is turned back forgets nothing', () => {
    const memory = openReplayMemory(join(home, 'verifier'))
    expect(memory?.note('d', 5000, 4900)).toBeNull()
    expect(memory?.note('e', 300, 10)).toBeNull()
    expect(memory?.note('d', 5000, 20)).toBe(4900)
    memory?.close()
  })

  it('a verdict as at a later day forgets nothing of today', () => {
    const memory = openReplayMemory(join(home, 'verifier'))
    const today = Math.floor(Date.now() / 1000)
    expect(memory?.note('g', today + 120, today)).toBeNull()
    expect(memory?.note('h', today + 90_000_120, today + 90_000_000)).toBeNull()
    expect(memory?.note('g', today + 120, today + 1)).toBe(today)
    memory?.close()
  })

  it('is not there without a data folder, which is not made, and says so', () => {
    const nowhere = join(home, 'nowhere', 'verifier')
    expect(openReplayMemory(nowhere)).toBeNull()
    expect(existsSync(join(home, 'nowhere'))).toBe(false)
    expect(checkOnce({ mark: 'x', until: 1 }, null, 0)).toMatchObject({ outcome: 'unknown', code: 'replay_not_checked' })
  })

  it('leaves no file open where it cannot be had, and does not try again with every code', async () => {
    const broken = join(home, 'broken', 'verifier')
    mkdirSync(broken, { recursive: true })
    writeFileSync(join(broken, 'shown.db'), 'this is no database, whatever it is called'.repeat(200))
    const open = () => readdirSync('/proc/self/fd').length
    const before = open()
    const memory = replayMemory(broken)
    for (let n = 0; n < 20; n++) expect(memory()).toBeNull()
    expect(open()).toBeLessThanOrEqual(before + 1)
  })

  it('that takes nothing more is as good as none', () => {
    const full = {
      note: () => {
        throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR' })
      },
      close: () => undefined,
    }
    expect(checkOnce({ mark: 'x', until: 1 }, full, 0)).toMatchObject({ outcome: 'unknown', code: 'replay_not_checked' })
  })

  it('is not there when its file is none', async () => {
    const broken = mkdtempSync(join(home, 'broken-'))
    const path = await world.write('not-a-database', 'this is no database, whatever it is called'.repeat(200))
    rmSync(join(broken, 'verifier'), { recursive: true, force: true })
    expect(openReplayMemory(join(path, 'verifier'))).toBeNull()
    chmodSync(broken, 0o700)
  })

  it('says that something is new, or how long ago it came', () => {
    const memory = openReplayMemory(join(home, 'verifier'))
    expect(checkOnce({ mark: 'f', until: 900 }, memory, 800)).toMatchObject({ outcome: 'pass', code: 'not_shown_before' })
    expect(checkOnce({ mark: 'f', until: 900 }, memory, 830)).toMatchObject({ outcome: 'fail', code: 'shown_before', facts: { age: 30 } })
    memory?.close()
  })
})

describe('what can be read once', () => {
  const challenge = { nonce: 'n', expires: 1000 }
  const check = (id: string, outcome: Check['outcome'], code = 'x'): Check => ({ id, outcome, code, spec: '', facts: {} })
  const genuine = [
    check('structure', 'pass'),
    check('signature', 'pass'),
    check('trust', 'pass'),
    check('binding', 'pass', 'shown_by_holder'),
  ]
  const marked = async (...more: Check[]) => {
    const checks = [...genuine.filter(({ id }) => !more.some((other) => other.id === id)), ...more]
    return (await onceOf({ outcome: 'unknown', checks, evidenceAge: null }, challenge, 900)) !== undefined
  }

  it('is what a holder shows, also when the source says no to it: a verdict is a verdict', async () => {
    expect(await marked()).toBe(true)
    expect(await marked(check('status', 'fail', 'revoked'))).toBe(true)
    expect(await marked(check('right', 'fail', 'period_ended'))).toBe(true)
  })

  it('is not what nobody signed, nobody trusts, or nobody can read: it must not use a challenge up', async () => {
    for (const id of ['structure', 'signature', 'trust', 'binding', 'type'])
      for (const outcome of ['fail', 'unknown'] as const)
        expect([id, await marked(check(id, outcome, 'shown_by_holder'))]).toEqual([id, false])
  })
})

describe('lines', () => {
  const looking = (look: () => Promise<unknown>) => judgesAt({ look } as unknown as Parameters<typeof judgesAt>[0])
  const answered = async (look: () => Promise<unknown>) => {
    let text = ''
    const output = new Writable({
      write(chunk, _encoding, done) {
        text += chunk
        done()
      },
    })
    await answerLinesOf(Readable.from(['one\n']), output, looking(look), () => check)
    return text
  }
  const check: Check = { id: 'replay', outcome: 'pass', code: 'not_shown_before', spec: '', facts: {} }

  it('are answered without what a terminal obeys', async () => {
    const text = await answered(async () => ({ answer: async () => ({ data: { vct: 'a\u009b2J\u202eb' } }) }))
    expect(text).toBe('{"line":1,"vct":"a\\u009b2J\\u202eb"}\n')
  })

  it('that end in an error nobody foresaw say what kind it is, and nothing that may be in its message', async () => {
    const failing = answered(async () => {
      throw new TypeError('bad value "Jan Peeters 90680809096"')
    })
    await expect(failing).rejects.toThrow(/^line 1 has no answer: TypeError$/)
  })
})

describe('challenge', () => {
  it('prints a code that holds the question, and keeps it; each has a nonce of its own', async () => {
    const out = world.file('challenge.txt')
    const svg = world.file('challenge.svg')
    const made = await runHere(['challenge', 'museum-reduced-price', '--out', out, '--svg', svg, '--json'])
    expect([made.exit, made.stderr]).toEqual([0, ''])
    const data = JSON.parse(made.stdout)
    expect(readFileSync(out, 'utf8')).toBe(`${data.code}\n`)
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg/)
    const challenge = await ownChallenge(data.code, primitives)
    expect(challenge).toMatchObject({ question: 'museum-reduced-price', audience: data.audience, nonce: data.nonce })
    const { stdout } = await runHere(['challenge', 'museum-reduced-price'])
    expect((await ownChallenge(stdout.trimEnd(), primitives)).nonce).not.toBe(challenge.nonce)
  })

  it.each<[string, string[], number, RegExp]>([
    ['a question there is none of', ['challenge', 'nobody-asks-this'], 64, /there is no question/],
    ['a question that no code can answer', ['challenge', 'ebsi-legislation-applies'], 64, /no code can answer .* jwt_vc_json/],
    ['no question', ['challenge'], 64, /QUESTION/],
    ['a key that is not there', ['challenge', 'museum-reduced-price', '--key', '/nowhere/key.pem'], 78, /--key/],
    ['certificates without a key', ['challenge', 'museum-reduced-price', '--certificate', 'c.pem'], 64, /--key/],
  ])('%s is told', async (_, argv, exit, words) => {
    const told = await runHere(argv)
    expect(told.exit).toBe(exit)
    expect(told.stderr).toMatch(words)
  })

  it.each<[string, string[], RegExp]>([
    ['beside an audience', ['--aud', 'x', '--nonce', 'y'], /--challenge/],
    ['beside a question', ['--question', 'museum-reduced-price'], /--challenge/],
    ['for many', ['--stream'], /--stream|--challenge/],
  ])('check --challenge %s is wrong usage', async (_, more, words) => {
    const told = await runHere([
      ...['check', more.includes('--stream') ? '-' : world.file('shown.txt')],
      '--bundle',
      world.file('bundle.json'),
      '--challenge',
      'c.txt',
      ...more,
    ])
    expect(told.exit).toBe(64)
    expect(told.stderr).toMatch(words)
  })

  it('check --challenge of a file that holds none says what to do', async () => {
    const path = await world.write('no-challenge.txt', 'SYC1:AB')
    const told = await runHere([
      'check',
      world.file('shown.txt'),
      '--bundle',
      world.file('bundle.json'),
      '--trust',
      world.file('trust.json'),
      '--challenge',
      path,
    ])
    expect(told.exit).toBe(64)
    expect(told.stderr).toMatch(/challenge QUESTION --out FILE/)
  })
})
