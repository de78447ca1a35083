import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startEbsiRegistry } from '../ebsi_registry/start.ts'
import type { Story } from './demonstration.ts'
import { runProgram } from './programs.ts'
import { answer, caller, expectCheck, nationalNumber, walletEnvironment } from './telling.ts'

const CITIZEN = 'P14'
const EBSI_TYPE = 'pda1-ebsi'
const EBSI_NAME = 'VerifiablePortableDocumentA1'
const TYPE = 'pda1'
const SHOWN = 'memberstateAppliedLegislation'
const DESK = 'https://inspection.example'

/**
 * An institution on EBSI: its root, its accreditor and itself enter a local double of the registries, it issues one right in two forms, both are checked by
 * one bundle without a network, and then the accreditation is taken back.
 */
export const ebsi: Story = async (home, say) => {
  const registry = await startEbsiRegistry({ bootstrap: { tao: true } })
  const { root, tao, origin } = registry
  if (tao === null) throw new Error('the double has no accreditor')
  const environment = { ...walletEnvironment(home), SYMBOLON_EBSI_REGISTRIES: `double=${origin}` }
  const run = async <T>(program: string, parameters: readonly string[], input = ''): Promise<T> =>
    answer<T>(await runProgram(program, [...parameters, '--json'], { environment, input }))
  const identity =
    (...parameters: string[]) =>
    (input?: string) =>
      run<{ did: string }>('symbolon-issuer', ['keys', 'ebsi', ...parameters], input)
  const verifier = <T>(...parameters: string[]) => run<T>('symbolon-verifier', parameters)

  say(`registry a local double of EBSI's registries at ${origin}; a root and, accredited by it, a TAO have entered by signed transactions`)
  await run('symbolon-issuer', ['keys'])
  const { did } = await identity('create', '--registry', origin)()
  say(`identity a Veramo agent made the institution ${did} and two keys, kept in its key store; the registry does not know it yet`)
  await identity('create', '--onboarding', '-')(registry.onboard(did))
  say('onboard  the TAO authorised it; it got a token for that (VP token), and wrote its DID document through the JSON-RPC of the registry')
  const { attributeId, credential } = await registry.accredit({ did })
  await identity('accredit', '-')(credential)
  say(`accredit the TAO accredited it for ${EBSI_NAME}, and it entered the accreditation into the Trusted Issuers Registry`)
  await verifier('trust', 'add', root.did, '--name', 'the root of the double', '--for', 'credential', '--type', EBSI_NAME, '--yes')
  say(`trust    the one entry that a verifier needs for all of this: the root, ${root.did}`)

  return {
    environment,
    async walk({ url, adminToken }) {
      const call = caller<{ id: string; uri: string }>(url, adminToken)
      const files = Object.fromEntries(['issuer', 'registry', 'bundle'].map((name) => [name, join(home, `${name}.json`)])) as Record<
        'issuer' | 'registry' | 'bundle',
        string
      >
      if (!existsSync(join(home, 'wallet', 'wallet.jwe'))) await run('symbolon-wallet', ['init'])
      const held = async (type: string): Promise<string> => {
        const { uri } = await call('/admin/offers', { type, subject: nationalNumber(CITIZEN) })
        const { credentials } = await run<{ credentials: { id: string }[] }>('symbolon-wallet', ['receive', '-', '--yes'], uri)
        return credentials[0]?.id ?? ''
      }
      const ids = { jwt: await held(EBSI_TYPE), sdJwt: await held(TYPE) }
      say(
        `issue    from one row of its source it issued the PDA1 of ${CITIZEN} twice: as a VC-JWT under its DID, and as an SD-JWT VC by its certificate`,
      )

      const key = join(home, 'development-authority', 'bundle', 'signer.pem')
      const fetchBundle = async (): Promise<number> => {
        await verifier('bundle', 'fetch', `${url}/bundle`, '--out', files.issuer)
        await verifier('bundle', 'fetch', '--ebsi', origin, '--root', root.did, '--key', key, '--out', files.registry)
        const parts = ['--key', key, '--issuer', DESK, '--out', files.bundle]
        return (await verifier<{ parts: unknown[] }>('bundle', 'merge', files.issuer, files.registry, ...parts)).parts.length
      }
      say(
        `bundle   the desk fetched the issuer's lists and the records of the registry, and merged them into one bundle: ${await fetchBundle()} parts`,
      )

      const shown = async (id: string, ...choice: string[]) => {
        const nonce = randomBytes(16).toString('hex')
        const file = join(home, `${id}.txt`)
        await run('symbolon-wallet', ['present', id, '--aud', DESK, '--nonce', nonce, ...choice, '--out', file])
        return ['check', file, '--bundle', files.bundle, '--aud', DESK, '--nonce', nonce]
      }
      const offline = (check: readonly string[], ...more: string[]) =>
        runProgram('symbolon-verifier', [...check, ...more], { environment, noNetwork: true })
      const checks = { jwt: await shown(ids.jwt, '--yes'), sdJwt: await shown(ids.sdJwt, '--show', SHOWN) }
      expectCheck(await offline(checks.jwt, '--json'), 0, 'chain_trusted')
      expectCheck(await offline(checks.sdJwt, '--json'), 0, 'issuer_trusted')
      say('check    with every connection forbidden, by that one bundle: the VC-JWT is VALID, and so is the SD-JWT VC')
      say(`path     ${pathOf((await offline(checks.jwt)).stdout)}`)

      await registry.revoke(did, attributeId)
      await fetchBundle()
      say('revoke   the TAO took the accreditation back; the desk renewed its bundle')
      expectCheck(await offline(checks.jwt, '--json'), 1, 'attribute_revoked')
      expectCheck(await offline(checks.sdJwt, '--json'), 0, 'issuer_trusted')
      say(
        'check    the same VC-JWT, again without a network: NOT VALID, its issuer is not accredited any more; the SD-JWT VC does not depend on it',
      )
    },
    close: () => registry.close(),
  }
}

/** The sentence of the report that names who accredited whom. */
function pathOf(report: string): string {
  const line = report.split('\n').find((one) => one.includes('did:ebsi:') && one.includes('root'))
  if (line === undefined) throw new Error('the report does not say who accredited the issuer')
  return line.trim()
}
