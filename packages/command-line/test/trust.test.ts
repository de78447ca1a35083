import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { promisify } from 'node:util'
import { parseTrust } from '@symbolon/credential'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runVerbs, trustVerbs } from '../src/index.ts'
import { certificate } from './certificate.ts'

let folder: string
let trustFile: string
let authority: Awaited<ReturnType<typeof certificate>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symbolon-trust-'))
  authority = await certificate('The authority', true)
  await writeFile(join(folder, 'authority.pem'), authority.pem)
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => {
  trustFile = join(folder, `${Math.random().toString(36).slice(2)}.json`)
})

/** Runs a trust verb; `typed` is what somebody at a terminal answers, absent: nobody is there. */
async function trust(argv: readonly string[], { typed, stdin = '' }: { typed?: string; stdin?: string } = {}) {
  const printed = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') =>
    Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          printed[name] += chunk
          done()
        },
      }),
      { isTTY: typed !== undefined },
    )
  const keyboard = Object.assign(new PassThrough(), { isTTY: true })
  if (typed !== undefined) keyboard.write(typed)
  const input = typed === undefined ? Readable.from([Buffer.from(stdin)]) : keyboard
  const verbs = trustVerbs('tester', ({ trust }) => trust ?? trustFile)
  const exit = await runVerbs({ program: 'tester', summary: '', verbs, argv, stdin: input, stdout: sink('stdout'), stderr: sink('stderr') })
  return { exit, ...printed }
}

const ADD = () => ['trust', 'add', join(folder, 'authority.pem'), '--name', 'The authority', '--for', 'credential']
const entries = async () => parseTrust(await readFile(trustFile, 'utf8'))

test('adding shows the fingerprint as other programs print it, asks, and writes', async () => {
  const { exit, stderr } = await trust(ADD(), { typed: 'y\n' })
  expect(exit).toBe(0)
  expect(stderr).toContain(authority.fingerprint)
  expect(stderr).toContain('CN=The authority')
  expect(stderr).toContain('[y/N]')
  expect(await entries()).toMatchObject([{ name: 'The authority', purpose: 'credential' }])
  expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([])
})

test('an answer other than yes adds nothing', async () => {
  for (const typed of ['n\n', '\n', 'of course\n']) {
    const { exit, stdout, stderr } = await trust([...ADD(), '--json'], { typed })
    expect(exit).toBe(1)
    expect(stderr).toContain('nothing was added')
    expect(JSON.parse(stdout).error).toBe('not_confirmed')
  }
  await expect(entries()).rejects.toThrow('ENOENT')
})

test('without a terminal it asks for --yes, and --yes answers', async () => {
  expect(await trust(ADD())).toMatchObject({ exit: 64, stderr: expect.stringContaining('--yes') })
  expect((await trust([...ADD(), '--yes'])).exit).toBe(0)
  expect(await entries()).toHaveLength(1)
})

test('the same entry twice is there once; another purpose or type is another entry', async () => {
  await trust([...ADD(), '--yes'])
  expect((await trust([...ADD(), '--yes'])).exit).toBe(0)
  expect(await entries()).toHaveLength(1)
  await trust([...ADD(), '--yes', '--type', 'urn:a', '--type', 'urn:b'])
  await trust(['trust', 'add', join(folder, 'authority.pem'), '--name', 'The authority', '--for', 'status', '--yes'])
  expect((await entries()).map(({ purpose, types }) => [purpose, types])).toEqual([
    ['credential', undefined],
    ['credential', ['urn:a', 'urn:b']],
    ['status', undefined],
  ])
})

test('a public key is an anchor too, and its private part never is', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const add = ['trust', 'add', '-', '--name', 'A key', '--for', 'bundle', '--yes']
  expect((await trust(add, { stdin: JSON.stringify(publicKey.export({ format: 'jwk' })) })).exit).toBe(0)
  expect(await entries()).toMatchObject([{ name: 'A key', purpose: 'bundle', jwk: { kty: 'EC' } }])
  const jwk = privateKey.export({ format: 'jwk' })
  const refused = await trust(add, { stdin: JSON.stringify(jwk) })
  expect(refused.exit).toBe(1)
  expect(refused.stderr + refused.stdout).not.toContain(jwk.d)
  expect(await entries()).toHaveLength(1)
})

test.each([
  ['text that is neither', 'hello', 1],
  ['broken JSON', '{"kty"', 1],
  ['a whole trust file', '[]', 1],
  ['nothing', '', 1],
])('%s is refused', async (_name, stdin, exit) => {
  expect((await trust(['trust', 'add', '-', '--name', 'x', '--for', 'status', '--yes'], { stdin })).exit).toBe(exit)
  await expect(entries()).rejects.toThrow('ENOENT')
})

test('the certificate of a signer is no anchor: it certifies nobody', async () => {
  await writeFile(join(folder, 'leaf.pem'), (await certificate('A signer', false)).pem)
  const { exit, stderr } = await trust(['trust', 'add', join(folder, 'leaf.pem'), '--name', 'x', '--for', 'credential', '--yes'])
  expect(exit).toBe(1)
  expect(stderr).toContain('must be that of an authority')
})

