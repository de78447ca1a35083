import { withCredential } from '@symbolon/wallet'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settings } from '../src/config.ts'
import { openWallet } from '../src/wallet_file.ts'
import { atTerminal } from './at_terminal.ts'
import { newFolder } from './fixture.ts'

const PASSPHRASE = 'a passphrase that is typed'
const ID = '0000000a'
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
/** Nothing of it is a disclosure, and it names no key; a wallet checks signatures when it receives. */
const TEXT = `${encoded({ alg: 'ES256', typ: 'dc+sd-jwt' })}.${encoded({ vct: 'urn:x:1', iss: 'https://issuer.example', iat: 1, family_name: 'Proefstuk' })}.${'A'.repeat(86)}~`

beforeEach(async () => {
  vi.stubEnv('HOME', newFolder())
  for (const name of ['SYMBOLON_HOME', 'SYMBOLON_TRUST', 'SYMBOLON_PASSPHRASE_FILE']) vi.stubEnv(name, '')
  await atTerminal(['init'], { 'Choose a passphrase': PASSPHRASE, 'Once more': PASSPHRASE })
  const copies = [{ text: TEXT, received: 1, shown: 0 }]
  const held = { id: ID, type: 'urn:x:1', issuer: 'https://issuer.example', deliveries: [], copies, display: [], claims: [] }
  await (await wallet()).change((state) => ({ state: withCredential(state, held), result: undefined }))
})
afterEach(() => vi.unstubAllEnvs())

const wallet = () => openWallet(settings({}), async () => PASSPHRASE)
const timesShown = async () => (await wallet()).state.credentials[0]?.copies[0]?.shown
const run = (argv: string[], answers: Record<string, string> = {}) =>
  atTerminal(argv, { 'Passphrase of the wallet': PASSPHRASE, ...answers })

describe('a credential of which nothing can be hidden', () => {
  const present = ['present', ID, '--aud', 'https://desk.example', '--nonce', 'n-0S6']

  it('is handed over when the person has seen all of it and agreed', async () => {
    const declined = await run([...present, '--json'], { 'Show this?': 'n' })
    expect([declined.code, JSON.parse(declined.stdout).error]).toEqual([1, 'not_confirmed'])
    expect(declined.stderr).toContain('All of it is shown: nothing of it can be hidden.\n  always   family_name: "Proefstuk"\nShow this?')
    expect(await timesShown()).toBe(0)
    const agreed = await run(present, { 'Show this?': 'y' })
    expect([agreed.code, agreed.stdout]).toEqual([0, `${TEXT}\n`])
    expect(agreed.stderr).toContain('showing all of it.')
    expect(await timesShown()).toBe(1)
  })

  it('is not asked about with --yes, and standard error then holds no values', async () => {
    const { code, stderr } = await run([...present, '--yes'])
    expect(code).toBe(0)
    expect(stderr).toContain('All of it is shown: nothing of it can be hidden.')
    expect(stderr).not.toContain('Proefstuk')
  })
})

it('paper is shown as often as one likes: it names the person, so no new copy would keep verifiers from linking it', async () => {
  for (const _ of [1, 2]) {
    const { code, stderr } = await run(['code', ID])
    expect(code).toBe(0)
    expect(stderr).not.toMatch(/link|refresh|new offer/)
  }
  expect(await timesShown()).toBe(2)
})
