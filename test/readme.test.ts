import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneInto } from './clone.ts'
import { startEbsiRegistry } from './ebsi_registry/start.ts'
import { ROOT, readTree } from './house/tree.ts'

/** README.md against the thing itself: `npm start` in a copy of the repository, then the blocks marked `sh run`, in order, in one shell. */
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const blocks = (mark: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${mark}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text ?? '')

const run = promisify(execFile)
const copy = join(mkdtempSync(join(tmpdir(), 'symbolon-readme-')), 'symbolon')
let started: ChildProcess
let printed = ''
let url = ''
let verifierUrl = ''

/** The environment of a newcomer: nothing of ours is set, and the home folder is an empty one. */
function newcomer(): Record<string, string> {
  const { PATH = '' } = process.env
  return { PATH, HOME: dirname(copy), LANG: 'en' }
}

beforeAll(async () => {
  cloneInto(copy)
  const environment = { ...newcomer(), ISSUER_PORT: '0', VERIFIER_PORT: '0' }
  started = spawn(process.execPath, [join(copy, 'test/demo/start.ts')], {
    cwd: copy,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((ready, failed) => {
    started.once('exit', (code) => failed(new Error(`npm start ended with ${code}: ${printed}`)))
    started.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (/exit \$\?/.test(printed)) ready()
    })
  })
  url = /issuer stays up at (\S+)/.exec(printed)?.[1] ?? ''
  verifierUrl = /verifier at (\S+)/.exec(printed)?.[1] ?? ''
}, 120_000)

afterAll(() => {
  started?.kill()
  rmSync(dirname(copy), { recursive: true, force: true })
})

const withoutNumbers = (text: string): string => text.replace(/\d+(\.\d+)?/g, 'N').trim()

test('what appears is what README.md shows, but for the numbers', () => {
  const shown = blocks('text start').map(withoutNumbers)
  expect(shown).toEqual([withoutNumbers(printed.split('\n\n', 1)[0] ?? '')])
})

test('npm start prints the commands that README.md has', () => {
  const usual = printed.replaceAll(url, 'http://localhost:4000').replace(/ ISSUER_PORT=\d+ VERIFIER_PORT=\d+$/m, '')
  const commands = usual.split('in this folder:\n\n')[1]
  expect(commands?.trim()).toBe(blocks('sh run').join('\n').trim())
})

test('the runnable blocks do what README.md says', { timeout: 120_000 }, () => {
  const [first, codes, online, second] = blocks('sh run').map((text) => text.replaceAll('http://localhost:4000', url))
  const script = `set -euo pipefail\n${first}echo '--- codes'\n${codes}echo '--- online'\n${online}echo '--- revoked'\n${second}`
  const ports = { ISSUER_PORT: new URL(url).port, VERIFIER_PORT: new URL(verifierUrl).port }
  const ended = spawnSync('bash', ['-c', script], { cwd: copy, encoding: 'utf8', env: { ...newcomer(), ...ports } })
  expect(ended.stderr).not.toMatch(/warn/i)
  expect(ended.stderr).toMatch(/^Asked by Synthetic relying party, [\s\S]*^ {2}shown {4}statutes\.[\s\S]*^ {2}hidden {3}/m)
  expect(ended.stdout, ended.stderr).toMatch(
    /^VALID\.[\s\S]*--- codes\n[\s\S]*The holder showed it to you[\s\S]*The holder showed it to whoever looks[\s\S]*VALID\.[\s\S]*--- online\nNothing was sent\.\nShown\.\nyes\n {2}According to the sources[\s\S]*was taken[\s\S]*--- revoked[\s\S]*^NOT VALID\.[\s\S]*^exit 1$[\s\S]*^NOT VALID\.[\s\S]*^exit 1$/m,
  )
  expect(ended.status).toBe(0)
})

test('the way of an institution on EBSI does what README.md says', { timeout: 120_000 }, async () => {
  const ebsi = await startEbsiRegistry({ bootstrap: { tao: true } })
  const address = `http://localhost:${await unusedPort()}`
  // The third terminal.
  const serve = `'${process.execPath}' issuer/bin/symbolon-issuer.js serve > .symbolon-ebsi/issuer.log 2>&1 & trap "kill $!" EXIT\n`
  const script = blocks('sh ebsi')
    .join(serve)
    .replace(/^root=\S+/, `root=${ebsi.root.did}`)
    .replaceAll('http://127.0.0.1:8090', ebsi.origin)
    .replaceAll('http://localhost:4000', address)
  try {
    const ended = await run('bash', ['-c', `set -euo pipefail\n${script}`], {
      ...{ cwd: copy, env: { ...newcomer(), ISSUER_PORT: new URL(address).port }, timeout: 110_000 },
    })
    const path = `Accredited by ${ebsi.tao?.did}, itself by ${ebsi.root.did}. The root ${ebsi.root.did} is in the trust file`
    const said = ended.stdout.split('"revoked"')
    expect(said[0], ended.stderr).toMatch(/^VALID\./m)
    expect(said[0]).toContain(path)
    expect(said[1]).toMatch(/^NOT VALID\.[\s\S]*An accreditation of did:ebsi:\S+ was taken back\.[\s\S]*^exit 1$/m)
  } finally {
    await ebsi.close()
  }
})

/** For a program that has to know it before it listens. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

test('README.md shows the two commands of a newcomer', () => {
  expect(blocks('sh').map((block) => block.trim())).toEqual(['npm ci && npm start', 'npm ci && npm test'])
})

test('every link between our pages leads to a file', () => {
  const pages = readTree().filter(({ path }) => path.endsWith('.md') && !path.startsWith('test/vectors/'))
  const links = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => ({ path, target: target ?? '' })),
  )
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter(({ path, target }) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([])
})
