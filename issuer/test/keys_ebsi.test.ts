import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EbsiError } from '@symbolon/ebsi'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../test/ebsi_registry/start.ts'
import { openEbsiIdentity } from '../src/ebsi/ebsi_identity.ts'
import { loadIdentity, saveIdentity } from '../src/ebsi/identity_file.ts'
import { accredit, createIdentity } from '../src/ebsi/registering.ts'
import { command } from './command.ts'
import { ANDREI, newHome, seconds, start } from './fixture.ts'

const TYPE = 'pda1-ebsi'
const PDA1 = 'VerifiablePortableDocumentA1'
const OTHER = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'

let double: EbsiRegistry
let spoil: EbsiRegistry['faults']['spoil']
beforeAll(async () => {
  double = await startEbsiRegistry({ bootstrap: { tao: true } })
  spoil = double.faults.spoil
})
afterEach(() => {
  double.faults.clear()
  double.faults.spoil = spoil
  double.state.ledger.revertAll = null
})
afterAll(() => double.close())

const folderOf = (home: string): string => join(home, 'issuer', 'ebsi')
const run = (home: string, args: string[], stdin = '') => command(['keys', 'ebsi', ...args, '--json'], { SYMBOLON_HOME: home }, stdin)
const codeOf = async (home: string, args: string[], stdin = '') => {
  const { exit, out } = await run(home, args, stdin)
  return [exit, JSON.parse(out).error]
}

/** A registered identity in a home of its own. */
async function registered(home = newHome()) {
  const folder = folderOf(home)
  const { did } = await createIdentity(folder, { registry: double.origin })
  await createIdentity(folder, { onboarding: double.onboard(did) })
  return { home, folder, did }
}

/** The trust file of a home with the root of the double, once an issuer has made one there. */
function trustRoot(home: string): void {
  const path = join(home, 'trust.json')
  const entries = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify([...entries, { name: 'the root', for: 'credential', types: [PDA1], did: double.root.did }]))
}

