import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WalletError } from '@symbolon/wallet'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { VERBS } from '../src/commands/index.ts'
import { settings } from '../src/config.ts'
import { explain } from '../src/explain.ts'
import { here } from './at_terminal.ts'
import { newFolder, offerFrom, person, server } from './fixture.ts'

afterEach(() => vi.unstubAllEnvs())

describe('the verbs', { timeout: 240_000 }, () => {
  it('are those of the contract, each with an example that calls it', () => {
    expect(VERBS.map(({ name }) => name)).toEqual([
      'init',
      'receive',
      'list',
      'show',
      'present',
      'code',
      'history',
      'refresh',
      'remove',
      'trust add',
      'trust list',
      'trust remove',
    ])
    for (const { name, example } of VERBS) expect(example).toContain(`symbolon-wallet ${name}`)
  })

  it('say in the help of receive that an offer is a secret', async () => {
    const { stdout, code } = await person().wallet(['receive', '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/list of processes: give -/)
  })

  it('end with 64 and a sentence when they are called in a wrong way', async () => {
    const someone = person()
    const calls = [
      [],
      ['list', '--loud'],
      ['receive'],
      ['show'],
      ['present', 'x', '--aud', 'a'],
      ['present', 'x', 'y', '--aud', 'a', '--nonce', 'b'],
      ['code'],
      ['code', 'x', 'y'],
      ['code', 'x', '--nonce', 'b'],
      ['code', '--question', 'train-reduction', '--aud', 'a'],
      ['code', '--question', 'a', '--challenge', 'b'],
      ['code', '--question', 'nobody-asks-this'],
      ['code', 'x', 'y', '--aud', 'a', '--nonce', 'b'],
      ['receive', '-', '--tx-code-file', '-'],
      ['receive', '-', '--resume'],
      ['receive', '-', '--manual'],
      ['receive', '--issuer', 'https://issuer.example'],
      ['receive', '-', '--type', 'ehic'],
      ['receive', '--issuer', 'hello', '--type', 'ehic'],
      ['receive', '--issuer', 'http://issuer.example', '--type', 'ehic'],
      ['receive', '--issuer', 'https://issuer.example/?a', '--type', 'ehic'],
      ['receive', '-', '--copies', '0'],
      ['refresh'],
      ['refresh', 'x', '--all'],
    ]
    const starts = [['fly'], ...calls].map((args, number) => [args, number === 0 ? someone : here(someone)] as const)
    for (const [args, one] of starts) {
      const { code, stderr, stdout } = await one.wallet(args)
      expect([args, code]).toEqual([args, 64])
      expect(stderr).toMatch(/^symbolon-wallet: /)
      expect(stdout).toBe('')
    }
  })

  it('end with 78 where there is no wallet, a wrong passphrase, or none', async () => {
    const someone = person()
    expect(await someone.json(['list'], 78)).toMatchObject({ error: 'wallet_missing' })
    await someone.wallet(['init'])
    const wrong = join(someone.home, 'wrong')
    writeFileSync(wrong, 'another\n')
    expect(await someone.json(['list', '--passphrase-file', wrong], 78)).toMatchObject({ error: 'container_not_opened' })
    writeFileSync(wrong, '\n')
    expect(await someone.json(['list', '--passphrase-file', wrong], 78)).toMatchObject({ error: 'passphrase_empty' })
    expect(await someone.json(['show', '00000000'], 1)).toMatchObject({ error: 'credential_not_held' })
    const other = person({ SYMBOLON_PASSPHRASE_FILE: '' })
    mkdirSync(join(other.home, '.symbolon', 'wallet'), { recursive: true })
    expect(await other.json(['init'], 64)).toMatchObject({ error: 'not_a_terminal' })
  })
})

describe('an offer from somebody unknown', { timeout: 240_000 }, () => {
  it('names the issuer before the first request, and asks before the code is sent', async () => {
    const peer = await server((request, response) => {
      const issuer = `http://${request.headers.host}`
      const documents: Record<string, object> = {
        '/.well-known/openid-credential-issuer': {
          credential_issuer: issuer,
          credential_endpoint: `${issuer}/credential`,
          credential_configurations_supported: { ehic: { format: 'dc+sd-jwt', vct: 'urn:eudi:ehic:1' } },
        },
        '/.well-known/oauth-authorization-server': { issuer, token_endpoint: `${issuer}/token` },
      }
      const document = documents[request.url ?? '']
      response
        .writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
        .end(JSON.stringify(document ?? { error: 'invalid_grant' }))
    })
    try {
      const someone = person()
      await someone.wallet(['init'])
      writeFileSync(join(someone.home, '.symbolon', 'wallet', 'trust.json'), '[]')
      const refused = await someone.wallet(['receive', '-'], offerFrom(peer.url))
      expect(refused.code).toBe(64)
      expect(refused.stderr).toContain(`The offer names the issuer ${peer.url}`)
      expect(refused.stderr).toContain('--yes')
      expect(peer.asked.every((asked) => asked.startsWith('GET /.well-known/'))).toBe(true)
      const insisting = await someone.wallet(['receive', '-', '--yes'], offerFrom(peer.url))
      expect(insisting.code).toBe(1)
      expect(insisting.stderr).toContain('refused_by_peer')
      expect(peer.asked.at(-1)).toBe('POST /token')
      expect(refused.stderr + insisting.stderr).not.toContain('secret-code-4711')
    } finally {
      peer.close()
    }
  })

  it('is refused when it is malformed or its issuer cannot be reached', async () => {
    const someone = person()
    await someone.wallet(['init'])
    writeFileSync(join(someone.home, '.symbolon', 'wallet', 'trust.json'), '[]')
    expect(await someone.json(['receive', 'hello'], 1)).toMatchObject({ error: 'offer_malformed' })
    expect(await someone.json(['receive', offerFrom('http://127.0.0.1:1')], 1)).toMatchObject({ error: 'peer_unreachable' })
  })
})

describe('the settings', () => {
  it('come from the command line, then from the environment, then from the home of the person', () => {
    vi.stubEnv('HOME', '/people/ann')
    for (const name of ['SYMBOLON_HOME', 'SYMBOLON_TRUST', 'SYMBOLON_PASSPHRASE_FILE']) vi.stubEnv(name, '')
    vi.stubEnv('LANG', 'fr_BE.UTF-8')
    expect(settings({})).toMatchObject({
      home: '/people/ann/.symbolon/wallet',
      trustFile: '/people/ann/.symbolon/wallet/trust.json',
      languages: ['fr', 'en'],
    })
    expect(settings({ home: '/w' })).toMatchObject({ walletFile: '/w/wallet.jwe', trustFile: '/w/trust.json' })
    vi.stubEnv('SYMBOLON_HOME', '/data')
    expect(settings({})).toMatchObject({ home: '/data/wallet', trustFile: '/data/trust.json' })
    vi.stubEnv('SYMBOLON_TRUST', '/etc/trust.json')
    vi.stubEnv('SYMBOLON_PASSPHRASE_FILE', '/p')
    expect(settings({ home: '/w' })).toMatchObject({ trustFile: '/etc/trust.json', passphraseFile: '/p' })
    expect(settings({ trust: '/t', 'passphrase-file': '/q' })).toMatchObject({ trustFile: '/t', passphraseFile: '/q' })
  })
})

describe('errors', () => {
  it('that nobody foresaw are not explained away', () => {
    expect(explain(new Error('x'))).toBeNull()
  })

  it.each([
    ['trust', 'fail', 'anchor_not_trusted', /^nothing was stored\. The root of its accreditations is not in the trust file/],
    ['trust', 'fail', 'issuer_not_trusted', /^nothing was stored\. Its issuer is not in the trust file/],
    ['trust', 'unknown', 'attribute_unknown', /^nothing was stored; what is needed to judge it .*: tell the issuer$/],
    ['signature', 'unknown', 'signature_not_checked', /^nothing was stored; what is needed to judge it .*: tell the issuer$/],
    ['validity', 'fail', 'expired', /^nothing was stored; tell the issuer, who has to issue it again$/],
  ] as const)('of what was refused for its %s (%s, %s) say what helps', (id, outcome, code, hint) => {
    const check = { id, outcome, code, spec: '', facts: {} }
    expect(explain(new WalletError('credential_refused', `${id} ${code}`, undefined, check))).toMatchObject({
      hint: expect.stringMatching(hint),
    })
  })

  it('of a folder that cannot be a wallet are told', async () => {
    const someone = person()
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    expect(await someone.json(['list', '--home', file], 78)).toMatchObject({ error: 'wallet_missing' })
  })
})
