import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ended } from './programs.ts'

const persons = new URL('../../issuer/sources/synthetic/persons.json', import.meta.url)

/** The national number, in the synthetic register, of one of the persons there. */
export function nationalNumber(person: string): string {
  const register: { persons: { id: string; insz: string }[] } = JSON.parse(readFileSync(persons, 'utf8'))
  const found = register.persons.find(({ id }) => id === person)
  if (found === undefined) throw new Error(`there is no ${person} in the synthetic register`)
  return found.insz
}

/** The environment of the command lines: this data folder, and a passphrase made for it in a file nobody else reads. */
export function walletEnvironment(home: string): Record<string, string> {
  const passphraseFile = join(home, 'wallet-passphrase')
  if (!existsSync(passphraseFile)) {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    writeFileSync(passphraseFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  }
  return { SYMBOLON_HOME: home, SYMBOLON_PASSPHRASE_FILE: passphraseFile, LANG: 'en' }
}

/** Whoever calls a service: JSON over HTTP with a token; without a body it only asks. */
export const caller =
  <T>(url: string, token: string) =>
  async (path: string, body?: object): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': 'en' }
    const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(url + path, request)
    const text = await response.text()
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`)
    return JSON.parse(text) as T
  }

/** The JSON a command line answered; throws with what it said when it did not end well. */
export function answer<T>({ exit, stdout, stderr }: Ended): T {
  if (exit !== 0) throw new Error(`a command ended with ${exit}: ${stderr || stdout}`)
  return JSON.parse(stdout)
}

/** Throws unless the verifier answered so. */
export function expectAnswer(ended: Ended, wanted: string): void {
  const said = ended.stdout === '' ? undefined : (JSON.parse(ended.stdout) as { answer?: string }).answer
  if (said !== wanted) throw new Error(`the verifier should have answered ${wanted}: ${ended.stderr || ended.stdout}`)
}

/** Throws unless the verifier ended so, with this code among its checks; says the codes, no claim. */
export function expectCheck({ exit, stdout, stderr }: Ended, wanted: number, code: string): void {
  const report: { checks: { code: string }[] } = stdout === '' ? { checks: [] } : JSON.parse(stdout)
  const codes = report.checks.map((check) => check.code)
  if (exit === wanted && codes.includes(code)) return
  throw new Error(`the verifier should have ended with ${wanted} and ${code}; it ended with ${exit}: ${codes.join(', ') || stderr}`)
}
