import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { qrSvg } from '@symbolon/command-line'
import { unpackCode } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, person, realIssuer } from './fixture.ts'

interface Listed {
  credentials: { id: string; type: string; name: string; issuer: string; shown: number }[]
}

let issuer: Awaited<ReturnType<typeof realIssuer>>
let citizen: Person
beforeAll(async () => {
  issuer = await realIssuer()
  citizen = person({ SYMBOLON_TRUST: issuer.trustFile })
  expect(await citizen.wallet(['init'])).toMatchObject({ code: 0 })
})
afterAll(() => issuer.close())

const walletFile = () => join(citizen.home, '.symbolon', 'wallet', 'wallet.jwe')

describe('a wallet in a terminal, with the real issuer', { timeout: 240_000 }, () => {
  it('is made private, in its own folder', () => {
    expect(statSync(join(citizen.home, '.symbolon', 'wallet')).mode & 0o777).toBe(0o700)
    expect(statSync(walletFile()).mode & 0o777).toBe(0o600)
  })

  it('is never made over another one', async () => {
    const before = readFileSync(walletFile(), 'utf8')
    expect(await citizen.json(['init'], 1)).toMatchObject({ error: 'wallet_exists' })
    expect(readFileSync(walletFile(), 'utf8')).toBe(before)
  })

  it('receives, lists, shows, presents and removes', async () => {
    const { uri } = await issuer.offer('be-social-statute')
    const received = await citizen.wallet(['receive', '-'], uri)
    expect(received).toMatchObject({ code: 0 })
    expect(received.stderr).toContain(issuer.url)
    expect(received.stderr).toContain('vouches for this issuer')
    const { credentials } = await citizen.json<Listed>(['list'])
    const [held] = credentials
    expect(held).toMatchObject({ type: 'urn:symbolon:be:social-statute:1', name: 'Sociaal statuut', issuer: issuer.url, shown: 0 })
    const id = held?.id ?? ''
    expect(received.stdout).toContain(id)

    const shown = await citizen.json<{ claims: { statutes: Record<string, string> }; disclosable: string[] }>(['show', id])
    expect(shown.disclosable).toContain('statutes.companion')
    expect((await citizen.wallet(['show', id])).stdout).toContain('* statutes.companion')

    const out = join(citizen.home, 'presentation.txt')
    const asked = ['--aud', 'https://museum.example', '--nonce', 'n-0S6', '--show', 'statutes.companion', '--out', out]
    const presented = await citizen.json<{ shown: string[]; file: string }>(['present', id, ...asked])
    expect(presented).toMatchObject({ shown: ['statutes.companion'], file: out })
    const text = readFileSync(out, 'utf8').trim()
    expect(text.split('~')).toHaveLength(3)
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const binding = JSON.parse(Buffer.from(text.split('~').at(-1)?.split('.')[1] ?? '', 'base64url').toString())
    expect(binding).toMatchObject({ aud: 'https://museum.example', nonce: 'n-0S6' })

    const onScreen = await citizen.wallet(['present', id, '--aud', 'a', '--nonce', 'b', '--show', 'statutes.companion', 'family_name'])
    expect(onScreen.stdout.trim().split('~')).toHaveLength(4)
    expect((await citizen.json<Listed>(['list'])).credentials[0]?.shown).toBe(2)

    expect(await citizen.json(['remove', id], 64)).toMatchObject({ error: 'not_a_terminal' })
    expect(await citizen.json(['remove', id, '--yes'])).toEqual({ removed: id })
    expect((await citizen.json<Listed>(['list'])).credentials).toEqual([])
  })

  it('sends the transaction code from a file, and keeps it back when it cannot be right', async () => {
    const { uri, tx_code = '' } = await issuer.offer('be-social-statute', true)
    const codeFile = join(citizen.home, 'code')
    expect(await citizen.json(['receive', '-'], 64, uri)).toMatchObject({ error: 'not_a_terminal' })
    writeFileSync(codeFile, '12')
    expect(await citizen.json(['receive', '-', '--tx-code-file', codeFile], 1, uri)).toMatchObject({ error: 'tx_code_malformed' })
    writeFileSync(codeFile, tx_code === '000000' ? '000001' : '000000')
    expect(await citizen.json(['receive', '-', '--tx-code-file', codeFile], 1, uri)).toMatchObject({ error: 'refused_by_peer' })
    writeFileSync(codeFile, `${tx_code}\n`)
    expect((await citizen.json<Listed>(['receive', '-', '--tx-code-file', codeFile], 0, uri)).credentials).toHaveLength(1)
  })

  it('VI-01: cannot redeem an offer twice', async () => {
    const { uri } = await issuer.offer('ehic')
    expect((await citizen.json<Listed>(['receive', uri])).credentials).toHaveLength(1)
    const again = await citizen.json<{ error: string; message: string }>(['receive', uri], 1)
    expect(again.error).toBe('refused_by_peer')
    expect(again.message).toContain('invalid_grant')
  })

  it('shows a card as a QR code, from which the verifier has the exact presentation', async () => {
    const { uri } = await issuer.offer('ehic')
    const { credentials } = await citizen.json<Listed>(['receive', '-'], 0, uri)
    const id = credentials[0]?.id ?? ''
    const svg = join(citizen.home, 'code.svg')
    const asked = ['--aud', 'https://desk.example', '--nonce', 'n-0S6', '--show', 'document_number', '--svg', svg]
    const { code, shown } = await citizen.json<{ code: string; shown: string[] }>(['code', id, ...asked])
    const text = await unpackCode(code, primitives)
    expect(shown).toEqual(['document_number'])
    expect(text.split('~')).toHaveLength(3)
    const binding = JSON.parse(Buffer.from(text.split('~').at(-1)?.split('.')[1] ?? '', 'base64url').toString())
    expect(binding).toMatchObject({ aud: 'https://desk.example', nonce: 'n-0S6' })
    expect(readFileSync(svg, 'utf8')).toBe(`${qrSvg(code)}\n`)
    const { disclosures } = await citizen.json<{ disclosures: { audience: string }[] }>(['history'])
    expect(disclosures.map(({ audience }) => audience)).toContain('https://desk.example')
  })

  it('uses up no copy for what does not fit into a code, and names the other ways', async () => {
    const { uri } = await issuer.offer('be-social-statute')
    const { credentials } = await citizen.json<Listed>(['receive', '-'], 0, uri)
    const id = credentials[0]?.id ?? ''
    const asked = ['--aud', 'https://desk.example', '--nonce', 'n-0S6', '--show', 'statutes.companion']
    const refused = await citizen.json<{ error: string; hint: string }>(['code', id, ...asked], 1)
    expect(refused).toMatchObject({ error: 'code_does_not_fit', hint: expect.stringContaining('online') })
    const { credentials: held } = await citizen.json<Listed>(['list'])
    expect(held.find((one) => one.id === id)?.shown).toBe(0)
  })

  it('names an issuer that is not in the trust file, sends nothing, and keeps nothing', async () => {
    const careful = person()
    await careful.wallet(['init'])
    writeFileSync(join(careful.home, '.symbolon', 'wallet', 'trust.json'), '[]')
    const { uri } = await issuer.offer('be-social-statute')
    const refused = await careful.wallet(['receive', '-', '--yes'], uri)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain(issuer.url)
    expect(refused.stderr).toContain('issuer_not_trusted')
    expect((await careful.json<Listed>(['list'])).credentials).toEqual([])
    // The code was not used up: whoever trusts this issuer can still redeem it.
    expect((await citizen.json<Listed>(['receive', '-'], 0, uri)).credentials).toHaveLength(1)
  })

  it('says that there is no trust file before anything is sent', async () => {
    const newcomer = person()
    await newcomer.wallet(['init'])
    const { uri } = await issuer.offer('be-social-statute')
    expect(await newcomer.json(['receive', '-'], 78, uri)).toMatchObject({ error: 'trust_file_missing' })
  })

  it('receives a type it has never heard of: all it needs to know comes with it', async () => {
    const collector = person({ SYMBOLON_TRUST: issuer.trustFile })
    await collector.wallet(['init'])
    const { uri } = await issuer.offer('pid')
    const { credentials } = await collector.json<Listed>(['receive', uri])
    expect(credentials[0]?.type).toBe('urn:eudi:pid:1')
  })

  it('writes no claim, key, code or passphrase where others can read it', async () => {
    const { uri } = await issuer.offer('be-social-statute')
    const code = decodeURIComponent(uri).match(/"pre-authorized_code":"([^"]+)"/)?.[1] ?? ''
    const { stderr, stdout } = await citizen.wallet(['receive', '-'], uri)
    const container = readFileSync(walletFile(), 'utf8')
    expect(code).not.toBe('')
    for (const text of [stderr, stdout, container]) {
      for (const secret of [code, 'correct horse', '"d":', 'family_name']) expect(text).not.toContain(secret)
    }
    const header = JSON.parse(Buffer.from(container.split('.')[0] ?? '', 'base64url').toString())
    expect(header).toMatchObject({ alg: 'dir', enc: 'A256GCM', kdf: { name: 'scrypt', N: 2 ** 17, r: 8, p: 1 } })
  })
})
