import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../test/ebsi_registry/start.ts'
import { loadIdentity } from '../src/ebsi/identity_file.ts'
import { accredit, createIdentity } from '../src/ebsi/registering.ts'
import { command } from './command.ts'
import { newHome, seconds } from './fixture.ts'

let double: EbsiRegistry
beforeAll(async () => {
  double = await startEbsiRegistry({ bootstrap: { tao: true } })
})
afterAll(() => double.close())

const folderOf = (home: string): string => join(home, 'issuer', 'ebsi')

async function run(home: string, args: string[], stdin = '', environment = {}) {
  const { exit, out } = await command(['keys', 'ebsi', ...args, '--json'], { SYMBOLON_HOME: home, ...environment }, stdin)
  return { exit, said: JSON.parse(out) }
}

/** As on a machine where the issuer is, and Veramo is not. */
async function withoutVeramo(home: string, args: string[], stdin = '') {
  const hooks = pathToFileURL(join(import.meta.dirname, 'without_veramo.ts'))
  const { exit, said } = await run(home, args, stdin, { NODE_OPTIONS: `--import=${hooks}` })
  return [exit, said.error]
}

test('without Veramo: what is wrong with the command is said first, and nothing is made', async () => {
  const home = newHome()
  const wrong: string[][] = [
    ['create'],
    ['create', '--registri', double.origin],
    ['create', '--registry', double.origin, '--chain-id', 'pilot'],
    ['create', '--onboarding', '-'],
    ['create', '--registry', double.origin, '--onboarding', join(home, 'nowhere.jwt')],
    ['accredit'],
    ['accredit', join(home, 'nowhere.jwt')],
  ]
  for (const args of wrong) expect([args, (await withoutVeramo(home, args, 'x.y.z'))[0]]).toEqual([args, 64])
  expect(await withoutVeramo(home, ['create', '--registry', double.origin])).toEqual([1, 'veramo_missing'])
  expect(await withoutVeramo(home, ['accredit', '-'], 'x.y.z')).toEqual([1, 'veramo_missing'])
  expect(loadIdentity(folderOf(home))).toBeNull()
  expect(await withoutVeramo(home, [])).toEqual([1, 'identity_missing'])
})

test('an empty file is said to be, and a registry that is not at the address is told with the address', async () => {
  const home = newHome()
  const { did } = await createIdentity(folderOf(home), { registry: `${double.origin}/elsewhere` })
  expect(await run(home, ['create', '--onboarding', '-'], '\n')).toMatchObject({
    exit: 1,
    said: { error: 'trust_credential_malformed', message: expect.stringMatching(/^nothing was given/) },
  })
  expect(await run(home, ['create', '--onboarding', '-'], double.onboard(did))).toMatchObject({
    exit: 1,
    said: {
      error: 'registry_unreachable',
      message: `registry_unreachable: nothing is at ${double.origin}/elsewhere/authorisation/v4/token`,
      hint: 'look whether the address is right and the network is there',
    },
  })
})

test('an accreditation that has ended is said to, with the moment', async () => {
  const home = newHome()
  const { did } = await createIdentity(folderOf(home), { registry: double.origin })
  await createIdentity(folderOf(home), { onboarding: double.onboard(did) })
  const { credential } = await double.accredit({ did })
  const { exp } = JSON.parse(Buffer.from(credential.split('.')[1] ?? '', 'base64url').toString())
  const message = `this accreditation has ended, at ${new Date(exp * 1000).toISOString()}`
  await expect(accredit(folderOf(home), credential, exp)).rejects.toMatchObject({ code: 'accreditation_ended', message })
})

test('an accreditation that was taken back: what, where and what to do; a new one is entered', async () => {
  const home = newHome()
  const folder = folderOf(home)
  const { did } = await createIdentity(folder, { registry: double.origin })
  await createIdentity(folder, { onboarding: double.onboard(did) })
  const { attributeId, credential } = await double.accredit({ did })
  await accredit(folder, credential, seconds())
  await double.revoke(did, attributeId)
  const attribute = `${double.origin}/trusted-issuers-registry/v5/issuers/${did}/attributes/${attributeId}`
  expect(await run(home, ['accredit', '-'], credential)).toEqual({
    exit: 1,
    said: {
      error: 'accreditation_revoked',
      message: `accreditation_revoked: ${attribute} was taken back by its accreditor`,
      hint: expect.stringMatching(/^ask the accreditor .* new accreditation/),
    },
  })
  const { credential: anew } = await double.accredit({ did })
  expect((await run(home, ['accredit', '-'], anew)).exit).toBe(0)
})
