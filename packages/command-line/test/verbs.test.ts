import { PassThrough, Readable, Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Answer, COMMAND_CODES, EXIT, RefusedError, runVerbs, SettingsError, verb } from '../src/index.ts'

const greet = verb({
  name: 'greet',
  summary: 'says hello',
  usage: 'NAME [--loud] [--word WORD...]',
  example: 'tester greet Ann --loud',
  options: {
    loud: { type: 'boolean', help: 'louder' },
    word: { type: 'string', multiple: true, value: 'WORD', help: 'a word more' },
    once: { type: 'string', help: 'given once' },
  },
  operands: [1, 1],
  async run({ options, operands, talk }) {
    talk('thinking')
    const words: readonly string[] = options.word ?? []
    const text = [operands[0], ...words].join(' ')
    return { data: { text, home: options.home ?? null }, text: options.loud ? `${text}!` : text, exit: EXIT.unknown }
  },
})

const plain = (name: string, run: () => Promise<Answer | undefined>) =>
  verb({ name, summary: `does ${name}`, usage: '', example: `tester ${name}`, options: {}, run })

const verbs = [
  greet,
  plain('pair add', async () => ({ data: 'added', text: 'added' })),
  plain('pair list', async () => undefined),
  plain('show', async () => undefined),
  plain('show all', async () => undefined),
  plain('show one', async () => undefined),
  plain('refuse', async () => {
    throw new RefusedError('not_welcome', 'you are not welcome', 'come back later')
  }),
  verb({
    name: 'peer',
    summary: 'says what a peer says',
    usage: 'WORD',
    example: 'tester peer no',
    options: {},
    operands: [1, 1],
    async run({ operands: [word = ''], talk }) {
      talk(word)
      throw new RefusedError('peer', word, word)
    },
  }),
  plain('misset', async () => {
    throw new SettingsError(['one is wrong', 'two is wrong'])
  }),
  plain('broken', async () => {
    throw new TypeError('91641210452 is no function')
  }),
  plain('foreign', async () => {
    throw new RangeError('known below')
  }),
]

/** Runs the test program in this process and collects what it prints. */
async function run(...argv: string[]) {
  const printed = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        printed[name] += chunk
        done()
      },
    })
  const exit = await runVerbs({
    program: 'tester',
    summary: 'a program for tests',
    verbs,
    argv,
    stdin: Readable.from([]),
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    explain: (error) => (error instanceof RangeError ? new RefusedError('range', 'explained') : null),
  })
  return { exit, ...printed }
}

test('data goes to stdout, talk to stderr, the exit code is the verb’s', async () => {
  expect(await run('greet', 'Ann', '--loud', '--word', 'and', '--word', 'Bob')).toEqual({
    exit: 2,
    stdout: 'Ann and Bob!\n',
    stderr: 'thinking\n',
  })
})

test('--json prints one document, --home is understood by every verb', async () => {
  const { stdout } = await run('greet', 'Ann', '--json', '--home', 'there')
  expect(JSON.parse(stdout)).toEqual({ text: 'Ann', home: 'there' })
})

test('nothing a stranger wrote steers the terminal: not as text, as talk, as a refusal, nor as JSON, which says the same to a program', async () => {
  const word = 'a\u001b[31mb\u009b2Jc\u202ed'
  const said = await run('greet', word)
  expect(said.stdout).toBe('a [31mb 2Jc d\n')
  expect((await run('peer', word)).stderr).not.toMatch(/[^\n\P{Cc}]|\u202e/u)
  const { stdout } = await run('greet', word, '--json')
  expect(stdout).not.toMatch(/[^\n\P{Cc}]|\u202e/u)
  expect(JSON.parse(stdout)).toEqual({ text: word, home: null })
})

test('a verb of two words is found, and one that answers nothing prints nothing', async () => {
  expect(await run('pair', 'add')).toMatchObject({ exit: 0, stdout: 'added\n' })
  expect(await run('pair', 'list')).toEqual({ exit: 0, stdout: '', stderr: '' })
})

test('--help of the program, of a group and of a verb goes to stdout with exit 0', async () => {
  const all = await run('--help')
  expect(all).toMatchObject({ exit: 0, stderr: '' })
  for (const { name } of verbs) expect(all.stdout).toContain(name)
  const group = await run('pair', '--help')
  expect(group.stdout).toContain('pair add')
  expect(group.stdout).not.toContain('greet')
  const one = await run('greet', '--help')
  for (const part of ['NAME [--loud]', '--word WORD', '--home DIR', '--json', 'example: tester greet Ann --loud'])
    expect(one.stdout).toContain(part)
})

