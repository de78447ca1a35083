import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '@symbolon/sd-jwt'
import { expect } from 'vitest'
import { type Ended, runProgram } from '../demo/programs.ts'
import { REMEMBERING } from '../remembered_keys.ts'
import { expectNoSecret, type Offer, type Setting } from './setting.ts'

/** A program that has ended, with the JSON document it printed. */
export interface Said extends Ended {
  readonly document: JsonObject
}

/** Somebody with a wallet of their own. */
export interface Citizen {
  readonly home: string
  /** What its commands are started with. */
  readonly environment: Readonly<Record<string, string>>
  /** A wallet command with `--json`. */
  wallet(parameters: readonly string[], input?: string): Promise<Said>
  /** Redeems an offer; answers how the wallet ended. `more`: further options. */
  receive(offer: Pick<Offer, 'uri' | 'txCode'>, more?: readonly string[]): Promise<Said>
  /** Redeems an offer as it should be; answers the identifier of the credential. */
  hold(offer: Offer): Promise<string>
  /** Shows claims of a credential to the desk; answers what it is shown, as text. */
  present(id: string, paths: readonly string[], to: { audience: string; nonce: string }): Promise<string>
  /** What the wallet says it holds, copies and counts included. */
  holds(): Promise<JsonObject>
  /** The wallet as it lies on the disk: whatever is written, if only for the time of a request, changes it. */
  container(): string
}

let people = 0

/** A citizen with an empty wallet, or with what `another` holds at the moment: making a key of a passphrase is slow on purpose. */
export async function newCitizen(setting: Setting, another?: Citizen): Promise<Citizen> {
  const name = `citizen-${++people}`
  const home = setting.folder(name)
  const passphraseFile = join(setting.home, 'passphrase')
  const walletFile = join(setting.folder(`${name}/wallet`), 'wallet.jwe')
  const environment = {
    ...{ HOME: home, LANG: 'en', SYMBOLON_HOME: home, SYMBOLON_TRUST: setting.trustFile, SYMBOLON_PASSPHRASE_FILE: passphraseFile },
    ...REMEMBERING,
  }

  const wallet: Citizen['wallet'] = async (parameters, input = '') => said(await run(parameters, input), setting)
  const run = (parameters: readonly string[], input: string) =>
    runProgram('symbolon-wallet', [...parameters, '--json'], { environment, input })

  if (another === undefined) {
    writeFileSync(passphraseFile, 'correct horse battery staple\n', { mode: 0o600 })
    expectDone(await wallet(['init']))
  } else {
    writeFileSync(walletFile, another.container())
  }

  const receive: Citizen['receive'] = ({ uri, txCode }, more = []) => {
    if (txCode === undefined) return wallet(['receive', '-', '--yes', ...more], uri)
    const file = join(home, 'tx-code')
    writeFileSync(file, `${txCode}\n`)
    return wallet(['receive', '-', '--yes', '--tx-code-file', file, ...more], uri)
  }

  return {
    home,
    environment,
    wallet,
    receive,
    async hold(offer) {
      const { credentials } = expectDone(await receive(offer)) as { credentials: { id: string }[] }
      expect(credentials).toHaveLength(1)
      return credentials[0]?.id ?? ''
    },
    async present(id, paths, { audience, nonce }) {
      // Without a choice of claims it may be one of which nothing can be hidden.
      const show = paths.length === 0 ? ['--yes'] : ['--show', ...paths]
      const { presentation } = expectDone(await wallet(['present', id, '--aud', audience, '--nonce', nonce, ...show]))
      return String(presentation)
    },
    holds: async () => expectDone(await wallet(['list'])),
    container: () => readFileSync(walletFile, 'utf8'),
  }
}

/** Reads what a program printed; none may say what nobody should read there. */
export function said(ended: Ended, setting: Setting): Said {
  expectNoSecret(ended.stderr, setting.secrets)
  if (ended.exit !== 0) expectNoSecret(ended.stdout, setting.secrets)
  return { ...ended, document: ended.stdout === '' ? {} : JSON.parse(ended.stdout) }
}

/** It ended well; answers its document. */
export function expectDone({ exit, stderr, document }: Said): JsonObject {
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.any(String) })
  return document
}

/** It ended with this exit code and this code of an error. */
export function expectEnded({ exit, document }: Said, wanted: number, code: string, words = /./): void {
  expect({ exit, error: document.error }).toEqual({ exit: wanted, error: code })
  expect(document.message).toMatch(words)
}