test('a purpose that does not exist is refused with those that do; a name and a purpose are needed', async () => {
  const wrong = await trust(['trust', 'add', join(folder, 'authority.pem'), '--name', 'x', '--for', 'everything', '--yes'])
  expect(wrong.exit).toBe(64)
  expect(wrong.stderr).toContain('credential, status, bundle')
  expect(await trust(['trust', 'remove', 'x', '--for', 'everything'])).toMatchObject({ exit: 64 })
  expect((await trust(['trust', 'add', join(folder, 'authority.pem'), '--name', 'x'])).exit).toBe(64)
  expect((await trust(['trust', 'add', join(folder, 'authority.pem'), '--for', 'status'])).exit).toBe(64)
  expect((await trust(['trust', 'add', join(folder, 'nowhere'), '--name', 'x', '--for', 'status'])).exit).toBe(64)
})

test.each(['did:ebsi:zzzz', 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UAA', 'did:key:z1'])('%s is no whole DID, and is not trusted', async (did) => {
  const { exit, stderr } = await trust(['trust', 'add', did, '--name', 'A root', '--for', 'credential', '--yes'])
  expect([exit, stderr]).toEqual([1, expect.stringContaining('did: must be a whole DID')])
})

test('several faults of an entry are said without the place of an entry that is not yet in a file', async () => {
  await writeFile(join(folder, 'none.pem'), 'no certificate')
  const twice = ['--type', 'urn:a', '--type', 'urn:a']
  const { exit, stderr } = await trust(['trust', 'add', join(folder, 'none.pem'), '--name', 'x', '--for', 'status', ...twice, '--yes'])
  expect(exit).toBe(1)
  expect(stderr).toMatch(/types: .*; certificate: /)
  expect(stderr).not.toContain('entry 0')
})

test('the list shows who is trusted for what, and is a document with --json', async () => {
  await trust([...ADD(), '--yes', '--type', 'urn:a'])
  const { stdout } = await trust(['trust', 'list'])
  expect(stdout).toContain('The authority')
  expect(stdout).toContain('urn:a')
  expect(stdout).toContain(authority.fingerprint)
  expect(JSON.parse((await trust(['trust', 'list', '--json'])).stdout)).toMatchObject([
    { name: 'The authority', for: 'credential', types: ['urn:a'] },
  ])
})

test('a trust file that is not there, or has faults, is a wrong setting', async () => {
  expect(await trust(['trust', 'list'])).toMatchObject({ exit: 78, stderr: expect.stringContaining('there is no trust file') })
  expect(JSON.parse((await trust(['trust', 'list', '--json'])).stdout).error).toBe('trust_file_missing')
  expect(JSON.parse((await trust(['trust', 'list', '--trust', folder, '--json'])).stdout).error).toBe('trust_file_unreadable')
  await writeFile(trustFile, '[{"name":"x"}]')
  for (const argv of [
    ['trust', 'list'],
    ['trust', 'remove', 'x'],
    [...ADD(), '--yes'],
  ]) {
    expect(await trust(argv)).toMatchObject({ exit: 78, stderr: expect.stringContaining('entry 0') })
  }
  expect(await readFile(trustFile, 'utf8')).toBe('[{"name":"x"}]')
})

test('removing takes out the entries of a name, or only those for a purpose; one that is not there is refused', async () => {
  await trust([...ADD(), '--yes'])
  await trust(['trust', 'add', join(folder, 'authority.pem'), '--name', 'The authority', '--for', 'status', '--yes'])
  await trust(['trust', 'add', join(folder, 'authority.pem'), '--name', 'Another', '--for', 'status', '--yes'])
  expect((await trust(['trust', 'remove', 'The authority', '--for', 'status'])).exit).toBe(0)
  expect((await entries()).map(({ name, purpose }) => [name, purpose])).toEqual([
    ['The authority', 'credential'],
    ['Another', 'status'],
  ])
  expect(JSON.parse((await trust(['trust', 'remove', 'Nobody', '--json'])).stdout).error).toBe('not_there')
  await trust(['trust', 'remove', 'The authority'])
  await trust(['trust', 'remove', 'Another'])
  expect(await entries()).toEqual([])
})

test('processes that add at the same time lose nothing', async () => {
  const module = new URL('../src/index.ts', import.meta.url).href
  const script = `import { changeTrust } from ${JSON.stringify(module)}
    for (const name of process.argv.slice(2)) await changeTrust(process.argv[1], (anchors) => [...anchors, { ...anchors[0], name }])`
  await trust([...ADD(), '--yes'])
  const groups = [0, 1, 2].map((group) => [0, 1, 2, 3, 4].map((one) => `entry ${group} ${one}`))
  await Promise.all(
    groups.map((names) => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script, trustFile, ...names])),
  )
  expect((await entries()).map(({ name }) => name).sort()).toEqual(['The authority', ...groups.flat()].sort())
})
