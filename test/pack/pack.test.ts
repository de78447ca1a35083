import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** npm's view of the world of a stranger: the tarballs of our packages and the third-party packages they name, no repository around. */
const repository = resolve(import.meta.dirname, '../..')
const place = mkdtempSync(join(tmpdir(), 'symbolon-pack-'))
const copy = join(place, 'repository')
const stranger = join(place, 'stranger')

interface Manifest {
  name: string
  exports: Record<string, unknown>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
}

const root = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
const folders = globSync(
  root.workspaces.map((pattern: string) => `${pattern}/package.json`),
  { cwd: repository },
)
  .map(dirname)
  .sort()
const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const manifests = folders.map((folder) => manifestOf(join(repository, folder)))
const doors = manifests.flatMap(({ name, exports }) => Object.keys(exports).map((door) => name + door.slice(1)))
const bins = manifests.flatMap(({ name, bin }) => Object.entries(bin ?? {}).map(([command, file]) => ({ name, command, file })))

function run(command: string, args: string[], cwd: string): string {
  const ended = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (ended.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${ended.status}:\n${ended.stdout}\n${ended.stderr}`)
  return ended.stdout
}

/** The repository as git sees it, in a folder of its own: packing rewrites package.json, and other tests read it meanwhile. */
function copyRepository(): void {
  const files = run('git', ['ls-files', '-co', '--exclude-standard', '-z'], repository).split('\0').filter(Boolean)
  for (const file of files.filter((name) => existsSync(join(repository, name)))) cpSync(join(repository, file), join(copy, file))
  mkdirSync(join(copy, 'node_modules/@symbolon'), { recursive: true })
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (name !== '@symbolon') symlinkSync(join(repository, 'node_modules', name), join(copy, 'node_modules', name))
  }
  for (const [index, { name }] of manifests.entries()) symlinkSync(join(copy, folders[index] ?? ''), join(copy, 'node_modules', name))
}

/** What `npm install` of the tarballs would lay down, third-party packages linked from the repository instead of fetched. */
function install(): void {
  const modules = join(stranger, 'node_modules')
  for (const { name } of manifests) {
    mkdirSync(join(modules, name), { recursive: true })
    const tarball = `${name.slice(1).replace('/', '-')}-${root.version}.tgz`
    run('tar', ['-xzf', join(place, tarball), '-C', join(modules, name), '--strip-components=1'], place)
  }
  const foreign = new Set(
    manifests.flatMap(({ dependencies }) => Object.keys(dependencies ?? {})).filter((name) => !name.startsWith('@symbolon/')),
  )
  for (const name of [...foreign, '@types/node', 'undici-types']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(repository, 'node_modules', name), join(modules, name))
  }
  writeFileSync(join(stranger, 'package.json'), '{ "type": "module", "private": true }\n')
}

beforeAll(() => {
  copyRepository()
  run('npm', ['pack', '--workspaces', '--pack-destination', place], copy)
  install()
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

test('packing leaves the working tree as it was', () => {
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
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  const lines = spawnSync(process.execPath, [tsc, ...flags, 'doors.ts'], { cwd: stranger, encoding: 'utf8' }).stdout.split('\n')
  expect(lines.filter((line) => /^(doors\.ts|node_modules\/@symbolon\/)/.test(line))).toEqual([])
})

test.each(bins)('$command starts and explains itself', ({ name, file }) => {
  const said = run(process.execPath, [join(stranger, 'node_modules', name, file.replace('./', 'dist/')), '--help'], stranger)
  expect(said).toMatch(/usage/i)
})
