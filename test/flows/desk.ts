import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '@symbolon/sd-jwt'
import { expect } from 'vitest'
import { runProgram } from '../demo/programs.ts'
import { expectDone, type Said, said } from './citizen.ts'
import type { Setting } from './setting.ts'

export const AUDIENCE = 'https://desk.example'
export const NONCE = 'n-7hQ2xW0vTtBqk3'
export const TO_DESK = { audience: AUDIENCE, nonce: NONCE }

/** What the desk goes by; what is left out is what it is in the happy flow. Null: not given at all. */
export interface Checking {
  readonly shown: string
  /** The text of the bundle. */
  readonly bundle: string
  /** The entries of the trust file. */
  readonly trust?: readonly JsonObject[] | null
  readonly audience?: string | null
  readonly nonce?: string | null
  /** Seconds since 1970. */
  readonly at?: number
}

/** How a check ended: its exit code, and of each check `outcome code` by its id. */
export interface Checked {
  readonly exit: number
  readonly checks: Readonly<Record<string, string>>
  readonly claims: JsonObject | undefined
  readonly evidenceAge: number | null
  readonly document: JsonObject
}

/** Somebody who relies on what a citizen shows. */
export interface Desk {
  /** Fetches or renews the bundle. */
  fetch(): Promise<Said>
  /** Fetches the bundle as it should be; answers its text. */
  bundle(): Promise<string>
  /** The text of the bundle that is kept now. */
  kept(): string
  /** Judges what was shown; the process has no network. */
  check(what: Checking): Promise<Checked>
  /** The same with the options of a person, and the bundle that is kept now. */
  scan(scanned: string, options?: readonly string[]): Promise<Checked>
  /** Any command of the verifier that opens no connection. */
  run(parameters: readonly string[]): Promise<Said>
}

/** Where the system allows it, a check runs where there is no network at all; elsewhere Node itself forbids every connection. */
const ISOLATED = spawnSync('unshare', ['-rn', 'true']).status === 0 ? { under: ['unshare', '-rn'] } : { noNetwork: true }

let desks = 0

/** A desk with nothing but the trust file of the setting. */
export function newDesk(setting: Setting): Desk {
  const home = setting.folder(`desk-${++desks}`)
  const environment = { HOME: home, LANG: 'en', SYMBOLON_HOME: home, SYMBOLON_TRUST: setting.trustFile }
  const kept = join(home, 'bundle.json')
  let written = 0
  const file = (name: string, text: string): string => {
    const path = join(home, `${++written}-${name}`)
    writeFileSync(path, text)
    return path
  }

  const fetchBundle = async (): Promise<Said> =>
    said(
      await runProgram('symbolon-verifier', ['bundle', 'fetch', `${setting.url}/bundle`, '--out', kept, '--json'], { environment }),
      setting,
    )

  const judged = ({ exit, document }: Said): Checked => {
    const checks = (document.checks ?? []) as { id: string; outcome: string; code: string }[]
    return {
      exit,
      checks: Object.fromEntries(checks.map(({ id, outcome, code }) => [id, `${outcome} ${code}`])),
      claims: document.claims as JsonObject | undefined,
      evidenceAge: (document.evidence_age ?? null) as number | null,
      document,
    }
  }
  const run: Desk['run'] = async (parameters) =>
    said(await runProgram('symbolon-verifier', [...parameters, '--json'], { environment, ...ISOLATED }), setting)

  return {
    run,
    scan: async (scanned, options = []) => judged(await run(['check', file('scanned.txt', `${scanned}\n`), '--bundle', kept, ...options])),
    fetch: fetchBundle,
    async bundle() {
      expectDone(await fetchBundle())
      return readFileSync(kept, 'utf8')
    },
    kept: () => readFileSync(kept, 'utf8'),
    async check({ shown, bundle, trust, audience = AUDIENCE, nonce = NONCE, at }) {
      const trustFile = trust === null ? join(home, 'no-such-file') : trust && file('trust.json', JSON.stringify(trust))
      const parameters = [
        ...['check', file('shown.txt', `${shown}\n`), '--bundle', file('bundle.json', bundle), '--json'],
        ...(audience === null ? [] : ['--aud', audience]),
        ...(nonce === null ? [] : ['--nonce', nonce]),
        ...(at === undefined ? [] : ['--at', String(at)]),
        ...(trustFile === undefined ? [] : ['--trust', trustFile]),
      ]
      return judged(said(await runProgram('symbolon-verifier', parameters, { environment, ...ISOLATED }), setting))
    },
  }
}

/** The happy flow ends so: everything that was checked is right. */
export function expectPass({ exit, checks }: Checked): void {
  expect({ exit, notPassed: Object.entries(checks).filter(([, verdict]) => !verdict.startsWith('pass ')) }).toEqual({
    exit: 0,
    notPassed: [],
  })
  expect(Object.keys(checks)).toEqual(
    expect.arrayContaining(['bundle', 'structure', 'signature', 'trust', 'type', 'validity', 'binding', 'status']),
  )
}

/** One step was changed, and these are the only checks that tell; all others passed. */
export function expectVerdict({ exit, checks, claims }: Checked, wanted: 1 | 2, verdicts: Readonly<Record<string, string>>): void {
  const told = Object.fromEntries(Object.entries(checks).filter(([, verdict]) => !verdict.startsWith('pass ')))
  expect({ exit, told }).toEqual({ exit: wanted, told: verdicts })
  if (wanted === 1) expect(claims, 'claims shown although the check failed').toBeUndefined()
}
