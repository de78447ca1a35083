import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './house/tree.ts'

const json = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))

test('scripts, tests and command lines run on the Node that package.json pins', () => {
  const versions = Object.values<string>(json('package.json').optionalDependencies)
  expect(new Set(versions)).toEqual(new Set([process.versions.node]))
})

test('the lock file has every package it speaks of, for every platform, so that `npm ci` takes it anywhere', () => {
  const packages: Record<string, Record<string, Record<string, string> | undefined>> = json('package-lock.json').packages
  const names = Object.values(packages).flatMap(({ dependencies, optionalDependencies }) =>
    Object.keys({ ...dependencies, ...optionalDependencies }),
  )
  expect(names.length).toBeGreaterThan(100)
  const missing = names.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)))
  expect(missing).toEqual([])
})

describe('an old Node', () => {
  const old = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })")}`
  const programs = [...globSync('*/bin/*.js', { cwd: ROOT }), 'scripts/node_version.js']

  test.each(programs)('hears from %s in one sentence what is needed', (program) => {
    const ended = spawnSync(process.execPath, ['--import', old, join(ROOT, program)], { encoding: 'utf8' })
    expect(ended.stderr).toMatch(/^\S+ needs Node 26 or newer, and this is Node 20\.20\.2\. [^\n]+\n$/)
    expect(ended.status).toBe(78)
  })

  test.each(programs)('and nothing else is in %s than any Node reads', (program) => {
    expect(readFileSync(join(ROOT, program), 'utf8')).not.toMatch(/^import /m)
  })
})

describe('after an installation', () => {
  /** A repository with one platform's package in it, and no link to it. */
  function installed(): string {
    const root = mkdtempSync(join(tmpdir(), 'symbolon-install-'))
    for (const folder of ['scripts', 'node_modules/.bin', 'node_modules/node-here/bin']) mkdirSync(join(root, folder), { recursive: true })
    cpSync(join(ROOT, 'scripts/link_node.js'), join(root, 'scripts/link_node.js'))
    writeFileSync(
      join(root, 'package.json'),
      '{ "type": "module", "optionalDependencies": { "node-there": "26.10.0", "node-here": "26.10.0" } }',
    )
    writeFileSync(join(root, 'node_modules/node-here/bin/node'), '')
    return root
  }
  const link = (root: string): string => spawnSync(process.execPath, [join(root, 'scripts/link_node.js')], { encoding: 'utf8' }).stderr

  test('the pinned Node is linked where npm forgot it, and left alone where it did not', () => {
    const root = installed()
    expect([link(root), link(root)]).toEqual(['', ''])
    expect(readlinkSync(join(root, 'node_modules/.bin/node'))).toBe(join('..', 'node-here', 'bin', 'node'))
    rmSync(root, { recursive: true })
  })

  test('nothing is linked where the platform has none', () => {
    const root = installed()
    rmSync(join(root, 'node_modules/node-here'), { recursive: true })
    expect(link(root)).toBe('')
    expect(globSync('node_modules/.bin/*', { cwd: root })).toEqual([])
    rmSync(root, { recursive: true })
  })
})
