import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issuerSettings, startIssuer } from '@symbolon/issuer'
import { afterAll } from 'vitest'
import { REMEMBERING } from '../../test/remembered_keys.ts'
import type { Line } from './line.ts'

const PROGRAM = new URL('../bin/symbolon-wallet.js', import.meta.url).pathname
export const PASSPHRASE = 'correct horse battery staple'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone when the tests of this file are done. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-wallet-cli-'))
  folders.push(folder)
  return folder
}

/** What a finished command left behind. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Outcome>
}

/** A person with a home, a passphrase in a file, and no terminal. */
export interface Person {
  readonly home: string
  readonly environment: Record<string, string>
  wallet(args: readonly string[], input?: string): Promise<Outcome>
  /** The same, for what has to be talked with, or killed, on the way. */
  start(args: readonly string[]): Started
  /** The JSON document on standard output of a command that must end with `code`. */
  json<T>(args: readonly string[], code?: number, input?: string): Promise<T>
}

export function person(environment: Record<string, string> = {}): Person {
  const home = newFolder()
  const passphraseFile = join(home, 'passphrase')
  writeFileSync(passphraseFile, `${PASSPHRASE}\n`)
  const all = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'nl_BE.UTF-8',
    SYMBOLON_PASSPHRASE_FILE: passphraseFile,
    ...REMEMBERING,
    ...environment,
  }
  const start = (args: readonly string[]): Started => run(args, all)
  const wallet = (args: readonly string[], input = ''): Promise<Outcome> => {
    const { child, ended } = start(args)
    child.stdin?.end(input)
    return ended
  }
  return {
    home,
    environment: all,
    wallet,
    start,
    async json(args, code = 0, input = '') {
      const outcome = await wallet([...args, '--json'], input)
      if (outcome.code !== code) throw new Error(`exit ${outcome.code}: ${outcome.stderr}${outcome.stdout}`)
      return JSON.parse(outcome.stdout)
    },
  }
}

function run(args: readonly string[], environment: Record<string, string>): Started {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: environment, stdio: 'pipe' })
  // A command may end before it has read what it is given.
  child.stdin.on('error', () => undefined)
  const outcome = { stdout: '', stderr: '' }
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      outcome.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      outcome.stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...outcome }))
  })
  return { child, ended }
}

/** An offer as an institution gets it. */
export interface Offer {
  readonly uri: string
  readonly tx_code?: string
}

/** The real issuer, on a port of its own or behind a line, with its synthetic source and its trust file. */
export async function realIssuer(line?: Line) {
  const home = newFolder()
  const address: Record<string, string> = line === undefined ? {} : { ISSUER_URL: line.url }
  const settings = issuerSettings({ SYMBOLON_HOME: home, ISSUER_PORT: '0', ISSUER_LOG_LEVEL: 'silent', ...address })
  const running = await startIssuer(settings)
  line?.leadTo(running.port)
  const token = readFileSync(join(home, 'issuer', 'admin-token'), 'utf8').trim()
  const source = new URL('../../issuer/sources/synthetic/persons.json', import.meta.url)
  const persons: string[] = JSON.parse(readFileSync(source, 'utf8')).persons.map(({ insz }: { insz: string }) => insz)
  return {
    url: running.url,
    home,
    trustFile: settings.trustFile,
    close: () => running.close(),
    /** The numbers of the people in the source; offers are for the first. */
    persons,
    async offer(type: string, txCode = false, more: object = {}): Promise<Offer> {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ type, subject: persons[0], tx_code: txCode, ...more })
      const answer = await fetch(`${running.url}/admin/offers`, { method: 'POST', headers, body })
      if (answer.status !== 201) throw new Error(`no offer: ${await answer.text()}`)
      return (await answer.json()) as Offer
    },
  }
}

/** A server on this machine that answers as a test says, and remembers what it was asked. */
export async function server(listener: RequestListener) {
  const asked: string[] = []
  const http = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    listener(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    close: () => {
      http.closeAllConnections()
      http.close()
    },
  }
}

/** An offer link for any issuer. */
export const offerFrom = (issuer: string): string => {
  const grants = { 'urn:ietf:params:oauth:grant-type:pre-authorized_code': { 'pre-authorized_code': 'secret-code-4711' } }
  const offer = { credential_issuer: issuer, credential_configuration_ids: ['ehic'], grants }
  return `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`
}
