import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withCredential } from '@symbolon/wallet'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settings } from '../src/config.ts'
import { openWallet } from '../src/wallet_file.ts'
import { atTerminal } from './at_terminal.ts'
import { newFolder, offerFrom, realIssuer, server } from './fixture.ts'

let home: string
beforeEach(() => {
  home = newFolder()
  vi.stubEnv('HOME', home)
  for (const name of ['SYMBOLON_HOME', 'SYMBOLON_TRUST', 'SYMBOLON_PASSPHRASE_FILE']) vi.stubEnv(name, '')
})
afterEach(() => vi.unstubAllEnvs())

const PASSPHRASE = 'a passphrase that is typed'
const init = () => atTerminal(['init'], { 'Choose a passphrase': PASSPHRASE, 'Once more': PASSPHRASE })

describe('with a person at the terminal', () => {
  it('the passphrase is asked for twice, and never shown', async () => {
    const { code, stderr, stdout } = await init()
    expect(code).toBe(0)
    expect(stderr + stdout).not.toContain(PASSPHRASE)
    expect(await atTerminal(['list'], { 'Passphrase of the wallet': PASSPHRASE })).toMatchObject({ code: 0, stdout: '\n' })
    expect(await atTerminal(['list'], { 'Passphrase of the wallet': 'another' })).toMatchObject({ code: 78 })
  })

  it('a slip in the passphrase makes no wallet', async () => {
    const slip = await atTerminal(['init', '--json'], { 'Choose a passphrase': PASSPHRASE, 'Once more': 'another' })
    expect(JSON.parse(slip.stdout)).toMatchObject({ error: 'passphrase_differs' })
    const empty = await atTerminal(['init', '--json'], { 'Choose a passphrase': '' })
    expect(JSON.parse(empty.stdout)).toMatchObject({ error: 'passphrase_empty' })
    const missing = await atTerminal(['list', '--json'], {})
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: 'wallet_missing' })
  })

  it('a short passphrase is allowed, and said to be short', async () => {
    const { code, stderr } = await atTerminal(['init'], { 'Choose a passphrase': 'short', 'Once more': 'short' })
    expect([code, stderr.includes('easily guessed')]).toEqual([0, true])
  })

  it('nothing is deleted without a yes', async () => {
    await init()
    const wallet = await openWallet(settings({}), async () => PASSPHRASE)
    const copies = [{ text: 'a.b.c~', received: 1, shown: 0 }]
    const held = { id: '0000000a', type: 'urn:x:1', issuer: 'https://issuer.example', deliveries: [], copies, display: [], claims: [] }
    await wallet.change((state) => ({ state: withCredential(state, held), result: undefined }))
    const kept = await atTerminal(['remove', held.id, '--json'], { 'Passphrase of the wallet': PASSPHRASE, 'for ever?': 'n' })
    expect([kept.code, JSON.parse(kept.stdout)]).toMatchObject([1, { error: 'not_confirmed' }])
    const gone = await atTerminal(['remove', held.id], { 'Passphrase of the wallet': PASSPHRASE, 'for ever?': 'y' })
    expect(gone.code).toBe(0)
    expect((await openWallet(settings({}), async () => PASSPHRASE)).state.credentials).toEqual([])
  })

  it('VI-03: a wrong transaction code can be typed again; the right one is asked for once', async () => {
    await init()
    const issuer = await realIssuer()
    vi.stubEnv('SYMBOLON_TRUST', issuer.trustFile)
    const receiving = async (...codes: string[]) => {
      const { uri, tx_code: right = '' } = await issuer.offer('ehic', true)
      const wrong = right === '000000' ? '111111' : '000000'
      const typed = codes.map((code): [string, string] => ['Transaction code', { right, wrong, none: '' }[code] ?? code])
      return atTerminal(['receive', uri, '--json'], [['Passphrase of the wallet', PASSPHRASE], ...typed])
    }
    try {
      const good = await receiving('12', 'wrong', 'right')
      expect([good.code, good.stderr.match(/Type the code again/g)?.length]).toEqual([0, 2])
      const given = await receiving('wrong', 'none')
      expect([given.code, JSON.parse(given.stdout)]).toMatchObject([1, { error: 'refused_by_peer' }])
      expect((await receiving('right')).stderr).not.toContain('Type the code again')
    } finally {
      await issuer.close()
    }
  })

  it('the code of an offer is not sent to somebody unknown without a yes', async () => {
    await init()
    mkdirSync(join(home, '.symbolon', 'wallet'), { recursive: true })
    writeFileSync(join(home, '.symbolon', 'wallet', 'trust.json'), '[]')
    const peer = await server((request, response) => {
      const issuer = `http://${request.headers.host}`
      const configuration = { format: 'dc+sd-jwt', vct: 'urn:eudi:ehic:1' }
      const documents: Record<string, object> = {
        '/.well-known/openid-credential-issuer': {
          credential_issuer: issuer,
          credential_endpoint: `${issuer}/credential`,
          credential_configurations_supported: { ehic: configuration },
        },
        '/.well-known/oauth-authorization-server': { issuer, token_endpoint: `${issuer}/token` },
      }
      const document = documents[request.url ?? '']
      response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}))
    })
    try {
      const answers = { 'Passphrase of the wallet': PASSPHRASE, 'for it all the same': 'no' }
      const { code, stdout } = await atTerminal(['receive', offerFrom(peer.url), '--json'], answers)
      expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: 'not_confirmed' }])
      expect(peer.asked.filter((asked) => asked.startsWith('POST'))).toEqual([])
    } finally {
      peer.close()
    }
  })
})
