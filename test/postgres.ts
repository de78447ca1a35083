import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** `address` answers a POST with the URL of a new database of its own; `title` says how to get what is missing when it is not `there`. */
    readonly postgres: { readonly address: string; readonly there: boolean; readonly title: string }
  }
}

const HOW = 'apt-get install postgresql, or SYMBOLON_TEST_POSTGRES=postgres://...,'
const INSTALLED = '/usr/lib/postgresql'
/** PostgreSQL does not run as root: as `nobody` then. */
const NOBODY = 65_534
const USER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** A server that runs, as somebody who may make databases. */
interface Server {
  readonly url: string
  stop(): Promise<void>
}

/**
 * PostgreSQL for the tests that ask for it: the server that SYMBOLON_TEST_POSTGRES names, or a cluster of our own in a temporary folder, reached by a socket
 * in it and started when the first test asks. Everything made is gone at the end.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const given = process.env.SYMBOLON_TEST_POSTGRES
  const programs = installed()
  // Made now: later, the temporary folder is one that only we may enter.
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-postgres-'))
  const made: string[] = []
  let server: Promise<Server> | undefined
  const start = async (): Promise<Server> => {
    if (given) return { url: given, stop: async () => undefined }
    if (programs === undefined) throw new Error(`PostgreSQL is not here: ${HOW} brings it`)
    return startCluster(programs, folder)
  }
  const newDatabase = async (): Promise<string> => {
    server ??= start()
    const url = new URL((await server).url)
    const name = `symbolon_${randomBytes(6).toString('hex')}`
    await ask(url.href, `create database ${name}`)
    made.push(name)
    url.pathname = `/${name}`
    return url.href
  }

  const desk = createServer((_request, response) => {
    newDatabase().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  await once(desk, 'listening')
  const address = desk.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const there = Boolean(given) || programs !== undefined || process.env.SYMBOLON_REQUIRE_ALL === '1'
  const title = there ? 'PostgreSQL' : `PostgreSQL (${HOW} brings it)`
  provide('postgres', { address: `http://127.0.0.1:${address.port}`, there, title })

  return async () => {
    if (!there) process.stderr.write(`Tests on PostgreSQL are skipped: ${HOW} brings it.\n`)
    desk.close()
    const running = await server?.catch(() => undefined)
    if (running && given) for (const name of made) await ask(running.url, `drop database if exists ${name} with (force)`)
    await running?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The folder of the newest programs that Debian installed. */
function installed(): string | undefined {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(INSTALLED, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')))
}

async function startCluster(programs: string, folder: string): Promise<Server> {
  const data = join(folder, 'data')
  const password = randomBytes(16).toString('hex')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  for (const path of USER.uid === undefined ? [] : [folder, passwordFile]) chownSync(path, NOBODY, NOBODY)
  const init = [
    '-D',
    data,
    '-U',
    'symbolon',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ]
  execFileSync(join(programs, 'initdb'), init, { ...USER, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const child = spawn(join(programs, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses='], {
    ...USER,
    cwd: folder,
    stdio: 'ignore',
  })
  const url = `postgres:///postgres?host=${encodeURIComponent(folder)}&user=symbolon&password=${password}`
  await answers(url, child)
  return {
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      // Everybody is sent away, nothing is kept.
      child.kill('SIGQUIT')
      await once(child, 'exit')
    },
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + 30_000
  for (;;) {
    try {
      return await ask(url, 'select 1')
    } catch (error) {
      if (performance.now() > until || child.exitCode !== null) throw error
    }
    await sleep(50)
  }
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end()
  }
}
