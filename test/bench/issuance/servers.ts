import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Question, Used } from './server.ts'
import { type Way, wayTo } from './wallet.ts'

/** A server in a process of its own, on one core where the system can do that. */
export interface Measured extends Way {
  readonly home: string
  ask(question: Question): Promise<Used>
  close(): Promise<void>
}

/** Whether processes can be pinned to one core here. */
export const PINNED = spawnSync('taskset', ['-c', '0', 'true']).status === 0

const ISSUING = new URL('server.ts', import.meta.url)

/** Starts one of the two servers of a comparison: ours, or the bare handler. */
export async function startServer(kind: 'ours' | 'bare', script = ISSUING): Promise<Measured> {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-bench-'))
  const [program = '', ...parameters] = [...(PINNED ? ['taskset', '-c', '0'] : []), process.execPath, fileURLToPath(script), kind, home]
  const child = spawn(program, parameters, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let failed: (error: Error) => void = () => undefined
  child.once('exit', () => failed(new Error(`the server ${kind} has ended`)))
  const heard = <T>(): Promise<T> =>
    new Promise((done, fail) => {
      failed = fail
      child.once('message', (message) => done(message as T))
    })
  const { url } = await heard<{ url: string }>()
  const way = wayTo(url)
  return {
    ...way,
    home,
    ask(question) {
      child.send(question)
      return heard<Used>()
    },
    async close() {
      way.agent.destroy()
      child.disconnect()
      await once(child, 'exit')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const persons = new URL('../../../issuer/sources/synthetic/persons.json', import.meta.url)

/** Makes so many offers at our issuer; answers their codes. */
export async function offers({ home, url }: Measured, type: string, count: number): Promise<string[]> {
  const [person]: { insz: string }[] = JSON.parse(readFileSync(persons, 'utf8')).persons
  const token = readFileSync(join(home, 'issuer', 'admin-token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const codes: string[] = []
  while (codes.length < count) {
    const response = await fetch(`${url}/admin/offers`, { method: 'POST', headers, body: JSON.stringify({ type, subject: person?.insz }) })
    const { uri }: { uri: string } = await response.json()
    const offer = JSON.parse(new URL(uri).searchParams.get('credential_offer') ?? '')
    codes.push(offer.grants['urn:ietf:params:oauth:grant-type:pre-authorized_code']['pre-authorized_code'])
  }
  return codes
}
