import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './measure.ts'
import type { LimitRow } from './row.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** How long `npm start` takes to the first offer in an empty data folder, and what must be installed to run. */
export async function benchStart(): Promise<LimitRow[]> {
  const seconds: number[] = []
  for (let run = 0; run < 3; run++) seconds.push(await secondsToOffer())
  return [
    { name: 'npm start to the first offer', value: median(seconds), unit: 's', limit: 3 },
    { name: 'run-time packages besides Node', value: megabytes(await packagesWithout('dev', 'optional')), unit: 'MB', limit: 60 },
    {
      name: 'the same with Veramo, which `keys ebsi create` asks for',
      value: megabytes(await packagesWithout('dev')),
      unit: 'MB',
      limit: null,
    },
  ]
}

/** Runs the demonstration, which is what `npm start` does before it stays up, until its line about the offer. */
function secondsToOffer(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-bench-'))
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', 'demo'], {
      cwd: root,
      env: { ...process.env, TMPDIR: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let seconds: number | undefined
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('\nissue') || chunk.toString().startsWith('issue')) seconds ??= (performance.now() - start) / 1000
    })
    child.on('close', () => {
      rmSync(home, { recursive: true, force: true })
      if (seconds === undefined) reject(new Error('the demonstration made no offer'))
      else resolve(seconds)
    })
  })
}

/** The folders npm would install without dependencies of these kinds, Node itself left out. Veramo is optional: a peer that its user adds. */
function packagesWithout(...kinds: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['ls', ...kinds.map((kind) => `--omit=${kind}`), '--all', '--parseable'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk
    })
    child.on('error', reject)
    child.on('close', () => {
      const folders = [...new Set(text.split('\n'))].filter((folder) => folder.includes('node_modules') && existsSync(folder))
      resolve(folders.filter((folder) => !/node_modules\/node-(bin-)?(linux|darwin|win)-/.test(folder)))
    })
  })
}

const megabytes = (folders: readonly string[]): number => folders.reduce((sum, folder) => sum + sizeOf(folder), 0) / 1e6

/** Bytes of the files in a package, without the packages inside it, which are listed for themselves. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === 'node_modules') return sum
    const path = join(folder, entry.name)
    return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size)
  }, 0)
}
