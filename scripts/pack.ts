/**
 * What `npm pack` runs around a package: `before` writes JavaScript and declarations into dist/ and points package.json at them, `after` takes both away again.
 *
 * Needed because Node does not strip types below node_modules, and because npm heeds no `publishConfig.exports`.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'

interface Manifest {
  name: string
  exports: Record<string, unknown>
  bin?: Record<string, string>
  files: string[]
}

const root = resolve(import.meta.dirname, '..')

/** What a package reads besides its code: a folder of the repository, and where the emitted code finds it. */
const DATA: Record<string, [from: string, to: string][]> = {
  '@symbolon/issuer': [
    ['specs/credentials', 'specs/credentials'],
    ['issuer/sources', 'dist/sources'],
  ],
  '@symbolon/verifier': [
    ['specs/credentials', 'specs/credentials'],
    ['specs/questions', 'specs/questions'],
  ],
  '@symbolon/wallet-cli': [
    ['specs/credentials', 'specs/credentials'],
    ['specs/questions', 'specs/questions'],
  ],
}

/** `./src/index.ts` as the emitted file of that ending. */
const emitted = (file: string, ending: string): string => file.replace(/^\.\//, './dist/').replace(/\.[jt]s$/, ending)

/**
 * The manifest as it is published: every door leads to JavaScript with its declarations beside it. The scripts stay, which nobody runs who installs it:
 * were a pack to fail before `after`, the next one would find none and pack what lies there.
 */
export function publishedManifest(manifest: Manifest, data: readonly string[]): Manifest {
  const published = { ...manifest }
  published.exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([door, file]) => [
      door,
      { types: emitted(String(file), '.d.ts'), default: emitted(String(file), '.js') },
    ]),
  )
  if (manifest.bin) published.bin = Object.fromEntries(Object.entries(manifest.bin).map(([name, file]) => [name, emitted(file, '.js')]))
  published.files = ['dist', ...data.filter((folder) => !folder.startsWith('dist/'))]
  return published
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

async function emit(folder: string): Promise<void> {
  const whole = join(folder, 'dist', 'whole')
  await mkdir(whole, { recursive: true })
  const project = join(folder, 'dist', 'tsconfig.json')
  const sources = ['src', 'bin'].filter((name) => existsSync(join(folder, name)))
  const compilerOptions = { noEmit: false, declaration: true, allowJs: true, rootDir: root, outDir: whole }
  const include = sources.map((name) => join(folder, name))
  writeFileSync(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include }))
  // A package's neighbours are compiled along, since their links lead to sources; only its own subtree is kept.
  const tsc = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project], {
    stdio: ['ignore', 2, 2],
  })
  if (tsc.status !== 0) throw new Error(`${relative(root, folder)} does not compile; nothing was packed`)
  for (const name of sources) {
    renameSync(join(whole, relative(root, folder), name), join(folder, 'dist', name))
    const assets = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(html|css|svg|json)$/.test(file),
    )
    for (const file of assets) copyFileSync(join(folder, name, file), join(folder, 'dist', name, file))
  }
  rmSync(whole, { recursive: true })
  rmSync(project)
}

const kept = (folder: string): string => join(folder, 'package.json.kept')

function takeAway(folder: string): void {
  const data = DATA[readManifest(folder).name] ?? []
  if (existsSync(kept(folder))) renameSync(kept(folder), join(folder, 'package.json'))
  for (const [, to] of data) rmSync(join(folder, to.split('/', 1)[0] ?? to), { recursive: true, force: true })
  for (const name of ['dist', 'LICENSE']) rmSync(join(folder, name), { recursive: true, force: true })
}

async function before(folder: string): Promise<void> {
  takeAway(folder) // what an interrupted run may have left
  await emit(folder)
  const manifest = readManifest(folder)
  const data = DATA[manifest.name] ?? []
  for (const [from, to] of data) cpSync(join(root, from), join(folder, to), { recursive: true })
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  copyFileSync(join(folder, 'package.json'), kept(folder))
  const published = publishedManifest(
    manifest,
    data.map(([, to]) => to),
  )
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
}

if (import.meta.main) {
  const folder = process.cwd()
  if (!folder.startsWith(root + sep)) throw new Error('to be run by `npm pack` inside a package of this repository')
  if (process.argv[2] === 'before') await before(folder)
  else takeAway(folder)
}