describe('keys ebsi', () => {
  test('from nothing to an accredited issuer, command by command', async () => {
    const home = newHome()
    expect(await codeOf(home, [])).toEqual([1, 'identity_missing'])
    const made = JSON.parse((await run(home, ['create', '--registry', `${double.origin}/`, '--chain-id', '0x181f'])).out)
    expect(made).toMatchObject({ registry: double.origin, state: 'created', accreditations: [] })
    expect(made.kid.startsWith(`${made.did}#`)).toBe(true)
    expect(double.state.dids.has(made.did)).toBe(false)
    expect(openEbsiIdentity(folderOf(home))).toBeNull()
    const entered = JSON.parse((await run(home, ['create', '--onboarding', '-'], double.onboard(made.did))).out)
    expect(entered).toMatchObject({ did: made.did, state: 'registered' })
    const document = await (await fetch(`${double.origin}/did-registry/v5/identifiers/${made.did}`)).json()
    expect(document.assertionMethod).toEqual([made.kid])
    const { attributeId, credential } = await double.accredit({ did: made.did })
    const file = join(home, 'accreditation.jwt')
    writeFileSync(file, `${credential}\n`)
    const { exit, out, err } = await run(home, ['accredit', file])
    expect([exit, err]).toEqual([0, ''])
    const attribute = `${double.origin}/trusted-issuers-registry/v5/issuers/${made.did}/attributes/${attributeId}`
    expect(JSON.parse(out).accreditations).toMatchObject([{ attribute, by: double.tao?.did, types: [TYPE] }])
    expect(await (await fetch(attribute)).json()).toMatchObject({ attribute: { body: credential, issuerType: 'TI' } })
    const words = await command(['keys', 'ebsi'], { SYMBOLON_HOME: home })
    expect(words.out).toMatch(
      /state {6}registered\naccredited by did:ebsi:\S+ until \S+ for pda1-ebsi\n[\s\S]*pda1-ebsi: is not issued: .*names no root/,
    )
    expect(words.out + out).not.toContain('PRIVATE')
  })

  test('keeps what is secret to its owner', async () => {
    const { folder } = await registered()
    const keys = readdirSync(folder).filter((name) => name.endsWith('.pem'))
    expect(keys).toHaveLength(2)
    for (const name of [...keys, 'identity.json']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test('an authorisation for somebody else, of another kind, or no credential is refused before anybody is asked', async () => {
    const home = newHome()
    await run(home, ['create', '--registry', double.origin])
    const { did } = loadIdentity(folderOf(home)) ?? { did: '' }
    let asked = 0
    double.faults.spoil = (request, answer) => {
      asked++
      return spoil(request, answer)
    }
    expect(await codeOf(home, ['create', '--onboarding', '-'], double.onboard(OTHER))).toEqual([1, 'onboarding_of_other'])
    const { credential } = await double.accredit({ did })
    expect(await codeOf(home, ['create', '--onboarding', '-'], credential)).toEqual([1, 'onboarding_of_other'])
    expect(await codeOf(home, ['create', '--onboarding', '-'], 'nonsense')).toEqual([1, 'trust_credential_malformed'])
    expect(await codeOf(home, ['accredit', '-'], credential)).toEqual([1, 'identity_not_registered'])
    expect(asked).toBe(0)
  })

  test('there is one identity only, and it is never written over', async () => {
    const { home, did } = await registered()
    expect(await codeOf(home, ['create', '--registry', double.origin])).toEqual([1, 'identity_registered'])
    expect(loadIdentity(folderOf(home))?.did).toBe(did)
  })

  test('what is only made may get another registry and another ledger; what is registered may not', async () => {
    const home = newHome()
    const closed = 'http://127.0.0.1:9'
    const made = JSON.parse((await run(home, ['create', '--registry', closed, '--chain-id', '1'])).out)
    const unreachable = await run(home, ['create', '--onboarding', '-'], double.onboard(made.did))
    expect(JSON.parse(unreachable.out)).toMatchObject({
      error: 'registry_unreachable',
      message: expect.stringContaining('127.0.0.1:9/did-registry/'),
    })
    const moved = JSON.parse((await run(home, ['create', '--registry', double.origin, '--chain-id', '6175'])).out)
    expect(moved).toMatchObject({ did: made.did, registry: double.origin, state: 'created' })
    expect(loadIdentity(folderOf(home))).toMatchObject({ registry: double.origin, chainId: 6175 })
    expect((await run(home, ['create', '--onboarding', '-'], double.onboard(made.did))).exit).toBe(0)
    const away = await codeOf(home, ['create', '--registry', closed, '--onboarding', '-'], double.onboard(made.did))
    expect(away).toEqual([1, 'identity_of_other_registry'])
    expect(loadIdentity(folderOf(home))).toMatchObject({ did: made.did, registry: double.origin })
  })

  test('an authorisation for nobody yet makes no identity: it could not be for that one', async () => {
    const home = newHome()
    for (const text of [double.onboard(OTHER), 'nonsense'])
      expect(await codeOf(home, ['create', '--registry', double.origin, '--onboarding', '-'], text)).toEqual([64, 'usage'])
    expect(readdirSync(folderOf(home)).filter((name) => name !== 'lock')).toEqual([])
  })

  test('an address that is no registry, a number that is no ledger, no address at all', async () => {
    const home = newHome()
    expect(await codeOf(home, ['create'])).toEqual([64, 'usage'])
    expect(await codeOf(home, ['create', '--onboarding', '-'], 'x.y.z')).toEqual([64, 'usage'])
    expect(await codeOf(home, ['create', '--registry', 'http://registry.example'])).toEqual([1, 'registry_address_malformed'])
    expect((await run(home, ['create', '--registry', double.origin, '--chain-id', 'pilot'])).exit).toBe(64)
    expect(loadIdentity(folderOf(home))).toBeNull()
  })

  test('a ledger of another number signs nothing; the right number is then taken', async () => {
    const home = newHome()
    await run(home, ['create', '--registry', double.origin, '--chain-id', '1'])
    const { did } = loadIdentity(folderOf(home)) ?? { did: '' }
    const { exit, out } = await run(home, ['create', '--onboarding', '-'], double.onboard(did))
    expect([exit, JSON.parse(out).error]).toEqual([1, 'transaction_not_as_asked'])
    expect(double.state.dids.has(did)).toBe(false)
    const corrected = await run(home, ['create', '--chain-id', '6175', '--onboarding', '-'], double.onboard(did))
    expect([corrected.exit, JSON.parse(corrected.out).state]).toEqual([0, 'registered'])
  })

  test('onboarding again is no fault; a registry that lost the identity gets it again, and is named until then', async () => {
    const { home, did } = await registered()
    const onboard = () => run(home, ['create', '--onboarding', '-'], double.onboard(did))
    expect((await onboard()).exit).toBe(0)
    expect(await codeOf(home, ['create', '--onboarding', '-'], double.onboard(OTHER))).toEqual([1, 'onboarding_of_other'])
    const { credential } = await double.accredit({ did })
    double.forget(did)
    const lost = JSON.parse((await run(home, ['accredit', '-'], credential)).out)
    expect(lost.error).toBe('identity_unknown_to_registry')
    expect(lost.message).toContain(`unknown to the registry ${double.origin}: it may be another registry, or it lost its records`)
    expect((await onboard()).exit).toBe(0)
    expect(double.state.dids.has(did)).toBe(true)
    const { credential: anew } = await double.accredit({ did })
    expect((await run(home, ['accredit', '-'], anew)).exit).toBe(0)
  })

  test('a document with the JWT in it, and another credential than an accreditation, are named', async () => {
    const { home, did } = await registered()
    const { credential } = await double.accredit({ did })
    const told = async (args: string[], stdin: string) => JSON.parse((await run(home, args, stdin)).out)
    const json = { error: 'trust_credential_malformed', message: 'it is JSON; give the JWT in it alone' }
    for (const text of [JSON.stringify({ credential }), JSON.stringify(credential), `\n[${JSON.stringify(credential)}]`])
      expect(await told(['accredit', '-'], text)).toMatchObject(json)
    expect(await told(['create', '--onboarding', '-'], JSON.stringify({ credential }))).toMatchObject(json)
    const other = await told(['accredit', '-'], double.onboard(did))
    expect(other.error).toBe('trust_credential_malformed')
    expect(other.message).toMatch(/cannot be read as an accreditation of EBSI; its type is VerifiableAuthorisationToOnboard$/)
  })

  test('an accreditation of somebody else, one that has ended, one without an attribute', async () => {
    const { home, folder, did } = await registered()
    const { credential: foreign } = await double.accredit({ did: OTHER })
    expect(await codeOf(home, ['accredit', '-'], foreign)).toEqual([1, 'accreditation_of_other'])
    expect(await codeOf(home, ['accredit', '-'], double.onboard(did))).toEqual([1, 'trust_credential_malformed'])
    const { credential } = await double.accredit({ did })
    await expect(accredit(folder, credential, seconds() + 20 * 365 * 86_400)).rejects.toMatchObject({ code: 'accreditation_ended' })
    expect(loadIdentity(folder)?.accreditations).toEqual([])
  })
})

describe('a key file that is', () => {
  const pem = (namedCurve: string) =>
    generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()

  test.each<[string, 'ledgerKey' | 'signingKey', string | null]>([
    ['gone', 'ledgerKey', null],
    ['gone', 'signingKey', null],
    ['no key', 'ledgerKey', 'not a key: 1234567890'],
    ['a key of another curve', 'ledgerKey', pem('P-256')],
    ['another key, which the registry would have for ever', 'ledgerKey', pem('secp256k1')],
    ['another key, which the registry would have for ever', 'signingKey', pem('P-256')],
  ])('%s (%s) is named before anybody is asked', async (_, name, content) => {
    const home = newHome()
    const folder = folderOf(home)
    const { did, [name]: alias } = await createIdentity(folder, { registry: double.origin })
    const path = join(folder, `${alias}.pem`)
    const kept = readFileSync(path, 'utf8')
    rmSync(path)
    if (content !== null) writeFileSync(path, content)
    let asked = 0
    double.faults.spoil = (request, answer) => {
      asked++
      return spoil(request, answer)
    }
    const { exit, out, err } = await run(home, ['create', '--onboarding', '-'], double.onboard(did))
    expect([exit, JSON.parse(out).message, asked]).toEqual([
      78,
      `${path} is not the key of the identity on EBSI: bring it back from a copy`,
      0,
    ])
    expect(out + err).not.toMatch(/1234567890|PRIVATE/)
    writeFileSync(path, kept)
    expect((await run(home, ['create', '--onboarding', '-'], double.onboard(did))).exit).toBe(0)
  })

  test('of somebody else, in the same folder, is left alone', async () => {
    const home = newHome()
    const folder = folderOf(home)
    mkdirSync(folder, { recursive: true })
    const others = { 'tls.pem': 'not a key', 'other.pem': pem('P-384') }
    for (const [name, content] of Object.entries(others)) writeFileSync(join(folder, name), content)
    const { did } = await createIdentity(folder, { registry: double.origin })
    expect((await run(home, ['create', '--onboarding', '-'], double.onboard(did))).exit).toBe(0)
    for (const [name, content] of Object.entries(others)) expect(readFileSync(join(folder, name), 'utf8')).toBe(content)
  })
})

describe('a failure on the way', () => {
  /** Spoils the request of that number, before the registry has done it or after. */
  function failAt(number: number, isDone: boolean): () => number {
    let asked = 0
    double.faults.spoil = async (request, answer) => {
      asked++
      if (asked !== number) return spoil(request, answer)
      if (isDone) await answer()
      return { status: 500, type: 'application/problem+json', json: { type: 'about:blank', title: 'down', status: 500, detail: '' } }
    }
    return () => asked
  }

  test('of onboarding, at every request, leaves no half identity, and is repeated from where it stopped', async () => {
    const count = failAt(0, false)
    await registered()
    const requests = count()
    expect(requests).toBeGreaterThan(10)
    for (let number = 1; number <= requests; number++) {
      for (const isDone of [false, true]) {
        const folder = folderOf(newHome())
        const { did } = await createIdentity(folder, { registry: double.origin })
        failAt(number, isDone)
        const tried = await createIdentity(folder, { onboarding: double.onboard(did) }).catch((error) => error)
        double.faults.spoil = spoil
        if (tried instanceof Error) {
          expect(tried).toBeInstanceOf(EbsiError)
          expect(openEbsiIdentity(folder)).toBeNull()
        }
        if (!loadIdentity(folder)?.isRegistered) await createIdentity(folder, { onboarding: double.onboard(did) })
        expect([loadIdentity(folder)?.did, openEbsiIdentity(folder)?.did]).toEqual([did, did])
        expect(readdirSync(folder).filter((name) => name.endsWith('.pem'))).toHaveLength(2)
      }
    }
  }, 300_000)

  test('of an accreditation, at every request, is not remembered before the registry has it', async () => {
    const { folder, did } = await registered()
    const first = await double.accredit({ did })
    const count = failAt(0, false)
    await accredit(folder, first.credential, seconds())
    const requests = count()
    for (let number = 1; number <= requests; number++) {
      for (const isDone of [false, true]) {
        const { attributeId, credential } = await double.accredit({ did })
        failAt(number, isDone)
        const tried = await accredit(folder, credential, seconds()).catch((error) => error)
        double.faults.spoil = spoil
        const remembered = () => loadIdentity(folder)?.accreditations.some((one) => one.attributeId === attributeId)
        expect(remembered()).toBe(!(tried instanceof Error))
        await accredit(folder, credential, seconds())
        expect(remembered()).toBe(true)
      }
    }
    const before = loadIdentity(folder)?.accreditations.length
    await accredit(folder, first.credential, seconds())
    expect(loadIdentity(folder)?.accreditations.length).toBe(before)
  }, 300_000)

  test('is said with its code and what to do, and the command is repeated', async () => {
    const home = newHome()
    await run(home, ['create', '--registry', double.origin])
    const { did } = loadIdentity(folderOf(home)) ?? { did: '' }
    double.state.ledger.revertAll = 'not today'
    const reverted = await run(home, ['create', '--onboarding', '-'], double.onboard(did))
    expect([reverted.exit, JSON.parse(reverted.out).error]).toEqual([1, 'transaction_reverted'])
    double.state.ledger.revertAll = null
    double.faults.add({ kind: 'redirect', path: '/did-registry/v5/identifiers', times: 1 })
    expect(await codeOf(home, ['create', '--onboarding', '-'], double.onboard(did))).toEqual([1, 'registry_redirected'])
    expect(await codeOf(home, [])).toEqual([0, undefined])
    expect((await run(home, ['create', '--onboarding', '-'], double.onboard(did))).exit).toBe(0)
  })

  test('two at once make one identity', async () => {
    const folder = folderOf(newHome())
    const made = await Promise.all([1, 2, 3].map(() => createIdentity(folder, { registry: double.origin })))
    expect(new Set(made.map(({ did }) => did)).size).toBe(1)
  })
})

describe('an issuer', () => {
  const offered = async (environment: Record<string, string>) => {
    const issuer = await start(environment)
    try {
      const metadata = await (await fetch(`${new URL(issuer.url).origin}/.well-known/openid-credential-issuer`)).json()
      return { types: Object.keys(metadata.credential_configurations_supported), lines: issuer.lines.join('') }
    } finally {
      await issuer.close()
    }
  }

  test('offers its types once it is accredited for them and trusts the root, and says why it does not', async () => {
    const home = newHome()
    const bareIssuer = await start({ SYMBOLON_HOME: home })
    const wish = await bareIssuer.admin('POST', '/offers', { type: TYPE, subject: ANDREI })
    await bareIssuer.close()
    expect([wish.status, wish.json.error]).toEqual([404, 'type_not_found'])
    expect(wish.json.error_description).toMatch(
      /^pda1-ebsi is not issued: .*no identity on EBSI.*keys ebsi create.*start the issuer again$/,
    )
    const none = await offered({ SYMBOLON_HOME: home })
    expect(none.types).not.toContain(TYPE)
    expect(none.lines).toContain('has no identity on EBSI')
    const { folder, did } = await registered(home)
    expect((await offered({ SYMBOLON_HOME: home })).lines).toContain('no accreditation covers')
    const accreditedFor = [{ schemaId: 'z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM', types: [PDA1] }]
    const other = await double.accredit({ did, accreditedFor })
    await accredit(folder, other.credential, seconds())
    expect((await offered({ SYMBOLON_HOME: home })).lines).toContain('no accreditation covers')
    await accredit(folder, (await double.accredit({ did })).credential, seconds())
    await expect(offered({ SYMBOLON_HOME: home })).rejects.toThrow(`names no root of EBSI for ${PDA1}`)
    const advice = `symbolon-verifier trust add DID --name NAME --for credential --type ${PDA1}`
    await expect(offered({ SYMBOLON_HOME: home })).rejects.toThrow(advice)
    const rootless = await command(['check'], { SYMBOLON_HOME: home })
    expect([rootless.exit, rootless.out]).toEqual([78, ''])
    expect(rootless.err).toContain(advice)
    expect((await command(['keys', 'ebsi'], { SYMBOLON_HOME: home })).out).toMatch(/pda1-ebsi: is not issued: .*names no root of EBSI/)
    trustRoot(home)
    expect((await command(['keys', 'ebsi'], { SYMBOLON_HOME: home })).out).toContain('pda1-ebsi: is issued\n')
    const { types, lines } = await offered({ SYMBOLON_HOME: home })
    expect(types).toContain(TYPE)
    expect(lines).not.toContain('not offered')
    const checked = await command(['check'], { SYMBOLON_HOME: home })
    expect(checked.out).not.toContain('not issued')
    const bare = await command(['check', '--json'], { SYMBOLON_HOME: newHome() })
    expect(JSON.parse(bare.out).not_issued).toMatchObject([{ type: TYPE, why: expect.stringContaining('no identity') }])
  })

  test('does not start with a damaged identity, or with a key that is not its own', async () => {
    const { home, folder } = await registered()
    const stored = loadIdentity(folder)
    if (stored === null) throw new Error('no identity')
    const key = join(folder, `${stored.signingKey}.pem`)
    renameSync(key, `${key}.kept`)
    writeFileSync(key, readFileSync(join(folder, `${stored.ledgerKey}.pem`)))
    await expect(start({ SYMBOLON_HOME: home })).rejects.toThrow('is not the key of the identity')
    rmSync(key)
    await expect(start({ SYMBOLON_HOME: home })).rejects.toThrow('is not the key of the identity')
    renameSync(`${key}.kept`, key)
    const path = join(folder, 'identity.json')
    for (const change of [
      { did: 'did:web:x' },
      { state: 'ready' },
      { accreditations: [{ attribute: 'x', credential: 'y' }] },
      { signing_key: '../x' },
    ]) {
      saveIdentity(folder, stored)
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }))
      await expect(start({ SYMBOLON_HOME: home })).rejects.toThrow('is not as `symbolon-issuer keys ebsi create` writes it')
    }
  })
})