test.each([
  ['no verb', [], 'tester: say what to do'],
  ['an unknown verb', ['sing'], 'there is no such verb; say what to do'],
  ['half a verb', ['pair'], 'tester: say what to do: pair add, pair list'],
  ['half a verb and an unknown half', ['pair', 'sing'], 'there is no such verb; say what to do: pair add, pair list'],
  ['an operand missing', ['greet'], 'something is missing'],
  ['an operand too many', ['greet', 'Ann', 'Bob'], 'too much was given'],
  ['a second word that is misspelled', ['show', 'al'], 'example: tester show\nor one of: show all, show one\n'],
  ['an unknown option', ['greet', 'Ann', '--soft'], "Unknown option '--soft'"],
  ['an option without its value', ['greet', 'Ann', '--word'], '--word'],
  ['an empty option', ['greet', 'Ann', '--once', ''], '--once is empty'],
  ['an option twice', ['greet', 'Ann', '--once', 'a', '--once', 'b'], '--once is given twice'],
])('%s is wrong usage, exit 64', async (_name, argv, message) => {
  const { exit, stdout, stderr } = await run(...argv)
  expect(exit).toBe(64)
  expect(stdout).toBe('')
  expect(stderr).toContain(message)
})

test('a value given in the wrong place is not repeated in the error', async () => {
  const number = '91641210452'
  for (const argv of [['greet', 'Ann', number], [number], ['greet', 'Ann', `--loud=${number}`], ['pair', 'add', '--subject', number]]) {
    const { exit, stdout, stderr } = await run(...argv)
    expect(exit).toBe(64)
    expect(stdout + stderr).not.toContain(number)
  }
})

test('each kind of error has its exit code, and with --json a document', async () => {
  expect(await run('refuse')).toEqual({ exit: 1, stdout: '', stderr: 'tester: you are not welcome\ncome back later\n' })
  const refused = await run('refuse', '--json')
  expect(JSON.parse(refused.stdout)).toEqual({ error: 'not_welcome', message: 'you are not welcome', hint: 'come back later' })
  expect(await run('misset')).toMatchObject({ exit: 78, stderr: `tester: one is wrong\ntwo is wrong\n${COMMAND_CODES.settings.hint}\n` })
  expect(JSON.parse((await run('greet', '--json')).stdout).error).toBe('usage')
  expect(await run('foreign')).toMatchObject({ exit: 1, stderr: 'tester: explained\n' })
})

test('an error nobody foresaw exits 70 and does not show its message, which may hold data', async () => {
  const { exit, stderr } = await run('broken')
  expect(exit).toBe(70)
  expect(stderr).toContain('TypeError')
  expect(stderr).not.toContain('91641210452')
  expect(JSON.parse((await run('broken', '--json')).stdout).error).toBe('internal')
})

test('a question without a terminal is wrong usage, and the flag answers it', async () => {
  const { confirm, secret } = await import('../src/index.ts')
  const streams = { stdin: Readable.from([]), stdout: new PassThrough(), stderr: new PassThrough() }
  await expect(confirm(streams, 'sure?', undefined)).rejects.toMatchObject({ code: 'not_a_terminal', exit: 64 })
  await expect(secret(streams, 'passphrase: ', '--passphrase-file')).rejects.toThrow('--passphrase-file')
  expect(await confirm(streams, 'sure?', true)).toBe(true)
})

test('on a terminal the answer is read, and a secret is not shown', async () => {
  const { confirm, secret } = await import('../src/index.ts')
  const terminal = (typed: string | null) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    const stderr = Object.assign(new PassThrough(), { isTTY: true })
    if (typed === null) stdin.end()
    else stdin.write(typed)
    return { stdin, stdout: new PassThrough(), stderr }
  }
  expect(await confirm(terminal('y\n'), 'sure?', undefined)).toBe(true)
  expect(await confirm(terminal('n\n'), 'sure?', undefined)).toBe(false)
  expect(await confirm(terminal('\n'), 'sure?', undefined)).toBe(false)
  expect(await confirm(terminal(null), 'sure?', undefined)).toBe(false)
  await expect(secret(terminal(null), 'passphrase: ', '--passphrase-file')).rejects.toMatchObject({ code: 'no_answer' })
  const streams = terminal('correct horse\n')
  let shown = ''
  streams.stderr.on('data', (chunk) => {
    shown += chunk
  })
  expect(await secret(streams, 'passphrase: ', '--passphrase-file')).toBe('correct horse')
  await setImmediate()
  expect(shown).toBe('passphrase: \n')
})
