import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneInto, packageFolders } from '../clone.ts'
import { ROOT } from '../house/tree.ts'

/** npm's view of the world of a stranger: the tarballs of our packages and the third-party packages they name, no repository around. */
const place = mkdtempSync(join(tmpdir(), 'symbolon-pack-'))
const copy = join(place, 'repository')
const stranger = join(place, 'stranger')
/** The same for somebody who did not add what is left to the user. */
const bare = join(place, 'bare')

interface Manifest {
  name: string
  exports: Record<string, unknown>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const folders = packageFolders()
const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const manifests = folders.map((folder) => manifestOf(join(ROOT, folder)))
const doors = manifests.flatMap(({ name, exports }) => Object.keys(exports).map((door) => name + door.slice(1)))
const bins = manifests.flatMap(({ name, bin }) => Object.entries(bin ?? {}).map(([command, file]) => ({ name, command, file })))

function run(command: string, args: string[], cwd: string): string {
  const ended = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (ended.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${ended.status}:\n${ended.stdout}\n${ended.stderr}`)
  return ended.stdout
}

const foreign = (names: readonly string[]): string[] => names.filter((name) => !name.startsWith('@symbolon/'))
const needed = foreign(manifests.flatMap(({ dependencies }) => Object.keys(dependencies ?? {})))
const chosen = foreign(manifests.flatMap(({ peerDependencies }) => Object.keys(peerDependencies ?? {})))

/** What `npm install` of the tarballs would lay down, third-party packages linked from the repository instead of fetched. */
function install(folder: string, thirdParty: readonly string[]): void {
  const modules = join(folder, 'node_modules')
  for (const { name } of manifests) {
    mkdirSync(join(modules, name), { recursive: true })
    const tarball = `${name.slice(1).replace('/', '-')}-${root.version}.tgz`
    run('tar', ['-xzf', join(place, tarball), '-C', join(modules, name), '--strip-components=1'], place)
  }
  for (const name of new Set([...thirdParty, '@types/node', 'undici-types'])) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n')
}

beforeAll(() => {
  cloneInto(copy)
  // It fails after the packages were made ready, and takes nothing away.
  expect(() => run('npm', ['pack', '--workspace', folders[0] ?? '', '--pack-destination', join(place, 'nowhere')], copy)).toThrow('ENOENT')
  expect(existsSync(join(copy, folders[0] ?? '', 'package.json.kept'))).toBe(true)
  run('npm', ['pack', '--workspaces', '--pack-destination', place], copy)
  install(stranger, [...needed, ...chosen])
  install(bare, needed)
}, 180_000)

afterAll(() => rmSync(place, { recursive: true, force: true }))

test('every package is a tarball of JavaScript, declarations, its licence and its one screen of README', () => {
  for (const { name } of manifests) {
    const files = readdirSync(join(stranger, 'node_modules', name), { recursive: true, encoding: 'utf8' })
    expect(
      files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
      name,
    ).toEqual([])
    expect(files, name).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    expect(
      files.filter((file) => /(^|\/)test(\/|$)|\.kept$|tsconfig/.test(file)),
      name,
    ).toEqual([])
  }
})

test('packing leaves the working tree as it was, also after a pack that failed', () => {
  for (const [index, folder] of folders.entries()) {
    expect(manifestOf(join(copy, folder)), folder).toEqual(manifests[index])
    for (const left of ['dist', 'package.json.kept', 'LICENSE'])
      expect(existsSync(join(copy, folder, left)), `${folder}/${left}`).toBe(false)
  }
})

test('every door of every package opens from an empty folder', () => {
  const script = `const doors = ${JSON.stringify(doors)}; for (const door of doors) console.log(door, typeof await import(door))`
  const lines = run(process.execPath, ['--input-type=module', '-e', script], stranger).trim().split('\n')
  expect(lines).toEqual(doors.map((door) => `${door} object`))
})

test('the declarations of every door are found and sound', () => {
  writeFileSync(join(stranger, 'doors.ts'), doors.map((door, index) => `export * as door${index} from '${door}'\n`).join(''))
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', 'node', '--skipLibCheck', 'false']
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const lines = spawnSync(process.execPath, [tsc, ...flags, 'doors.ts'], { cwd: stranger, encoding: 'utf8' }).stdout.split('\n')
  expect(lines.filter((line) => /^(doors\.ts|node_modules\/@symbolon\/)/.test(line))).toEqual([])
})

test.each(bins)('$command starts and explains itself', ({ name, file }) => {
  const said = run(process.execPath, [join(stranger, 'node_modules', name, file.replace('./', 'dist/')), '--help'], stranger)
  expect(said).toMatch(/VERB --help/)
})

test('what a process reads beside its code is in its tarball', () => {
  const start = (name: string, parameters: string[]) => {
    const program = join(stranger, 'node_modules/@symbolon', name, `dist/bin/symbolon-${name}.js`)
    return spawnSync(process.execPath, [program, ...parameters, '--home', join(place, 'home')], { cwd: stranger, encoding: 'utf8' })
  }
  expect(start('issuer', ['check'])).toMatchObject({ status: 0, stdout: expect.stringContaining('be-social-statute') })
  // A verifier without its types would end with 78; with them it gets as far as judging.
  for (const [file, text] of Object.entries({ 'trust.json': '[]', 'bundle.json': '{}', 'shown.txt': 'x' }))
    writeFileSync(join(stranger, file), text)
  const judged = start('verifier', ['check', 'shown.txt', '--bundle', 'bundle.json', '--trust', 'trust.json', '--json'])
  expect(judged).toMatchObject({ status: 1, stdout: expect.stringContaining('bundle_malformed') })
})

test('an issuer without Veramo does everything but enter itself into EBSI, and says what that needs', () => {
  const issuer = (...parameters: string[]) => {
    const program = join(bare, 'node_modules/@symbolon/issuer/dist/bin/symbolon-issuer.js')
    return spawnSync(process.execPath, [program, ...parameters, '--home', join(place, 'bare-home')], { cwd: bare, encoding: 'utf8' })
  }
  expect(existsSync(join(bare, 'node_modules/@veramo'))).toBe(false)
  expect(issuer('check')).toMatchObject({ status: 0, stdout: expect.stringContaining('pda1-ebsi is not issued') })
  expect(issuer('keys', 'ebsi', 'create').status).toBe(64)
  for (const verb of [
    ['create', '--registry', 'http://127.0.0.1:1'],
    ['accredit', 'package.json'],
  ]) {
    const { status, stdout, stderr } = issuer('keys', 'ebsi', ...verb, '--json')
    expect({ status, said: stdout + stderr }).toMatchObject({ status: 1, said: expect.stringContaining('veramo_missing') })
    // What it says to install is what is not there.
    for (const name of Object.keys(manifestOf(join(ROOT, 'issuer')).peerDependencies ?? {})) expect(stdout + stderr).toContain(`${name}@7`)
  }
})
