import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exclusively, RefusedError, readInput, readText, writeAtomically } from '../src/index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symbolon-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

const nobody = Readable.from([])
const module = new URL('../src/index.ts', import.meta.url).href

test('a file and standard input are read up to the limit and no further', async () => {
  const path = join(folder, 'read')
  await writeFile(path, '12345')
  expect(await readText(path, 5, nobody)).toBe('12345')
  expect(await readText('-', 5, Readable.from([Buffer.from('123'), Buffer.from('45')]))).toBe('12345')
  await expect(readInput(path, 4, nobody)).rejects.toMatchObject({ code: 'file_too_large', exit: 1 })
  await expect(readInput('-', 4, Readable.from([Buffer.from('123'), Buffer.from('45')]))).rejects.toThrow(RefusedError)
})

test('an endless input stops at the limit', async () => {
  await expect(readInput('/dev/zero', 100_000, nobody)).rejects.toMatchObject({ code: 'file_too_large' })
})

test('a missing file, a folder and bytes that are not UTF-8 are told apart', async () => {
  await expect(readInput(join(folder, 'nowhere'), 10, nobody)).rejects.toThrow(/there is no such file/)
  await expect(readInput(folder, 10, nobody)).rejects.toThrow(/it is a folder/)
  await expect(readInput(folder, 10, nobody)).rejects.toMatchObject({ code: 'file_unreadable', exit: 64 })
  await expect(readText('-', 10, Readable.from([Buffer.from([0xc3, 0x28])]))).rejects.toMatchObject({ code: 'file_not_text', exit: 1 })
})

test('a byte order mark is not part of the text', async () => {
  expect(await readText('-', 10, Readable.from([Buffer.from('\ufeffa')]))).toBe('a')
})

test('writing replaces the whole file, makes its folder private and leaves nothing beside it', async () => {
  const path = join(folder, 'home', 'state')
  await writeAtomically(path, 'first')
  await writeAtomically(path, 'second')
  expect(await readFile(path, 'utf8')).toBe('second')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'home'))).mode & 0o777).toBe(0o700)
  expect(await readdir(join(folder, 'home'))).toEqual(['state'])
})

test('a write that cannot happen leaves the old content and no half-written file', async () => {
  const target = join(folder, 'blocked')
  await writeAtomically(join(target, 'inside'), 'x')
  await expect(writeAtomically(target, 'y')).rejects.toMatchObject({ code: 'file_unwritable', exit: 78 })
  await expect(writeAtomically(join(target, 'inside', 'deeper'), 'y')).rejects.toThrow('a file stands where a folder has to be')
  await expect(exclusively(join(target, 'inside', 'lock'), async () => 'in')).rejects.toMatchObject({ code: 'file_unwritable' })
  await expect(exclusively(target, async () => 'in')).rejects.toMatchObject({ code: 'file_unwritable' })
  expect((await readdir(folder)).filter((name) => name.startsWith('.blocked'))).toEqual([])
  expect(await readFile(join(target, 'inside'), 'utf8')).toBe('x')
})

test('kill -9 while writing leaves the old or the new content', async () => {
  const path = join(folder, 'killed')
  const contents = ['a', 'b'].map((letter) => letter.repeat(200_000))
  await writeAtomically(path, contents[0] ?? '')
  const script = `import { writeAtomically } from ${JSON.stringify(module)}
    process.stdout.write('ready')
    for (let i = 0; ; i++) await writeAtomically(${JSON.stringify(path)}, (i % 2 ? 'a' : 'b').repeat(200000))`
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    await new Promise((done) => setTimeout(done, Math.random() * 30))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(contents).toContain(await readFile(path, 'utf8'))
  }
})

test('two processes never are inside the same lock', async () => {
  const counter = join(folder, 'counter')
  const lock = join(folder, 'counter.lock')
  await writeFile(counter, '0')
  const script = `import { exclusively } from ${JSON.stringify(module)}
    import { readFile, writeFile } from 'node:fs/promises'
    for (let i = 0; i < 20; i++) await exclusively(${JSON.stringify(lock)}, async () => {
      const value = Number(await readFile(${JSON.stringify(counter)}, 'utf8'))
      await new Promise((done) => setTimeout(done, 1))
      await writeFile(${JSON.stringify(counter)}, String(value + 1))
    })`
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  const [first, second] = await Promise.all([run(), run()])
  expect(await readFile(counter, 'utf8')).toBe('40')
  expect(first.stderr + second.stderr).toBe('')
})

test('a lock is refused while it is held, and free after its holder was killed', async () => {
  const lock = join(folder, 'held.lock')
  const script = `import { exclusively } from ${JSON.stringify(module)}
    await exclusively(${JSON.stringify(lock)}, async () => { process.stdout.write('held'); await new Promise((done) => setTimeout(done, 60000)) })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await expect(exclusively(lock, async () => 'in', 50)).rejects.toMatchObject({ code: 'busy' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await exclusively(lock, async () => 'in', 50)).toBe('in')
})

test('an action that fails gives the lock back', async () => {
  const lock = join(folder, 'failing.lock')
  await expect(exclusively(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await exclusively(lock, async () => 'in', 50)).toBe('in')
})
