import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Called } from './fixture.ts'

const BIN = join(import.meta.dirname, '../bin/symbolon-issuer.js')

// What Node compiled is kept by a process that ends by itself, not by one that is killed: the first of many starts slowly, the others need not.
execFileSync(process.execPath, [BIN, '--help'])

/** A port nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The issuer as a process of its own, ready to be called, and to be killed. */
export async function spawnIssuer(
  home: string,
  port: number,
  environment: Record<string, string> = {},
): Promise<{ child: ChildProcess; issuer: Called }> {
  const url = `http://localhost:${port}`
  const env = { ...process.env, ISSUER_LOG_LEVEL: 'error', ...environment, SYMBOLON_HOME: home, ISSUER_PORT: String(port) }
  const child = spawn(process.execPath, [BIN, 'serve'], { env, stdio: 'ignore' })
  const answers = (): Promise<boolean> =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  const until = performance.now() + 30_000
  while (!(await answers())) {
    if (performance.now() > until || child.exitCode !== null) throw new Error('the issuer does not start')
    await sleep(20)
  }
  const token = readFileSync(join(home, 'issuer', 'admin-token'), 'utf8').trim()
  const admin: Called['admin'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}/admin${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    return { status: response.status, json: await response.json() }
  }
  return { child, issuer: { url, clock: { ahead: 0 }, admin } }
}
