import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../house/tree.ts'

/** One run of `npm run demo`, and everything it said, wrote and started. */
const home = mkdtempSync(join(tmpdir(), 'symbolon-demo-test-'))
let exit: number | null
let said = ''
const started = new Set<string>()

/** The command lines of all processes below one, where the system tells. */
function commandLines(parent: number): string[] {
  if (!existsSync('/proc')) return []
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return '' // it has ended meanwhile
    }
  }
  const children = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1] === String(parent),
  )
  return children.flatMap((pid) => [read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '), ...commandLines(Number(pid))])
}

beforeAll(async () => {
  const child = spawn(process.execPath, [join(ROOT, 'test/demo/demo.ts'), '--home', home], { cwd: ROOT })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const watch = setInterval(() => {
    for (const line of commandLines(child.pid ?? 0)) started.add(line)
  }, 50)
  exit = await new Promise((done) => child.once('close', done))
  clearInterval(watch)
}, 120_000)

afterAll(() => rmSync(home, { recursive: true, force: true }))

const register: { persons: { insz: string; given_name: string; family_name: string }[] } = JSON.parse(
  readFileSync(join(ROOT, 'issuer/sources/synthetic/persons.json'), 'utf8'),
)
const files = (): string[] => readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(home, file)).isFile())
const contentOf = (file: string): string => readFileSync(join(home, file), 'latin1')

/** Latin-1 spelling of UTF-8 bytes, to be found in files that are not text. */
const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/** What belongs to persons: the citizen's names, and the national numbers of the whole register. */
function personal(): string[] {
  const [citizen] = register.persons
  return [citizen?.family_name ?? '', citizen?.given_name ?? '', ...register.persons.map(({ insz }) => insz)].map(bytes)
}

/** What opens something, and the one file it may stand in. */
function secrets(): { value: string; file: string }[] {
  const keys = files().filter((file) => file.endsWith('.pem'))
  const lines = keys.flatMap((file) => {
    const key = /-----BEGIN PRIVATE KEY-----\n([\s\S]*?)\n-----END/.exec(contentOf(file))?.[1] ?? ''
    return key
      .split('\n')
      .slice(1)
      .map((value) => ({ value, file }))
  })
  const whole = ['wallet-passphrase', 'issuer/admin-token', 'issuer/secret', 'verifier/token', 'verifier/secret'].map((file) => ({
    value: contentOf(file).trim(),
    file,
  }))
  return [...lines, ...whole]
}

test('it ends with 0 and tells the story in about a dozen lines', () => {
  expect(said).toMatch(
    /PAR[\s\S]*DPoP[\s\S]*5 copies[\s\S]*VALID\n[\s\S]*two QR codes and no network[\s\S]*YES\n[\s\S]*NOT VALID[\s\S]*paper[\s\S]*YES;[\s\S]*same paper[\s\S]*NOT VALID[\s\S]*the service reads: yes/,
  )
  expect(exit).toBe(0)
  expect(said.trim().split('\n').length).toBeLessThanOrEqual(17)
})

describe('everything a demonstration wrote', () => {
  test('there is something to look at: files of every party, keys, secrets, persons', () => {
    expect(files()).toEqual(
      expect.arrayContaining([
        'shown.txt',
        'bundle.json',
        'trust.json',
        'issuer/issuer.log',
        'issuer/issuer.sqlite',
        'verifier/verifier.log',
        'verifier/verifier.sqlite',
      ]),
    )
    expect(secrets().length).toBeGreaterThan(9)
    expect(secrets().filter(({ value }) => value.length < 16)).toEqual([])
    expect(contentOf('issuer/source.sqlite')).toContain(personal()[0])
    if (existsSync('/proc'))
      expect([...started].join('\n')).toMatch(
        /symbolon-wallet receive -[\s\S]*symbolon-wallet receive --issuer[\s\S]*symbolon-verifier check[\s\S]*symbolon-wallet code[\s\S]*symbolon-wallet present openid4vp:/,
      )
  })

  test('no name and no national number, but in the authentic source', () => {
    const where = files().filter((file) => !basename(file).startsWith('source.sqlite'))
    const found = where.filter((file) => personal().some((value) => contentOf(file).includes(value)))
    expect(found).toEqual([])
  })

  test('no key, token or passphrase, but in its own file', () => {
    const found = secrets().flatMap(({ value, file }) => files().filter((other) => other !== file && contentOf(other).includes(value)))
    expect(found).toEqual([])
    expect(files().filter((file) => /"d"\s*:\s*"[\w-]{43}"/.test(contentOf(file)))).toEqual([])
  })

  test('nothing of these, and no token or code of any kind, in the log, in what was said, or in the list of processes', () => {
    const words = [said, contentOf('issuer/issuer.log'), contentOf('verifier/verifier.log'), ...started].join('\n')
    expect(personal().filter((value) => bytes(words).includes(value))).toEqual([])
    expect(secrets().filter(({ value }) => words.includes(value))).toEqual([])
    expect(words).not.toMatch(/eyJ[\w-]{8}|Bearer |access_token|pre-authorized_code|c_nonce/)
  })

  test('files with secrets are read by their owner alone', () => {
    const open = [
      ...secrets().map(({ file }) => file),
      'wallet/wallet.jwe',
      'issuer/issuer.sqlite',
      'issuer/issuer.log',
      'verifier/verifier.sqlite',
    ]
    if (process.platform !== 'win32') expect(open.filter((file) => (statSync(join(home, file)).mode & 0o077) !== 0)).toEqual([])
  })
})

test('it ends with 1 and the reason when it cannot go on', () => {
  const nowhere = join(home, 'trust.json', 'home')
  const ended = spawnSync(process.execPath, [join(ROOT, 'test/demo/demo.ts'), '--home', nowhere], { cwd: ROOT, encoding: 'utf8' })
  expect(ended.stderr).toMatch(/^The demonstration failed: .+\n$/)
  expect(ended.status).toBe(1)
})
